"""How well named malware, groups and tools, and techniques told in prose, are found.

Needs the labelled reports beside the checkout (shared/data/security_reports):
AnnoCTR (Lange et al., LREC-COLING 2024), part `dev` of its links to ATT&CK; TRAM (MITRE CTID);
titles of posts by Unit 42 with the galaxies of MISP that name their families.
Run: python bench/keywords.py
"""

import gzip
import json
import re
from hashlib import md5
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from cure.extract.analyst_tags import canonical
from cure.extract.keywords import keywords, named_keywords
from cure.extract.names import in_address, names
from cure.extract.text import Document
from cure.extract.vocabulary import Term, key, vocabulary

REPORTS = Path(__file__).parents[2] / "shared" / "data" / "security_reports"
NAMED = ("MALWARE", "TOOL", "GROUP")
CONTEXT = 40


class Gold(NamedTuple):
    """A mention as people labelled it: its place in the text, class, ATT&CK link and title."""

    start: int
    end: int
    kind: str
    link: str
    title: str


class Score:
    """Counts of what was found rightly, wrongly and not at all."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = 0

    def __str__(self) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return (
            f"{self.right:6} {self.wrong:6} {self.missed:6}"
            f" {precision:10.3f} {recall:7.3f} {f1:6.3f}"
        )

    def add(self, other: "Score") -> None:
        """Count in what another score counts."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


def _objects(name: str) -> list[dict[str, Any]]:
    text = gzip.decompress((REPORTS / name).read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def labelled() -> dict[str, list[dict[str, Any]]]:
    """Return the labels of each document."""
    found: dict[str, list[dict[str, Any]]] = {}
    for label in _objects("annoctr_labels/linking_mitre_only__dev.jsonl.gz"):
        found.setdefault(label["document"], []).append(label)
    return found


def marks_of(text: str, labels: list[dict[str, Any]]) -> list[Gold]:
    """Find the labels of a text in it again, by the words around them; they come in its order."""
    marks: list[Gold] = []
    start = 0
    for label in labels:
        left, right = label["_context_left"], label["_context_right"]
        found = _search(text, start, left, label["mention"], right)
        start = max(0, found.start(1) - CONTEXT)
        link, title = label["label_link"], label["label_title"]
        marks.append(Gold(*found.span(1), label["entity_type"], link, title))
    return marks


def _search(text: str, start: int, left: str, mention: str, right: str) -> re.Match[str]:
    for some in (len(left) + len(right), CONTEXT, 0):
        before, after = left[max(0, len(left) - some) :], right[:some]
        wanted = re.compile(rf"{_loose(before)}\W*({_loose(mention)})\W*{_loose(after)}")
        found = wanted.search(text, start) or wanted.search(text)
        if found:
            return found
    raise ValueError(f"{mention!r} is not in the text")


def _loose(text: str) -> str:
    return r"\W*".join(re.escape(word) for word in re.findall(r"\w+", text))


def is_right(term: Term, gold: Gold) -> bool:
    """Whether a term is what people linked to: by ATT&CK's id or, where it has none, by name."""
    linked = gold.link.rpartition("/")[2]
    if "attack.mitre.org" in gold.link and term.attack_id:
        return term.attack_id == linked
    return term in vocabulary().names.get(key(gold.title), ())


def linked() -> dict[str, Score]:
    """Score the names in AnnoCTR: found where people marked them, and linked to the same thing.

    What we find overlaps a mark, else it is wrong, unless the mark is of another class. A thing
    that is marked as malware here and as a tool there counts for the class of the mark. Marks
    inside of URLs (paths of pictures) are left out, as URLs are no text.
    """
    scores = {kind: Score() for kind in NAMED}
    for document, labels in labelled().items():
        text = (REPORTS / "annoctr" / f"{document}.txt").read_text("utf-8")
        marks = [mark for mark in marks_of(text, labels) if not in_address(text, mark.start)]
        found = [name for name in names().find(text) if name.term.kind in {"malware", "actor"}]
        for mark in marks:
            if mark.kind in NAMED:
                here = [name for name in found if name.start < mark.end and mark.start < name.end]
                right = any(is_right(name.term, mark) for name in here)
                scores[mark.kind].right += right
                scores[mark.kind].missed += not right
                scores[mark.kind].wrong += bool(here) and not right
        for name in found:
            if not any(name.start < mark.end and mark.start < name.end for mark in marks):
                scores[_class_of(name.term)].wrong += 1
    return scores


def _class_of(term: Term) -> str:
    return "GROUP" if term.kind == "actor" else "TOOL" if term.is_tool else "MALWARE"


def techniques_in_prose() -> Score:
    """Score AnnoCTR's techniques: by the technique, sub-techniques counted as their parents."""
    score = Score()
    for document, labels in labelled().items():
        text = (REPORTS / "annoctr" / f"{document}.txt").read_text("utf-8")
        marks = [m for m in marks_of(text, labels) if m.kind == "TECHNIQUE" and "/T" in m.link]
        found = [one for one in keywords(Document(text)) if one.tag.startswith("attack:T1")]
        for mark in marks:
            here = [one for one in found if one.start < mark.end and mark.start < one.end]
            right = any(_parent(one.tag) == mark.link.rpartition("/")[2] for one in here)
            score.right += right
            score.missed += not right
        score.wrong += sum(
            not any(
                one.start < mark.end
                and mark.start < one.end
                and _parent(one.tag) == mark.link.rpartition("/")[2]
                for mark in marks
            )
            for one in found
        )
    return score


def _parent(tag: str) -> str:
    return tag.removeprefix("attack:").partition(".")[0]


def tram() -> tuple[Score, Score]:
    """Score TRAM's sentences, one technique each: those the phrases were looked at with, others.

    ATT&CK has since made T1574.002 (DLL side-loading) a part of T1574.001; they count as one.
    """
    text = gzip.decompress((REPORTS / "tram" / "single_label.json.gz").read_bytes())
    sentences = [
        (one["text"], one["label"].replace("T1574.002", "T1574.001"), one["doc_title"])
        for one in json.loads(text)
    ]
    classes = {f"attack:{label}" for _, label, _ in sentences}
    scores = (Score(), Score())
    for sentence, label, document in sentences:
        score = scores[md5(document.encode(), usedforsecurity=False).digest()[0] % 2]
        found = {one.tag for one in keywords(Document(sentence))} & classes
        right = f"attack:{label}" in found
        score.right += right
        score.missed += not right
        score.wrong += len(found) - right
    return scores


def titles() -> Score:
    """Score the families in titles of posts: by any galaxy of MISP that people saw in them."""
    score = Score()
    for one in _objects("gold/unit42_title_keywords.jsonl.gz"):
        found = {k.tag for k in named_keywords(Document(one["title"])) if _is_family(k.tag)}
        wanted = [
            {tag.value for text in galaxies if (tag := canonical(_quoted(text)))}
            for galaxies in one["keywords"].values()
        ]
        score.right += sum(bool(tags & found) for tags in wanted)
        score.missed += sum(not tags & found for tags in wanted)
        score.wrong += len(found - set().union(*wanted))
    return score


def _is_family(tag: str) -> bool:
    return tag.startswith(("malware:", "actor:"))


def _quoted(galaxy: str) -> str:
    name, _, value = galaxy.partition("=")
    return f'{name}="{value}"'


def main() -> None:
    """Measure, and print a table."""
    started = perf_counter()
    names()
    print(f"vocabulary: {len(vocabulary().names):,} names, {perf_counter() - started:.2f} s\n")
    print(
        f"{'':36}{'right':>6} {'wrong':>6} {'missed':>6} {'precision':>10} {'recall':>7} {'F1':>6}"
    )
    scores = linked()
    every = Score()
    for kind, score in scores.items():
        print(f"{'AnnoCTR, named: ' + kind:36}{score}")
        every.add(score)
    print(f"{'AnnoCTR, named: all three':36}{every}")
    print(f"{'Unit 42 titles: families':36}{titles()}")
    looked_at, others = tram()
    print(f"{'TRAM sentences: looked at':36}{looked_at}")
    print(f"{'TRAM sentences: others':36}{others}")
    print(f"{'AnnoCTR, techniques in prose':36}{techniques_in_prose()}")


if __name__ == "__main__":
    main()
