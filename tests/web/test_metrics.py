"""What a server tells its operator in numbers, read as Prometheus reads it."""

from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from cure.installation import Installation
from servers import application, asked, client_of, finding, ndjson


def scraped(web) -> dict[str, Metric]:
    answer = web.get("/metrics")
    assert answer.status_code == 200
    return {one.name: one for one in text_string_to_metric_families(answer.text)}


def value(metric: Metric, **labels: str) -> float:
    [found] = [one.value for one in metric.samples if one.labels == labels]
    return found


def test_what_came_and_what_became_of_it_is_counted(tmp_path: Path):
    with asked(tmp_path) as web:
        said = [finding("192.0.2.1"), finding("192.0.2.2")]
        web.post("/api/v1/records?source=nicter@a", content=ndjson(*said, b"rubbish"))
        web.post("/api/v1/records?source=unheard-of", content=ndjson(*said[:1], b"rubbish"))
        web.post("/api/v1/records?source=nicter@a", content=ndjson(*said))
        told = scraped(web)

    assert value(told["cure_records"]) == 3
    assert value(told["cure_appended_records"]) == 3
    assert value(told["cure_duplicate_records"]) == 2
    assert value(told["cure_waiting_records"]) == 0
    assert value(told["cure_quarantined_lines"], publisher="nicter") == 1
    assert value(told["cure_quarantined_lines"], publisher="other") == 1
    assert value(told["cure_http_requests"], operation="publish", status="200") == 3
    counts = {one.name: one.value for one in told["cure_ack_seconds"].samples}
    assert counts["cure_ack_seconds_count"] == 3
    assert counts["cure_ack_seconds_sum"] > 0


def test_sizes_and_states_are_told(tmp_path: Path):
    with asked(tmp_path) as web:
        web.post("/api/v1/records?source=nicter", content=ndjson(finding("192.0.2.1")))
        told = scraped(web)

    assert value(told["cure_ready"]) == 1
    assert {one.labels["part"] for one in told["cure_hub_bytes"].samples} == {
        *("values", "postings", "records", "ordered", "spoken"),
    }
    assert all(one.value > 0 for one in told["cure_hub_bytes"].samples)
    assert value(told["cure_file_bytes"], file="log.sqlite") > 0
    assert value(told["cure_snapshot_behind_records"]) == 1
    alive = {one.labels["part"]: one.value for one in told["cure_alive"].samples}
    assert {"writer", "watches", "broadcast", "deliverypost"} <= alive.keys()
    assert set(alive.values()) == {1}
    assert value(told["process_open_fds"]) > 0


def test_an_open_answer_is_counted_until_it_ends(tmp_path: Path):
    with asked(tmp_path) as web:
        web.get("/healthz")
        told = scraped(web)

    assert value(told["cure_http_open"], operation="healthz") == 0


@pytest.mark.parametrize("path", ["/what/ever/192.0.2.66", "/api/v1/observables/ip/192.0.2.66"])
def test_nothing_that_was_asked_for_becomes_a_label(tmp_path: Path, path: str):
    with asked(tmp_path) as web:
        web.get(path)
        web.request("WHATEVER", path)
        web.get(path, headers={"Host": "192.0.2.66"})
        text = web.get("/metrics").text

    assert "192.0.2.66" not in text
    assert "WHATEVER" not in text


def test_a_publisher_that_anybody_can_name_makes_no_series(tmp_path: Path):
    with (
        Installation(tmp_path, write=True) as installation,
        client_of(application(installation)) as web,
    ):
        for number in range(5):
            web.post(f"/api/v1/records?source=made-up-{number}", content=b"rubbish\n")
        told = scraped(web)

    [only] = told["cure_quarantined_lines"].samples
    assert (only.labels, only.value) == ({"publisher": "other"}, 5)
