"""What a server answers does not depend on what the asker may not see: byte for byte."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cure.access.principal import Scope
from cure.installation import Installation
from cure.interfaces import Logged
from cure.model import Audience, Purpose, Record
from cure.web import broadcast
from guarded import World, guarded, tell
from hidden import without_hidden
from proof import examples
from servers import application, client_of, finding, ndjson, running
from strategies import T0, VALUES, audiences, numbered, records
from surfaces import answers

readers = audiences.map(lambda to: msgspec.structs.replace(to, purpose=Purpose.READ))


def served(logged: list[Logged], to: Audience) -> list[bytes]:
    with (
        tempfile.TemporaryDirectory() as directory,
        Installation(Path(directory), write=True, link_reserved=True) as installation,
    ):
        installation.append([one.record for one in logged])
        with client_of(application(installation, audience=to, clock=lambda: T0)) as client:
            return list(answers(client, VALUES[:6]))


@given(st.lists(records(), min_size=4, max_size=16), readers)
@settings(max_examples=examples(5, 300), suppress_health_check=[HealthCheck.too_slow])
def test_no_answer_over_http_depends_on_what_is_hidden(batch: list[Record], to: Audience):
    logged = numbered(batch)

    assert served(logged, to) == served(without_hidden(logged, to, T0), to)


HIDDEN = ("192.0.2.1", "192.0.2.3", "192.0.2.77", "bank.example.com")
"""Values of which the operator says something to nobody: the others know of three of them."""


@contextmanager
def worlds(directory: Path) -> Iterator[tuple[World, World]]:
    """Make a world in which the operator has secrets, and one in which it has none."""
    with (
        guarded(directory / "with") as one,
        guarded(directory / "without") as other,
    ):
        yield one, other


def keep_secret(world: World) -> None:
    for value in HIDDEN:
        topic = "ip" if value[0] == "1" else "domain"
        world.post("soc", "secret", finding(value, topic), b"no finding of ours")


def asked_by(world: World, key: str) -> list[bytes]:
    world.web.headers["Authorization"] = f"Bearer {world.tokens[key]}"
    values = [f"/api/v1/observables?value={value}" for value in (*HIDDEN, "192.0.2.78")]
    paths = [*values, "/healthz", "/metrics", "/api/v1/origins", "/api/v1/admin/audit"]
    beside = [world.get(key, path) for path in paths]
    return [
        *answers(world.web, VALUES[:2]),
        *(b"%d " % answer.status_code + answer.content for answer in beside),
    ]


def test_no_answer_to_a_member_depends_on_what_the_operator_keeps_to_itself(tmp_path: Path):
    with worlds(tmp_path) as both:
        for world in both:
            tell(world)
        keep_secret(both[0])

        assert asked_by(both[0], "bank") == asked_by(both[1], "bank")
        assert asked_by(both[0], "isp") == asked_by(both[1], "isp")
        assert asked_by(both[0], "soc") != asked_by(both[1], "soc")


def posted(world: World) -> list[bytes]:
    again = [finding(value) for value in HIDDEN[:3]]
    bodies = [again, again, [finding("192.0.2.1", "domain")], [b"nothing"]]
    sources = ["sensor@bank", "sensor@bank", "sensor@bank", "sensor@bank", "secret", "unheard-of"]
    return [
        world.post("bank", source, *body).content
        for source, body in zip(sources, [*bodies, again, again], strict=True)
    ]


def test_what_a_poster_is_told_does_not_depend_on_what_is_hidden(tmp_path: Path):
    with worlds(tmp_path) as both:
        keep_secret(both[0])

        told = posted(both[0])
        assert told == posted(both[1])
        assert told[-1] == told[-2]


def heard(directory: Path, *, secretly: bool) -> list[str]:
    """Return what the bank hears while somebody else posts, and then it itself."""
    with guarded(directory) as world:
        tell(world)
    with guarded(directory, populated=False, is_served=False) as world:
        for name in ("soc", "bank"):
            world.key(name, name, Scope.READ, Scope.PUBLISH)
        with running(world.app) as url:
            bank, soc = ({"Authorization": f"Bearer {world.tokens[k]}"} for k in ("bank", "soc"))
            body = ndjson(finding("192.0.2.3"), finding("192.0.2.77"))
            posts = f"{url}/api/v1/records?source="
            with httpx.stream("GET", f"{url}/api/v1/stream", headers=bank) as answer:
                lines = answer.iter_lines()
                told = [next_event(lines)]
                if secretly:
                    assert httpx.post(f"{posts}secret", content=body, headers=soc).is_success
                    time.sleep(0.2)  # so that it is told by itself, if it is told
                assert httpx.post(f"{posts}sensor@bank", content=body, headers=bank).is_success
                return [*told, next_event(lines)]


def next_event(lines: Iterator[str]) -> str:
    return "\n".join(takewhile(bool, lines))


def test_a_stream_tells_nothing_of_what_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broadcast, "TICK_S", 0.05)
    told = heard(tmp_path / "with", secretly=True)

    assert told == heard(tmp_path / "without", secretly=False)
    assert "secret" not in "".join(told)
