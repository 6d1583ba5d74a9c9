"""robots.txt: what a site lets programs fetch, and how often.

Source: https://www.rfc-editor.org/rfc/rfc9309; Crawl-delay is no part of it, but is widely used.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?", re.ASCII)
_EVERYBODY = "*"


class _Rule(NamedTuple):
    pattern: bytes
    allows: bool


class Robots(NamedTuple):
    """What a site says to one program.

    Attributes:
        rules: The rules, in the order of the file.
        delay_s: How long to wait between two requests, in seconds; 0: nothing is said.
    """

    rules: tuple[_Rule, ...] = ()
    delay_s: float = 0.0

    def allows(self, path: str) -> bool:
        r"""Tell whether a path, with its query, may be fetched: the longest rule counts.

        >>> robots = robots_for("cure", "User-agent: *\nDisallow: /a\nAllow: /a/*.html$")
        >>> [robots.allows(path) for path in ("/a/b.html", "/a/b", "/b")]
        [True, False, True]
        """
        asked = _unquoted(path or "/")
        fitting = [rule for rule in self.rules if _fits(rule.pattern, asked)]
        if not fitting:
            return True
        return max(fitting, key=lambda rule: (len(rule.pattern), rule.allows)).allows


NOTHING = Robots((_Rule(b"/", allows=False),))
"""What a site says that cannot be asked: nothing may be fetched."""


def robots_for(agent: str, text: str) -> Robots:
    """Read the groups of a robots.txt that are for a program, or else those for everybody.

    Args:
        agent: The program's name, in lower case.
        text: The file; lines that are none of the format are passed over, as it wants.
    """
    groups: dict[str, Robots] = {}
    named: list[str] = []
    is_naming = False
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        key, value = found[1].lower(), found[2].strip()
        if key == "user-agent":
            named = [*named, value.lower()] if is_naming else [value.lower()]
            is_naming = True
            groups.setdefault(value.lower(), Robots())
        elif key in {"allow", "disallow", "crawl-delay"}:
            is_naming = False
            for name in named:
                groups[name] = _with(groups[name], key, value)
    return groups.get(agent) or groups.get(_EVERYBODY) or Robots()


def _with(group: Robots, key: str, value: str) -> Robots:
    if key == "crawl-delay":
        return group._replace(delay_s=float(value)) if _NUMBER.fullmatch(value) else group
    if not value:  # "Disallow:" forbids nothing
        return group
    return group._replace(rules=(*group.rules, _Rule(_unquoted(value), key == "allow")))


def _unquoted(path: str) -> bytes:
    return unquote_to_bytes(path)


def _fits(pattern: bytes, path: bytes) -> bool:
    """Tell whether a path begins as a pattern says: * is anything, a last $ the end.

    In time linear in the path for each *: whoever writes the pattern is a stranger.
    """
    to_end = pattern.endswith(b"$")
    first, *others = pattern.removesuffix(b"$").split(b"*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not to_end or at == len(path)
    *middle, last = others
    for piece in middle:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if to_end:
        return len(path) - at >= len(last) and path.endswith(last)
    return path.find(last, at) >= 0
