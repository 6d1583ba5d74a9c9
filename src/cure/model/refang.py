"""Undo what people do to indicators so that nobody clicks on them."""

import re

# Longest first; every form here was met in published reports: hxxp, [.], (.), {.}, [dot], (dot),
# [:], [://], [at], (at), [@], \. and a blank-free " dot ".
_DEFANGED = re.compile(
    r"""(?P<scheme>^h(?:xx|\*\*|XX|tt)p(?P<s>s?)(?=:|\[|\]))
      | (?P<slashes>\[:?//\]|\[:\]//|\]\]?://)
      | (?P<colon>\[:\])
      | (?P<dot>\[\.\]?|\(\.\)|\{\.\}|\\\.|\[dot\]|\(dot\)|\{dot\}|\.\]|\[\[\.\]\])
      | (?P<at>\[@\]|\(@\)|\[at\]|\(at\)|\{at\})""",
    re.VERBOSE | re.IGNORECASE,
)
_WITH = {"slashes": "://", "colon": ":", "dot": ".", "at": "@"}
_SIGNS = re.compile(r"[\[({\\\]*]|^h(?!ttps?:)..p", re.IGNORECASE)
_IP6_HOST = re.compile(r"://(?:[^/?#@]*@)?\[[0-9a-f:.]+\]", re.IGNORECASE)


def refang(text: str) -> str:
    """Return the text as it was before it was defanged, without blanks around it.

    >>> refang(" hxxps[:]//evil[.]example[.]com/a "), refang("user(at)example(dot)com")
    ('https://evil.example.com/a', 'user@example.com')
    """
    clean = text.strip()
    if not _SIGNS.search(clean):
        return clean
    if _IP6_HOST.search(clean) and not clean.lower().startswith("hx"):
        return clean
    cut = _path_start(clean)
    return _DEFANGED.sub(_replace, clean[:cut]) + clean[cut:]


def _path_start(text: str) -> int:
    """Find where host and scheme end: brackets in a path belong to the path."""
    scheme = re.match(r"[^/?#]*//", text)
    start = scheme.end() if scheme else 0
    found = re.compile(r"[/?#]").search(text, start)
    return found.start() if found else len(text)


def _replace(found: re.Match[str]) -> str:
    if found["scheme"]:
        return "http" + found["s"].lower()
    return _WITH[found.lastgroup or "dot"]
