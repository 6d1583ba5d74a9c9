"""Answers for programs that make links of what they read: nothing in them can be followed."""

import re
from typing import Any

from cure.errors import MalformedError
from cure.model import Topic, recognise
from cure.printable import printable

_SCHEME = re.compile(r"(?i)\b(?P<first>h)tt(?P<last>ps?)://")
_DOT = re.compile(r"(?<=\w)\.(?=[A-Za-z][\w-])")
"""One that may stand in a name, which some programs make a link of even without a scheme."""
_TT = re.compile(r"(?i)tt")
_SIGN = re.compile(r"[.@]")
_LINKED = {Topic.DOMAIN, Topic.URL, Topic.EMAIL}


def defanged(node: Any, longest: int) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with every text in it on one line, cut to so many characters, and no link.

    A name, a URL and a mailbox are defanged as a whole, as every question here reads them so;
    in other text, whatever looks like one is. Addresses and hashes stay: nothing links them.

    >>> defanged({"value": "http://example.com/a", "title": "see http://example.com"}, 100)
    {'value': 'hxxp://example[.]com/a', 'title': 'see hxxp[:]//example[.]com'}
    """
    match node:
        case str():
            return _text(node, longest)
        case list():
            return [defanged(one, longest) for one in node]
        case dict():
            return {_text(name, longest): defanged(one, longest) for name, one in node.items()}
        case _:
            return node


def _text(text: str, longest: int) -> str:
    if len(text) > longest:
        return _text(text[:longest], longest) + "…"
    try:
        topic = recognise(text).topic
    except MalformedError:
        topic = None
    if topic not in _LINKED:
        without_links = _SCHEME.sub(r"\g<first>xx\g<last>[:]//", text)
        return printable(_DOT.sub("[.]", without_links))
    scheme, mark, rest = text.rpartition("://")
    host, slash, path = rest.partition("/")
    shown = _SIGN.sub(r"[\g<0>]", host)
    return f"{_TT.sub('xx', scheme)}{mark}{shown}{slash}{path}"
