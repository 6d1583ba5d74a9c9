"""The vocabulary: one canonical tag for each thing, and all the names that it goes by.

Where catalogues disagree the first decides, so that ATT&CK's names are the canonical ones, as
they are in what the publisher `attack` says.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache, partial

import msgspec

from cure.extract.catalogues import Entry, entries
from cure.model import tag


class Term(msgspec.Struct, frozen=True, eq=False):
    """A thing that texts speak of.

    Attributes:
        tag: Its canonical tag, such as ``"malware:emotet"``.
        kind: The taxonomy of the tag: malware, actor, campaign, attack, sector or country.
        name: How the first catalogue that has it writes it.
        source: That catalogue.
        attack_id: ATT&CK's id of it, or nothing.
        is_tool: Whether it is a program that others than attackers use too.
    """

    tag: str
    kind: str
    name: str
    source: str
    attack_id: str = ""
    is_tool: bool = False


class Vocabulary:
    """All terms, by all their names.

    Attributes:
        names: For each name, as `key` makes it, what it stands for, one term of a kind at most,
            the likeliest first.
        spellings: How the catalogues write the names.
    """

    def __init__(self) -> None:
        self.names: dict[str, list[Term]] = {}
        self.spellings: set[str] = set()
        self._with_id: dict[str, Term] = {}

    def named(self, name: str, *kinds: str) -> Term | None:
        """Return the likeliest term of a name, of one of some kinds or of any.

        >>> vocabulary().named("Heodo", "malware").tag
        'malware:emotet'
        """
        for kind, noun in (("", None), *_NOUNS.items()):
            found = noun.fullmatch(name) if noun else None
            for term in self.names.get(key(found[1] if found else name), ()):
                if (not kinds or term.kind in kinds) and kind in {"", term.kind}:
                    return term
        return None

    def with_id(self, attack_id: str) -> Term | None:
        """Return the term to which ATT&CK gave an id.

        >>> vocabulary().with_id("T1059.001").name
        'PowerShell'
        """
        return self._with_id.get(attack_id)

    def add(self, one: Entry) -> None:
        """Add the names of an entry, and its term if none is known by its id or its name.

        Raises:
            MalformedError: If it has no name.
        """
        term = self._known(one) or Term(
            tag(f"{one.kind}:{one.attack_id if one.kind == 'attack' else one.name}").value,
            one.kind,
            one.name,
            one.source,
            one.attack_id,
            one.is_tool,
        )
        if one.attack_id:
            self._with_id.setdefault(one.attack_id, term)
        for name in (one.name, *_with_other_noun(one), *one.aliases):
            if name in self._with_id or not key(name):
                continue
            terms = self.names.setdefault(key(name), [])
            if all(other.kind != one.kind for other in terms):
                terms.append(term)
            self.spellings.add(name.strip())

    def _known(self, one: Entry) -> Term | None:
        """Return the term that an entry speaks of too: by its id, its name, or two other names."""
        with_id = (self._with_id.get(known) for known in (one.attack_id, *one.aliases))
        known = next((term for term in with_id if term and term.kind == one.kind), None)
        if known or one.kind == "attack":  # several techniques have one name
            return known
        known = self.named(one.name, one.kind)
        if known:
            return known
        by_alias = Counter(filter(None, (self.named(alias, one.kind) for alias in one.aliases)))
        aliases = {key(alias) for alias in one.aliases}
        likely = [t for t, count in by_alias.items() if count > 1 or key(t.name) in aliases]
        return likely[0] if len(likely) == 1 else None


@lru_cache(maxsize=1 << 15)
def key(name: str) -> str:
    """Return a name as we compare it: without case, blanks, hyphens and other marks.

    >>> key("Cobalt-Strike") == key("CobaltStrike"), key("エモテット")
    (True, 'エモテット')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())


_MARKS = re.compile(r"[^\w+#]|_")
_NOUNS = {
    "malware": re.compile(
        r"(.{4,}?)[\s-]?(?:Ransomware|Stealer|Loader|Backdoor|Trojan|Botnet|Malware|RAT)",
        re.IGNORECASE,
    ),
    "actor": re.compile(r"(.{5,}?) (?:Group|Team|Gang|APT)", re.IGNORECASE),
}


def _with_other_noun(one: Entry | Term) -> Iterator[str]:
    """Yield a name without the word that says what it names, or with the one that often follows."""
    found = one.kind in _NOUNS and _NOUNS[one.kind].fullmatch(one.name)
    if found:
        yield found[1]
    elif one.kind == "malware":
        yield f"{one.name}RAT"


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary. Cost: about 0.2 s and 10 MB, the first time."""
    made = Vocabulary()
    for one in entries():
        made.add(one)
    for name, terms in made.names.items():
        if len(terms) > 1:
            terms.sort(key=partial(_unlikely, name))
    return made


def _unlikely(name: str, term: Term) -> int:
    """Rank the terms of one name: countries, things of this very name, groups, the rest."""
    if term.kind == "country":
        return 0
    is_own = name in {key(term.name), *map(key, _with_other_noun(term))}
    return 6 - 2 * is_own - 2 * (term.source == "ATT&CK") - (term.kind == "actor")
