"""The quarantine over HTTP: whose lines one is told of, and what becomes of them, read again."""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from cure.access.grants import Verb
from cure.access.principal import Scope
from cure.interfaces import Publisher, Quarantined, Reading
from guarded import BY, World, guarded
from servers import NOW, PUBLISHERS, finding

BAD = b'{"observables": [\x00\xff'
LINES = "/api/v1/quarantine/lines"
REPLAY = "/api/v1/quarantine/replay"
SILENT = b"# a comment"


def read_better(data) -> Iterator[Reading]:
    """Read what the publisher of yesterday could not: a value after a word."""
    for number, line in enumerate(data.lines, 1):
        if line.startswith(b"saw "):
            said = finding(line[4:].decode())
            yield from (
                replaced(one, number, line)
                for one in PUBLISHERS["findings"].read(
                    replace(data, lines=iter((json.dumps(said).encode(),)))
                )
            )
        elif line == SILENT:
            yield Reading(number, line)
        else:
            yield Reading(number, line, why="no such words")


def replaced(one: Reading, number: int, line: bytes) -> Reading:
    return Reading(number, line, one.findings, one.why)


SENSOR: Publisher = replace(PUBLISHERS["nicter"], name="sensor", read=read_better)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("data")
    with guarded(directory, publishers={**PUBLISHERS, "sensor": SENSOR}) as world:
        yield world


@pytest.fixture
def world(served: World) -> World:
    """Return the server with nothing in quarantine."""
    held = served.installation.log.held
    for source in held.sums():
        held.release([line.id for line in held.page(source, 1000)])
    return served


def hold(world: World, source: str, *lines: bytes) -> None:
    """Have lines of a file lie in quarantine, as yesterday's publisher left them."""
    held = [Quarantined(source, "a.log", at, raw, "not read") for at, raw in enumerate(lines, 1)]
    world.installation.quarantine(held, NOW)


def told(world: World, key: str) -> dict[str, int]:
    return {one["source"]: one["lines"] for one in world.get(key, "/api/v1/quarantine").json()}


def again(world: World, key: str, **form: object):
    return world.ask(key, "POST", REPLAY, json=form)


def test_lines_are_told_to_whom_their_source_belongs_and_to_nobody_else(world: World):
    world.post("bank", "sensor@bank", finding("192.0.2.1"), BAD)
    world.post("soc", "nicter", finding("192.0.2.2"), BAD)

    assert told(world, "bank") == {"sensor@bank": 1}
    assert told(world, "soc") == {"nicter": 1}
    assert told(world, "isp") == {}
    for other in ("isp", "soc"):
        asked = {"source": "sensor@bank"}
        unknown = {"source": "sensor@none"}
        refused = world.ask(other, "GET", LINES, params=asked)
        assert refused.status_code == 404
        same = world.ask(other, "GET", LINES, params=unknown).text.replace("none", "bank")
        assert refused.text == same
        assert again(world, other, source="sensor@bank").status_code == 404


def test_a_source_of_which_nothing_could_be_read_belongs_to_who_may_publish_as_it(world: World):
    world.accounts.grants.add(BY, Verb.PUBLISH, "bank", ["fresh@bank"], NOW)
    hold(world, "fresh@bank", BAD)
    hold(world, "nobodys", BAD)

    assert told(world, "bank") == {"fresh@bank": 1}
    assert told(world, "soc") == {"nobodys": 1}


def test_what_a_source_of_several_organisations_could_not_say_is_told_to_none(world: World):
    world.post("soc", "shared", finding("192.0.2.1"))
    hold(world, "shared", BAD)
    label = next(iter(world.installation.log.labels_of("shared")))
    world.post("soc", "shared", finding("192.0.2.2"))
    world.installation.relabel("shared", label, msgspec.structs.replace(label, owner="bank"))
    world.post("soc", "shared", finding("192.0.2.3"))

    assert world.installation.owners_of("shared") == {"bank", "soc"}
    assert all("shared" not in told(world, who) for who in ("soc", "bank", "isp"))


def test_a_line_is_shown_with_its_bytes_as_they_came(world: World):
    world.post("bank", "sensor@bank", BAD)

    (line,) = world.ask("bank", "GET", LINES, params={"source": "sensor@bank"}).json()["lines"]

    assert b64decode(line["raw"]) == BAD
    assert (line["input"], line["line"]) == ("POST records", 1)
    assert line["why"]


def test_lines_come_page_by_page_each_once(world: World):
    hold(world, "nicter", *(b"bad %d" % number for number in range(7)))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        asked = {"source": "nicter", "limit": 3, **cursor}
        page = world.ask("soc", "GET", LINES, params=asked).json()
        seen += [b64decode(one["raw"]).decode() for one in page["lines"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert sorted(seen) == [f"bad {number}" for number in range(7)]
    wrong = {"source": "nicter", "cursor": "made up"}
    assert world.ask("soc", "GET", LINES, params=wrong).status_code == 422


def test_only_lines_with_a_reason_can_be_asked_for(world: World):
    world.post("bank", "sensor@bank", b"{", finding("x.y.z", "ip"), finding("q.r.s", "ip"))
    (summed,) = world.get("bank", "/api/v1/quarantine").json()

    reason = next(why for why, lines in summed["reasons"].items() if lines == 2)
    asked = {"source": "sensor@bank", "reason": reason}
    assert len(world.ask("bank", "GET", LINES, params=asked).json()["lines"]) == 2


def test_what_can_be_read_now_becomes_records_and_leaves_the_quarantine(world: World):
    hold(world, "sensor@bank", b"saw 192.0.2.7", SILENT, b"garbage", b"saw 192.0.2.7")

    answer = again(world, "bank", source="sensor@bank").json()

    assert answer == {
        "lines": 4,
        "spoke": 2,
        "silent": 1,
        "quarantined": 1,
        "records": 2,
        "new_records": 1,
        "reasons": {"no such words": 1},
        "next": None,
    }
    card = world.get("bank", "/api/v1/observables?value=192.0.2.7").json()
    assert list(card["sources"]) == ["sensor@bank"]
    assert told(world, "bank") == {"sensor@bank": 2}
    assert again(world, "bank", source="sensor@bank").json()["spoke"] == 0
    assert ("replay_quarantine", "bank", "allowed") in world.audited()


def test_lines_are_read_again_one_by_one(world: World):
    hold(world, "sensor@bank", b"saw 192.0.2.7", b"saw 192.0.2.8")
    page = world.ask("bank", "GET", LINES, params={"source": "sensor@bank"}).json()

    ids = [page["lines"][0]["id"], "0" * 32]
    assert again(world, "bank", source="sensor@bank", ids=ids).json()["lines"] == 1
    assert told(world, "bank") == {"sensor@bank": 1}
    assert again(world, "bank", source="sensor@bank", ids=["x"]).status_code == 422


def test_what_was_posted_as_findings_is_read_as_findings_again(world: World):
    held = Quarantined(
        "sensor@bank", "POST records", 1, json.dumps(finding("192.0.2.9")).encode(), ""
    )
    world.installation.quarantine([held], NOW)

    assert again(world, "bank", source="sensor@bank").json()["spoke"] == 1


def test_a_line_that_was_cut_stays(world: World):
    hold(world, "sensor@bank", b"saw 192.0.2.7".ljust(4096))

    answer = again(world, "bank", source="sensor@bank").json()

    assert answer["quarantined"] == 1
    assert "4,096 bytes" in next(iter(answer["reasons"]))


def test_who_may_only_read_changes_nothing_and_who_may_only_publish_is_told_nothing(world: World):
    hold(world, "sensor@bank", b"saw 192.0.2.7")
    world.key("reader", "bank", Scope.READ)
    world.key("publisher", "bank", Scope.PUBLISH)

    assert again(world, "reader", source="sensor@bank").status_code == 403
    assert again(world, "publisher", source="sensor@bank").status_code == 403
    assert told(world, "bank") == {"sensor@bank": 1}


@pytest.mark.parametrize("wrong", [{"own": ["nowhere"]}, {"zone": "Mars/Olympus"}])
def test_a_network_or_a_time_zone_that_is_none_is_refused(world: World, wrong: dict[str, object]):
    hold(world, "sensor@bank", b"saw 192.0.2.7")

    assert again(world, "bank", source="sensor@bank", **wrong).status_code == 422
