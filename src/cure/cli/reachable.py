"""From where a server can be reached."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on, or a name, lets in this machine only.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address("127.0.0.1" if host == "localhost" else host).is_loopback
    except ValueError:
        return False
