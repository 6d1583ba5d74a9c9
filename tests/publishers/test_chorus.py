"""CHORUS: real lists of files and of the URLs that served them."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.model import Topic
from cure.model.finding import complete
from cure.origins.files import inputs
from cure.publishers.chorus import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "chorus"
NOW = datetime(2026, 12, 31, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real lists are not here")


def said(name: str) -> tuple[Counter[str], list[list[tuple[Topic, str]]]]:
    """Return the fates of a list's lines, and topic and role of all that its findings name."""
    read = [one for source in inputs(REAL / name, NOW) for one in PUBLISHER.read(source)]
    fates = Counter(
        "quarantined" if one.why else "spoke" if one.findings else "silent" for one in read
    )
    whole = [complete(finding, NOW, NOW) for one in read for finding in one.findings]
    return fates, [[(one.topic, one.role) for one in finding.observables] for finding in whole]


def test_every_row_of_sophos_is_a_file_and_its_url_and_the_first_two_are_silent():
    fates, named = said("sophos-discord.csv.gz")
    assert fates == {"spoke": 3_000, "silent": 2}
    pair = [(Topic.URL, "payload"), (Topic.HASH, "sample"), (Topic.DOMAIN, "host")]
    assert all(one == pair for one in named)


def test_every_hit_of_tweetfeed_is_a_sample_or_a_url():
    fates, named = said("bazaar-urlhaus-hits.jsonl.gz")
    assert fates == {"spoke": 895}
    first = Counter(one[0] for one in named)
    assert first == {(Topic.HASH, "sample"): 840, (Topic.URL, "payload"): 55}
    md5 = [one for one in named if one.count((Topic.HASH, "sample")) == 2]
    assert len(md5) == 206  # MalwareBazaar's page names the SHA-256 as well
    assert not any((Topic.DOMAIN, "payload") in one for one in named)
