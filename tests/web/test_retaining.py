"""Retention in a server: what is too old is let go, but not because a clock leaps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from cure.installation import Installation
from cure.retaining import Keeping, Policy
from cure.web.retention import Retaining
from servers import application, client_of, finding, ndjson

YEARS = timedelta(days=3650)
POLICY = Policy(Keeping(timedelta(days=400)))


def test_a_clock_that_leaps_lets_nothing_go_for_a_day(tmp_path: Path):
    ahead = timedelta(0)
    with Installation(tmp_path, write=True, link_reserved=True) as installation:
        app = application(installation, clock=lambda: datetime.now(UTC) + ahead)
        with client_of(app) as client:
            said = ndjson(finding("192.0.2.1"))
            told = client.post("/api/v1/records", params={"source": "findings"}, content=said)
            assert told.status_code == httpx.codes.OK
            goes_on = Retaining(app.state.serving, POLICY)
            for leap in (timedelta(0), YEARS, timedelta(0), -YEARS, YEARS):
                ahead = leap
                for one in (goes_on, Retaining(app.state.serving, POLICY)):
                    one.look()
                    assert list(installation.log.retentions()) == []

            goes_on.look()  # it has stayed so since the last look
            assert [one.source for one in installation.log.retentions()] == ["findings"]
