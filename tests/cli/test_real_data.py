"""Real data end to end: what comes in is accounted for, and links between sources appear."""

from collections.abc import Callable
from pathlib import Path

import pytest

from program import Ran

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not beside this checkout")
def test_real_logs_feeds_and_knowledge_meet(call: Callable[..., Ran]):
    told = [
        call("ingest", publisher, DATA / path, "--instance", name, "--json").json()
        for publisher, path, name in (
            ("cowrie", "honeypot/cowrie", "tpot"),
            ("exist", "exist/ipsum.txt.gz", "ipsum"),
            ("exist", "exist/threatfox.json.gz", "threatfox"),
            ("attack", "attack", "mitre"),
        )
    ]

    assert [(one["lines"], one["quarantined"]) for one in told[:2]] == [(112_659, 0), (60_098, 0)]
    assert all(one["lines"] == one["spoke"] + one["silent"] + one["quarantined"] for one in told)
    links = call("links", "--json").json()
    at = {name: number for number, name in enumerate(links["sources"])}
    assert links["matrix"][at["cowrie@tpot"]][at["exist@ipsum"]] > 0
    assert links["matrix"][at["attack@mitre"]][at["exist@threatfox"]] > 0
    assert call("verify").code == 0
