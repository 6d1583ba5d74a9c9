"""Lines by which resolvers and browsers block a name: hosts, AdBlock, dnsmasq and others."""

import re

_SINKS = r"0\.0\.0\.0|127\.0\.0\.1|255\.255\.255\.255|::1?|0:0:0:0:0:0:0:[01]|f[ef][\da-f]{2}::\S+"
_RULE = re.compile(
    rf"""(?P<sink>{_SINKS})\s+(?P<hosts>\S.*)
      | \|\|(?P<adblock>[^\s^/|*$]+)\^(?:\$\S*)?
      | (?:address|local|server)=/(?P<dnsmasq>\S*)/[^/\s]*
      | local-(?:zone|data):\s*"(?P<unbound>[^\s"]+)[\s"].*
      | zone\s+"(?P<bind>[^"\s]+)"\s+(?:IN\s+)?\{{.*
      | (?P<rpz>\S+)\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+(?P<target>\S+)""",
    re.VERBOSE | re.IGNORECASE,
)
# What every hosts file says of the machine itself.
_OWN_NAMES = frozenset(
    {
        "0.0.0.0",  # noqa: S104 - a word of the format, nothing listens there
        "broadcasthost",
        "ip6-allhosts",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-localhost",
        "ip6-localnet",
        "ip6-loopback",
        "ip6-mcastprefix",
        "local",
        "localhost",
        "localhost.localdomain",
    }
)


def blocked_names(line: str) -> list[str] | None:
    """Return the names that a line blocks, unread, or None if it is no such line.

    Unbound's zones, those of BIND and response policy zones (RPZ) are read, too.

    A line that blocks nothing (``127.0.0.1 localhost``, an exception of RPZ) gives no names.

    >>> blocked_names("0.0.0.0 example.com www.example.com")
    ['example.com', 'www.example.com']
    >>> blocked_names("||example.com^$third-party"), blocked_names("example.com")
    (['example.com'], None)
    """
    found = _RULE.fullmatch(line)
    if found is None:
        return None
    if found["hosts"]:
        return [name for name in found["hosts"].split() if name.lower() not in _OWN_NAMES]
    if found["dnsmasq"]:
        return found["dnsmasq"].split("/")
    if found["rpz"]:
        return [] if found["target"].lower() == "rpz-passthru." else [found["rpz"]]
    name = found["adblock"] or found["unbound"] or found["bind"]
    return [name] if name else []
