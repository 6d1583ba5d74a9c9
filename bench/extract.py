"""Measure the extraction of observables beside iocsearcher and ioc-finder, and its speed.

The reports and their gold lie in ../shared/data, outside the repository. The other two tools are
measured where they are installed (`pip install iocsearcher==3.1.0 ioc-finder==9.4.1`); nothing of
CURE needs them. A value counts once a document. All three are treated alike: values are compared
in canonical form, the host of each URL counts as said, networks by their first address, and what
the gold itself calls ambiguous is left out.
"""

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from cure.errors import MalformedError
from cure.extract.documents import forms
from cure.extract.observables import observables
from cure.model import Observable, Topic, domain, email, filehash, ip, url
from cure.model.observable import host_of

DATA = Path(__file__).parents[2] / "shared" / "data"
REPORTS = DATA / "security_reports"
SETS = {"ESET": "eset", "Netskope": "netskope", "Unit 42 posts": "unit42_posts"}
KINDS = (Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.EMAIL)
FORMS: dict[str, Callable[[str], Observable]] = {
    **dict.fromkeys(("ip", "ipv4", "ipv6", "ip4", "ip6", "ip4Net", "ipv4s", "ipv6s"), ip),
    **dict.fromkeys(("domain", "fqdn", "domains", "onionAddress"), domain),
    **dict.fromkeys(("url", "urls"), url),
    **dict.fromkeys(("hash", "md5", "sha1", "sha256", "sha512"), filehash),
    **dict.fromkeys(("md5s", "sha1s", "sha256s", "sha512s"), filehash),
    **dict.fromkeys(("email", "email_addresses"), email),
}
Extractor = Callable[[bytes, str], list[tuple[str, str]]]
"""Returns kinds and values, as the extractor says them."""


def canonical(kind: str, text: str) -> Observable | None:
    """Read a value of the gold or of a tool. A trailing + is AsciiDoc's, and no part of it."""
    form = FORMS.get(kind)
    if form is None:
        return None
    text = text.rstrip("+")
    if form is ip:
        text = text.partition("/")[0]  # the gold has the first address of a network
    if form is email:
        text = text.lower()  # as the gold has it
    if form is url and "://" not in text:
        text = f"http://{text}"
    try:
        return form(text)
    except MalformedError:
        return None


def with_hosts(values: Iterable[Observable | None]) -> set[Observable]:
    """Add the host of every URL."""
    known = {one for one in values if one}
    return known | {host_of(one.value) for one in known if one.topic is Topic.URL}


def cure(data: bytes, name: str) -> list[tuple[str, str]]:
    """Extract with CURE."""
    found, _ = observables(forms.parse(data, name))
    return [(one.observable.topic, one.observable.value) for one in found]


def extractors() -> dict[str, Extractor]:
    """Return CURE and the tools that are installed, by name."""
    known: dict[str, Extractor] = {"cure": cure}
    try:
        from ioc_finder import find_iocs  # noqa: PLC0415 - not everybody has it
        from iocsearcher.searcher import Searcher  # noqa: PLC0415
    except ImportError:
        return known
    searcher = Searcher()

    def iocsearcher(data: bytes, _: str) -> list[tuple[str, str]]:
        found = searcher.search_data(data.decode(errors="replace"))
        return [(one.name, one.value) for one in found]

    def ioc_finder(data: bytes, _: str) -> list[tuple[str, str]]:
        found = find_iocs(data.decode(errors="replace"))
        return [(kind, one) for kind, ones in found.items() if kind in FORMS for one in ones]

    return known | {"iocsearcher": iocsearcher, "ioc-finder": ioc_finder}


def measure(extract: Extractor, documents: list[dict]) -> tuple[dict[str, Counter[str]], float]:
    """Return how many values were right, wrong and missed, by kind, and MB/s of a core."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spent = size = 0.0
    for document in documents:
        data = (DATA / document["doc"]).read_bytes()
        began = time.process_time()
        told = extract(data, document["doc"])
        spent += time.process_time() - began
        said = with_hosts(canonical(kind, one) for kind, one in told)
        size += len(data)
        values = [(kind, one) for kind, ones in document["gold"].items() for one in ones]
        unclear = {one.lower() for kind, one in values if kind == "ambiguous"}
        gold = with_hosts(canonical(kind, one) for kind, one in values)
        for one in said | gold:
            if one.value not in unclear:
                fate = "missed" if one not in said else "right" if one in gold else "wrong"
                counts[one.topic][fate] += 1
                counts["sum"][fate] += 1
    return counts, size / spent / 1e6


def rates(count: Counter[str]) -> str:
    """Write precision, recall and F1."""
    said, there = count["right"] + count["wrong"], count["right"] + count["missed"]
    precision = count["right"] / said if said else 1.0
    recall = count["right"] / there if there else 1.0
    both = 2 * precision * recall / (precision + recall) if count["right"] else 0.0
    return f"{precision:.3f} {recall:.3f} **{both:.3f}**" if there or said else "-"


def pages_a_second() -> str:
    """Read the PDFs, and say how fast."""
    import pypdfium2  # noqa: PLC0415 - only to count pages

    pages = 0
    began = time.process_time()
    for path in sorted((REPORTS / "pdf").glob("*.pdf")):
        data = path.read_bytes()
        forms.parse(data, path.name)
        pages += len(pypdfium2.PdfDocument(data))
    return f"PDF: {pages} pages, {pages / (time.process_time() - began):.0f} pages/s"


def main() -> None:
    """Print a table of precision, recall and F1 for each set of documents."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--half", type=int, choices=(0, 1), help="every other document only")
    options.add_argument("--only", help="this extractor only")
    asked = options.parse_args()
    print("| documents | extractor |", " | ".join([*KINDS, "sum"]), "| MB/s |")
    print("|---" * (len(KINDS) + 4), "|", sep="")
    known = extractors()
    for title, gold in SETS.items():
        with gzip.open(REPORTS / "gold" / f"{gold}.jsonl.gz") as lines:
            documents = [json.loads(line) for line in lines]
        if asked.half is not None:
            documents = documents[asked.half :: 2]
        for name, extract in known.items():
            if asked.only in {None, name}:
                counts, speed = measure(extract, documents)
                cells = [rates(counts[kind]) for kind in (*KINDS, "sum")]
                print(
                    f"| {title} ({len(documents)}) | {name} |",
                    " | ".join(cells),
                    f"| {speed:.2f} |",
                )
    print(pages_a_second())


if __name__ == "__main__":
    main()
