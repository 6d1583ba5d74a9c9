"""Findings: what other programs say in CURE's own words, one JSON object a line."""

from collections.abc import Iterator

from cure.formats.lines import each_line
from cure.interfaces import Publisher
from cure.model import Finding, Layer, Tlp, Topic
from cure.model.finding import read_finding


def parse(line: bytes) -> Iterator[Finding]:
    """Yield the finding of a line."""
    if line.strip():
        yield read_finding(line)


PUBLISHER = Publisher(
    name="findings",
    title="Findings of other programs, as JSON lines",
    title_ja="他のプログラムからの観測・意味付け情報（JSON 行形式）",
    layer=Layer.ARTIFACT,
    topics=frozenset(Topic),
    tlp=Tlp.AMBER,
    read=each_line(parse),
    reference="https://jsonlines.org/",
)
