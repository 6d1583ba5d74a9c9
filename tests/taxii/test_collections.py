"""Who is told of which collections, and what is in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cure.model import Caveat, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from guarded import World
from servers import NOW, finding
from taxii.world import ACCEPT, trusted

MALWARE = {"topic": "tag", "value": "malware:emotet", "role": "tag"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with trusted(tmp_path_factory.mktemp("taxii")) as world:
        attacker = {"topic": "ip", "value": "192.0.2.1", "role": "attacker"}
        world.post("soc", "nicter", finding("", observables=[attacker, MALWARE]))
        world.post("soc", "nicter", finding("example.com", "domain"))
        world.post(
            "soc", "secret", finding("", observables=[attacker, {**MALWARE, "value": "malware:x"}])
        )
        world.post("bank", "sensor@bank", finding("user@example.com", "email"))
        yield world


def get(world: World, path: str, key: str = "bank", root: str = "bank") -> httpx.Response:
    return world.ask(key, "GET", f"/taxii2/{root}/{path}", headers=ACCEPT)


def collections(world: World, key: str = "bank", root: str = "bank") -> dict[str, Any]:
    found = get(world, "collections/", key, root).json()["collections"]
    return {one["alias"]: one for one in found}


def values(world: World, collection: str) -> set[str]:
    objects = get(world, f"collections/{collection}/objects/").json()["objects"]
    return {one["value"] for one in objects if "value" in one}


def test_an_organisation_is_told_of_what_it_may_see(world: World):
    assert collections(world).keys() == {
        *("inbox", "all", "topic-ip", "topic-domain", "topic-email", "topic-tag"),
        *("source-nicter", "source-sensor@bank", "tag-malware:emotet"),
    }
    assert "source-secret" in collections(world, "soc", "soc")


@pytest.mark.parametrize(
    ("collection", "held"),
    [
        ("all", {"192.0.2.1", "example.com", "user@example.com"}),
        ("topic-domain", {"example.com"}),
        ("topic-hash", set()),
        ("source-nicter", {"192.0.2.1", "example.com"}),
        ("tag-malware:emotet", {"192.0.2.1"}),
    ],
)
def test_a_collection_holds_its_records(world: World, collection: str, held: set[str]):
    assert values(world, collection) == held


def test_a_name_and_an_identifier_are_the_same_collection(world: World):
    for alias, one in collections(world).items():
        assert get(world, f"collections/{one['id']}/").json() == one
        assert get(world, f"collections/{alias}/").json() == one


def test_what_may_not_be_seen_looks_like_what_there_is_not(world: World):
    hidden = [
        get(world, f"collections/{name}/objects/")
        for name in ("source-secret", "source-never", "tag-malware:x", "tag-malware:never", "never")
    ]
    roots = [get(world, "collections/", root=name) for name in ("soc", "never")]

    for answers in (hidden, roots):
        assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_an_object_is_found_by_its_identifier(world: World):
    [one] = [
        one
        for one in get(world, "collections/all/objects/").json()["objects"]
        if one.get("value") == "example.com"
    ]
    path = f"collections/all/objects/{one['id']}"

    assert get(world, f"{path}/").json() == {"more": False, "objects": [one]}
    assert len(get(world, f"{path}/versions/").json()["versions"]) == 1
    assert get(world, f"{path}/?match[spec_version]=2.0").json()["objects"] == []
    assert (
        get(world, "collections/all/objects/url--00000000-0000-4000-8000-000000000000/").status_code
        == 404
    )
    assert (
        get(world, "collections/source-sensor@bank/" + path.partition("all/")[2]).status_code == 404
    )


def test_filters_are_joined(world: World):
    def ids(query: str) -> set[str]:
        objects = get(world, f"collections/all/objects/?{query}").json()["objects"]
        return {one["id"] for one in objects}

    both = ids("match[type]=ipv4-addr,domain-name")
    assert both == ids("match[type]=ipv4-addr&match[type]=domain-name&match[version]=all")
    assert len(both) == 2
    assert ids("match[type]=ipv4-addr&match[spec_version]=2.0") == set()


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=1.5",
        "added_after=yesterday",
        "added_after=2025-01-01",
        "added_after=2025-01-01T00:00:00",
        "next=AAAA",
        "next=%00",
        "match[version]=newest",
    ],
)
def test_what_cannot_be_read_is_told_so(world: World, query: str):
    answer = get(world, f"collections/all/objects/?{query}")

    assert answer.status_code == 400
    assert answer.headers["content-type"] == ACCEPT["Accept"]
    assert answer.json()["http_status"] == "400"


@pytest.mark.parametrize(
    "moment",
    ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.1Z", "2020-01-01T09:00:00.123456789%2B09:00"],
)
def test_a_moment_may_have_any_precision(world: World, moment: str):
    assert get(world, f"collections/all/objects/?added_after={moment}").json()["objects"]


def test_a_token_is_good_for_one_question_of_one_audience(world: World):
    path = "collections/{}/objects/?limit=1"
    token = get(world, path.format("all")).json()["next"]

    def status(collection: str, more: str = "", key: str = "bank", root: str = "bank") -> int:
        asked = f"{path.format(collection)}&next={token}{more}"
        return get(world, asked, key, root).status_code

    assert status("all") == 200
    assert status("all", "&match[type]=url") == 400
    assert status("source-nicter") == 400
    assert status("all", key="soc", root="soc") == 400


def test_only_taxii_is_spoken(world: World):
    for accept, status in (("text/html", 406), ("application/taxii+json;version=2.0", 406)):
        assert (
            world.ask("bank", "GET", "/taxii2/", headers={"Accept": accept}).status_code == status
        )
    for accept in (
        "*/*",
        "application/taxii+json",
        "text/html, application/taxii+json; version=2.1",
    ):
        assert world.ask("bank", "GET", "/taxii2/", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("", "never/", "bank/", "bank/collections/", "bank/status/1/", "bank/collections/all/"),
        *(f"bank/collections/all/{what}/" for what in ("objects", "manifest", "objects/x")),
        "bank/collections/all/objects/x/versions/",
    ],
)
def test_whoever_is_unknown_is_told_so_and_sent_nowhere(world: World, path: str):
    answer = world.web.get(f"/taxii2/{path}", headers=ACCEPT, follow_redirects=False)

    assert answer.status_code == 401
    assert "basic" in answer.headers["www-authenticate"].lower()


def test_what_is_read_is_in_the_audit_log(world: World):
    get(world, "collections/all/objects/")

    assert ("taxii", "bank", "allowed") in world.audited()


def test_a_record_that_may_not_leave_is_in_no_collection(tmp_path: Path):
    with trusted(tmp_path) as world:
        said = Finding(Kind.SIGHTING, (mention(ip("192.0.2.9"), "attacker"),), NOW, NOW)
        label = Label(Tlp.CLEAR, "soc", caveats=(Caveat.NO_EXPORT,))
        world.installation.append([Record("nicter", label, digest_of("nicter", said), said)])
        assert world.get("soc", "/api/v1/observables?value=192.0.2.9").status_code == 200
        found = get(world, "collections/all/objects/", "soc", "soc")
        assert found.json()["objects"] == []
