"""Find out by itself what a pasted text is."""

import re

from cure.errors import MalformedError
from cure.model.observable import (
    ALGORITHM_OF_LENGTH,
    IP4,
    Observable,
    Topic,
    domain,
    email,
    filehash,
    host,
    ip,
    tag,
    url,
)
from cure.model.refang import refang

_HASH = re.compile(r"(?:(?:md5|sha-?1|sha-?256|sha-?512):)?([0-9a-f]+)", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(
    r"[0-9.]+(?:/\d{1,2})?|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*(?:/\d{1,3})?", re.IGNORECASE
)
_HOST_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/@]+):\d{1,5}", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z][\w.-]*:\s*\S.*")


def recognise(text: str) -> Observable:  # noqa: PLR0911 - one for each form
    """Read a value of any topic, defanged or not.

    Args:
        text: An address, network, domain name, URL, hash, e-mail address or tag. Of
            ``host:port`` the host is meant; ``host/path`` is a URL without its ``http://``.

    Returns:
        The observable.

    Raises:
        MalformedError: If it has the form of no topic; the reason is that of the likeliest.

    >>> [recognise(t).topic.value for t in ("192.0.2[.]1", "hxxp://example.com", "a@example.com")]
    ['ip', 'url', 'email']
    """
    if IP4.fullmatch(text):  # most of what is pasted
        return Observable(Topic.IP, text)
    clean = refang(text).strip("\"'<>,;` ").strip()
    if not clean:
        raise MalformedError("value", text, "nothing there")
    digits = _HASH.fullmatch(clean)
    if digits and len(digits[1]) in ALGORITHM_OF_LENGTH:
        return filehash(clean)
    if "://" in clean:
        return url(clean)
    if _ADDRESS.fullmatch(clean):
        return ip(clean)
    if "@" in clean:
        return email(clean)
    host_port = _HOST_PORT.fullmatch(clean)
    if host_port and ("." in host_port[1] or host_port[1].startswith("[")):
        return host(host_port[1])
    if _TAG.fullmatch(clean):
        return tag(clean)
    if "/" in clean and "." in clean.partition("/")[0]:
        return url(f"http://{clean}")
    return domain(clean)
