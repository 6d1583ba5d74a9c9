"""Findings: what other programs say in CURE's own words, one JSON object a line."""

from cure.formats.lines import each_line
from cure.interfaces import Publisher
from cure.model import Finding, Layer, Tlp, Topic
from cure.model.finding import read_finding


def parse(line: bytes) -> tuple[Finding, ...]:
    """Return the finding of a line; none for a blank one."""
    return (read_finding(line),) if line and not line.isspace() else ()


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
