import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import cure
from cure import Client
from cure.client import UnknownValueError
from cure.errors import MalformedError, NotKnownError, SourceError
from cure.installation import Installation
from cure.model import Finding, Kind, ip, mention
from servers import NOW, application, finding, running


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        Installation(tmp_path_factory.mktemp("data"), write=True) as installation,
        running(application(installation)) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    with Client(url) as client:
        client.publish("nicter", [finding(f"192.0.2.{i}") for i in range(1, 11)])
        client.publish("sensor", [finding("192.0.2.1"), finding("192.0.2.2")])
        yield client


def test_published_findings_are_accounted_for_over_all_batches(client):
    findings = [
        finding("198.51.100.1"),
        b'{"observables": [{"topic": "ip", "value": "198.51.100.2"}]}',
        Finding(Kind.SIGHTING, (mention(ip("198.51.100.3")),), NOW, NOW),
        b"rubbish",
        finding("198.51.100.1"),
        finding("198.51.100.4"),
    ]

    told = client.publish("other", findings, batch=2)

    assert (told["lines"], told["accepted"], told["duplicates"]) == (6, 4, 1)
    assert [one["line"] for one in told["quarantined"]] == [4]
    assert told["quarantined_count"] == 1
    assert told["sequence"]["last"] - told["sequence"]["first"] == 3


def test_nothing_may_be_published(client):
    told = client.publish("other", [])

    assert (told["lines"], told["sequence"]) == (0, {"first": None, "last": None})


def test_the_card_of_a_value_is_fetched(client):
    card = client.card("192[.]0.2.1")

    assert set(card["sources"]) == {"nicter", "sensor"}


def test_a_value_of_which_nothing_is_known_still_has_a_card(client):
    with pytest.raises(UnknownValueError) as error:
        client.card("203.0.113.1")

    assert isinstance(error.value, NotKnownError)
    assert error.value.card["status"] == "unknown"


def test_errors_are_those_of_cure(client):
    with pytest.raises(MalformedError) as error:
        client.card("192.0.2.999")
    assert error.value.why == "neither an IPv4 or IPv6 address nor a network"
    with pytest.raises(MalformedError):
        client.links("telephone")
    with pytest.raises(NotKnownError):
        client.pivot("203.0.113.1")
    with pytest.raises(NotKnownError):
        client.campaign("Nobody At All")


def test_a_server_that_is_not_there_is_a_source_error():
    with socket.socket() as taken:  # bound, but it does not listen
        taken.bind(("127.0.0.1", 0))
        with Client(f"http://127.0.0.1:{taken.getsockname()[1]}") as client:
            with pytest.raises(SourceError, match="cannot reach"):
                client.sources()
            with pytest.raises(SourceError, match="cannot reach"):
                client.publish("a", [finding("192.0.2.1")])


def test_what_is_no_server_of_cure_is_a_source_error(url):
    with Client(f"{url}/elsewhere") as client, pytest.raises(SourceError, match="Not Found"):
        client.sources()
    with Client(f"{url}/icon.svg?") as client, pytest.raises(SourceError, match="is it cure"):
        client.sources()


def test_many_values_are_matched_in_order(client):
    values = [*(f"192.0.2.{i}" for i in range(1, 256)), "", "a\nb", "日本.jp"] * 50

    answers = list(client.match(values))

    assert [one["line"] for one in answers] == list(range(1, len(values) + 1))
    assert [one["status"] for one in answers[:12]] == ["known"] * 10 + ["unknown"] * 2
    assert [one["status"] for one in answers[255:258]] == ["invalid", "invalid", "unknown"]


def test_records_are_fetched_page_by_page(client):
    client.publish("many", [finding("203.0.113.77", key=str(i)) for i in range(2500)])

    keys = {record["key"] for record in client.records("203.0.113.77", source="many", after="30d")}

    assert len(keys) == 2500
    assert list(client.records("203.0.113.77", before=NOW.replace(year=2020))) == []


def test_every_question_has_its_method(client):
    assert client.pivot("192.0.2.1", hops=1)["nodes"][0]["value"] == "192.0.2.1"
    assert client.links(topic="ip", since=NOW.replace(year=2020))["sources"][:1] == ["many"]
    assert client.campaign("192.0.2.1")["total"] >= 1
    assert client.search("192.0.2.0/28", since="30d", limit=3)["total"] == 10
    assert {one["name"] for one in client.sources()} >= {"nicter", "sensor"}
    assert {one["name"] for one in client.publishers()} == {"findings", "nicter"}
    assert client.timeline(bucket=86400, value="192.0.2.1")["sources"]["sensor"] == [1]


def test_the_stream_begins_with_a_snapshot(client):
    stream = client.stream()

    [(name, data)] = islice(stream, 1)
    stream.close()

    assert name == "snapshot"
    assert {one["name"] for one in data["sources"]} >= {"nicter", "sensor"}


def test_the_client_is_loaded_when_it_is_asked_for():
    program = "import cure, sys; assert 'httpx' not in sys.modules; cure.Client"
    src = Path(cure.__file__).parents[1]

    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(src)})
    with pytest.raises(AttributeError):
        cure.Server  # noqa: B018 # pyright: ignore[reportAttributeAccessIssue]
