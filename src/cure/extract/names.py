"""Names of the vocabulary in a text: found by Aho-Corasick, then judged by what stands around.

A name that is also a plain word ("Maze", "Play", "Net") counts where its noun stands beside it
("Maze ransomware"), and elsewhere in a text that speaks of the same thing so, or by another name.
Names of sectors always need their noun.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from cure.extract.plain_words import never_names, plain_words
from cure.extract.vocabulary import Term, Vocabulary, key, vocabulary


class Name(NamedTuple):
    """A name where the text has it.

    Attributes:
        term: What it stands for.
        start: Its first character.
        end: The character after its last.
        why: How we know that it is meant.
    """

    term: Term
    start: int
    end: int
    why: str


class _Match(NamedTuple):
    start: int
    end: int
    key: str


_SHORT = 3
_NEAR = 40
_FAR = 200
_COUNTRY_CODE = 2
_LATIN = re.compile(r"[a-zà-ÿ0-9]", re.IGNORECASE)
_KATAKANA = re.compile(r"[ァ-ヺー]")
_NUMBERED = re.compile(r"([a-z]{2,7}) ?[-.]?(\d{1,5})", re.IGNORECASE)
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_IN_ADDRESS = re.compile(
    r"(?:://|www\.|hxxp|\w@|\]\(/)(?:\[\.\]|[^\s<>()\[\]\"'、。「」぀-ヿ一-鿿])*\Z", re.IGNORECASE
)
_TAIL = re.compile(r".?\\\Z|\D?\.\Z")
_DOMAIN_OR_FILE = re.compile(r"\[?\.\]?[a-z]{2,}|@")

_LISTS = r"(?:[–—:-]+ ?)?(?:indicators of compromise|IOCs?(?![a-z]))"
_MALWARE_NOUNS = (
    r"malware|ransomware|trojan|backdoor|botnet|rat|loader|downloader|dropper|(?:info)?stealer"
    r"|worm|virus|rootkit|bootkit|wiper|implant|spyware|keylogger|beacon|exploit kit|EK|web ?shell"
    r"|マルウェア|ランサムウェア|トロイ|バックドア|ボットネット|ローダー|ダウンローダー|ドロッパー"
    r"|スティーラー|ワーム|ウイルス|ワイパー|ツール|に感染|への感染"
)
_ACTOR_NOUNS = (
    r"group|gang|threat actor|APT|hackers|crew|cartel|(?:の)?攻撃グループ|攻撃者|グループ|集団"
)
_NOUNS = {
    "malware": f"{_MALWARE_NOUNS}|{_LISTS}",
    "actor": f"{_ACTOR_NOUNS}|{_LISTS}",
    "campaign": "campaign|operation|キャンペーン|作戦",
    "attack": r"techniques?|tactics?|\(?T\d{4}|手法|技術",
    "sector": (
        "sectors?|industr(?:y|ies)|companies|compan(?:y|ies)|organi[sz]ations?|institutions?"
        "|entities|agenc(?:y|ies)|firms?|verticals?|providers?|業界|業|機関|分野|企業"
    ),
}
_AFTER = {
    kind: re.compile(
        r"(?:(?:, ?| and | or | & |/)(?:and |or )?[\w-]{1,30}){0,4}(?:[’']s?)?[\"”'’)」]?"
        rf"[\s-]{{0,2}}(?:[a-z-]{{1,20}} )?(?:{nouns})(?![a-z])",
        re.IGNORECASE,
    )
    for kind, nouns in _NOUNS.items()
}
_BEFORE = {
    kind: re.compile(
        rf"(?:(?:{nouns})(?: (?:named|called|known as|dubbed))?|\baka|dubbed|tracked as|「)"
        rf"[\s,:(]{{0,2}}[\"“'‘「]?\Z",
        re.IGNORECASE,
    )
    for kind, nouns in _NOUNS.items()
}


class Names:
    """Finds the names of a vocabulary. Cost: about 0.2 s to make, then 1 s for 20 MB of text."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known
        self._plain, self._never = plain_words(), never_names()
        patterns: dict[str, str] = {}
        for spelling in known.spellings:
            folded = key(spelling)
            if folded in self._never:
                continue
            for written in _written(spelling, known.names[folded][0]):
                patterns.setdefault(written, folded)
        self._keys = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns))

    def find(self, text: str) -> list[Name]:
        """Return the names in a text, in order of place; none overlaps another."""
        matches = _longest(self._matches(text))
        sure = {
            term.tag: text[one.start : one.end]
            for one in matches
            for term in self._known.names[one.key]
            if not self._is_plain(text, one) or _noun_beside(term.kind, text, one)
        }
        return [name for one in matches if (name := self._judged(text, one, sure))]

    def _matches(self, text: str) -> Iterator[_Match]:
        folded = _folded(text)
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if _stands_alone(text, start, end):
                yield _Match(start, end, self._keys[number])

    def _is_plain(self, text: str, one: _Match) -> bool:
        """Whether it may be a plain word here; written ``BloodHound``, it is none."""
        if one.key.isdecimal() or (one.key.isascii() and len(one.key) <= _SHORT):
            return True
        written = text[one.start : one.end]
        is_odd = _INNER_CAPITAL.search(written) and written in self._known.spellings
        return one.key in self._plain and not is_odd

    def _judged(self, text: str, one: _Match, sure: dict[str, str]) -> Name | None:
        written = text[one.start : one.end]
        terms = self._known.names[one.key]
        beside = [(term, _noun_beside(term.kind, text, one)) for term in terms]
        term, noun = next(((term, noun) for term, noun in beside if noun), (terms[0], ""))
        if terms[0].kind == "country":
            term = terms[0]
        if term.kind == "sector":
            return Name(term, one.start, one.end, f"{noun!r} stands beside it") if noun else None
        if not _is_capital(written, term):
            return None
        why = _origin(term, written)
        if not self._is_plain(text, one) or written.lower().endswith(".exe"):
            return Name(term, one.start, one.end, why)
        if noun:
            return Name(term, one.start, one.end, f"{why}; {noun!r} stands beside it")
        term = next((term for term in terms if term.tag in sure), None)
        if term and not written.islower():
            why = f"{_origin(term, written)}; the text also speaks of {sure[term.tag]!r}"
            return Name(term, one.start, one.end, why)
        return None


@cache
def names() -> Names:
    """Return the finder of all names that we know."""
    return Names(vocabulary())


def _written(spelling: str, term: Term) -> Iterator[str]:
    """Yield the ways in which texts write a name, folded."""
    folded = _folded(unicodedata.normalize("NFKC", spelling))
    if term.kind == "country" and folded.isascii() and len(folded) == _COUNTRY_CODE:
        return  # "in", "is", "no" …
    parts = re.split(r"[\s_-]+", folded)
    if len(folded) >= _SHORT or not folded.isascii():
        yield from (mark.join(parts) for mark in ("", " ", "-") if len(parts) > 1)
        yield folded
        numbered = _NUMBERED.fullmatch(folded)
        if numbered:
            yield from (mark.join(numbered.groups()) for mark in (" ", "-", ""))
    if term.is_tool:
        yield f"{folded}.exe"


def _folded(text: str) -> str:
    """Return a text in lower case and half width, every character at its place."""
    lower = text.translate(_HALF_WIDTH).lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether it is no part of a longer word, of an address or of a file's name."""
    before, after = text[start - 1 : start], text[end : end + 1]
    for edge, beyond in ((text[start], before), (text[end - 1], after)):
        for script in (_LATIN, _KATAKANA):
            if script.match(edge) and script.match(beyond):
                return False
    if _TAIL.match(text, max(0, start - 2), start) or after == "\\":
        return False
    if after in (".", "[", "@") and _DOMAIN_OR_FILE.match(text, end):
        return False
    return not in_address(text, start)


def in_address(text: str, place: int) -> bool:
    """Whether a place in a text lies inside a URL or after the @ of an e-mail address."""
    return bool(_IN_ADDRESS.search(text, max(0, place - _FAR), place))


def _longest(matches: Iterator[_Match]) -> list[_Match]:
    """Leave out what overlaps a longer match or one that begins before."""
    kept: list[_Match] = []
    for one in sorted(matches, key=lambda match: (match.start, -match.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _is_capital(written: str, term: Term) -> bool:
    """Whether it is written as a name; a single word need not be, unless it is a country."""
    if term.kind == "attack" or not written.islower():
        return True
    return term.kind != "country" and " " not in written


def _noun_beside(kind: str, text: str, one: _Match) -> str:
    nouns = _AFTER.get(kind)
    if nouns is None or (text[one.start : one.end].islower() and kind != "sector"):
        return ""
    before = max(0, one.start - _NEAR)
    found = nouns.match(text, one.end) or _BEFORE[kind].search(text, before, one.start)
    return found[0].strip(" \t\n-'\"’”」()「“‘:,") if found else ""


def _origin(term: Term, written: str) -> str:
    of = f"{term.source} {term.attack_id}".strip()
    if key(written) == key(term.name):
        return f"named in {of}"
    return f"another name of {term.name} ({of})"
