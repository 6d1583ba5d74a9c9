"""Tickets over HTTP: a form whose values, tags and text are read as any ticket is."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from cure.access.forms import OrganisationChange, read_form
from cure.access.grants import Verb
from cure.installation import Installation
from cure.model import Audience, Tlp
from cure.publishers.tickets import PUBLISHER as TICKETS
from cure.web.server import build
from guarded import BY, guarded
from servers import NOW, OPERATOR, PUBLISHERS, client_of

TEXT = "TrickBot came with it, from hxxp://c2-a[.]onion/x."
FORM = {
    "title": "Mail with Emotet",
    "text": TEXT,
    "values": ["hxxp://example[.]com/a", "192.0.2[.]7"],
    "tags": ["#CobaltStrike", 'misp-galaxy:banker="Geodo"', "ours"],
}


def application(installation: Installation, audience: Audience = OPERATOR) -> Litestar:
    return build(
        installation,
        audience=audience,
        owner="soc",
        publishers={**PUBLISHERS, "tickets": TICKETS},
        clock=lambda: NOW,
    )


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with Installation(tmp_path, write=True, link_reserved=True) as found:
        yield found


@pytest.fixture
def web(installation: Installation) -> Iterator[TestClient[Litestar]]:
    with client_of(application(installation)) as client:
        yield client


def add(web, **more: object):
    return web.post("/api/v1/tickets", json={**FORM, **more})


def test_a_ticket_says_what_was_given_and_what_its_text_names(web):
    answer = add(web)

    assert answer.status_code == 201
    made = answer.json()
    assert made["values"] == [
        "http://example.com/a",
        "192.0.2.7",
        "http://c2-a.onion/x",
        "example.com",
        "c2-a.onion",
    ]
    assert set(made["tags"]) == {"malware:cobalt-strike", "malware:emotet", "malware:trickbot"}
    assert made["labels"] == FORM["tags"]
    assert (made["status"], made["source"]) == ("open", "tickets")
    assert (made["label"]["tlp"], made["label"]["owner"]) == ("TLP:AMBER", "soc")
    assert web.get(f"/api/v1/tickets/{made['id']}").json() == made


def test_its_values_are_known_with_its_tags(web):
    add(web)

    card = web.get("/api/v1/observables", params={"value": "192.0.2.7"}).json()

    assert card["sources"]["tickets"]["count"] == 1
    assert "malware:emotet" in card["tags"]


def test_a_change_is_a_new_version_and_the_old_one_is_not_told_any_more(web, installation):
    made = add(web).json()

    changed = web.patch(
        f"/api/v1/tickets/{made['id']}", json={"values": ["198.51.100.1"], "text": "Nothing else."}
    ).json()

    assert changed["values"] == ["198.51.100.1"]
    assert (changed["title"], changed["labels"]) == (made["title"], made["labels"])
    assert web.get("/api/v1/tickets").json() == [changed]
    assert web.get("/api/v1/observables", params={"value": "192.0.2.7"}).status_code == 404
    assert len(installation) == 2


def test_what_was_given_stays_if_it_is_not_changed(web):
    made = add(web).json()

    changed = web.patch(f"/api/v1/tickets/{made['id']}", json={"text": ""}).json()

    assert changed["values"] == ["http://example.com/a", "192.0.2.7", "example.com"]
    assert changed["text"] == ""


def test_a_closed_ticket_is_still_there(web):
    first, second = add(web).json(), add(web, title="Another").json()

    closed = web.patch(f"/api/v1/tickets/{first['id']}", json={"status": "closed"}).json()

    assert closed["status"] == "closed"
    for status, ticket in (("open", second), ("closed", closed)):
        assert web.get("/api/v1/tickets", params={"status": status}).json() == [ticket]


def test_what_lies_inside_was_hit_and_only_its_owner_sees_that(installation, web):
    made = add(web, values=["10.0.0.5", "198.51.100.1"], tlp="TLP:GREEN").json()

    assert "10.0.0.5" in made["values"]
    with client_of(application(installation, Audience("bank", Tlp.GREEN))) as other:
        [seen] = other.get("/api/v1/tickets").json()
    assert seen["id"] == made["id"]
    assert "10.0.0.5" not in seen["values"]
    assert "198.51.100.1" in seen["values"]


def test_a_ticket_that_one_may_not_see_is_not_there(installation, web):
    made = add(web).json()
    with client_of(application(installation, Audience("bank", Tlp.GREEN))) as other:
        assert other.get("/api/v1/tickets").json() == []
        assert other.get(f"/api/v1/tickets/{made['id']}").status_code == 404
        answer = other.patch(f"/api/v1/tickets/{made['id']}", json={"status": "closed"})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"values": ["no value"]}, "'no value' is not a domain"),
        ({"values": ["192.0.2.999"]}, "not a ip"),
        ({"tlp": "GREEN"}, "'GREEN' is not a tlp: want one of TLP:CLEAR"),
        ({"title": ""}, "Validation failed"),
        ({"titel": "x"}, "Validation failed"),
        ({"text": "x" * 20_001}, "Validation failed"),
        ({"values": ["192.0.2.1"] * 501}, "Validation failed"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(web, wrong: dict[str, object], why: str):
    answer = add(web, **wrong)

    assert answer.status_code == 422
    assert why in answer.json()["error"]["message"]
    assert web.get("/api/v1/tickets").json() == []


@pytest.mark.parametrize("name", ["ffffffffff", "x", "*", "%2e%2e", "FFFFFFFFFF"])
def test_an_id_of_no_ticket_finds_none(web, name: str):
    add(web)

    answer = web.get(f"/api/v1/tickets/{name}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_known")
    assert web.patch(f"/api/v1/tickets/{name}", json={}).status_code == 404


def test_a_tag_of_another_source_makes_no_ticket(web):
    finding = {
        "observables": [{"topic": "tag", "value": "ticket:aaaaaaaaaa", "role": "ticket"}],
        "key": "aaaaaaaaaa",
        "attributes": {"status": "open", "title": "Not ours"},
    }
    assert web.post("/api/v1/records?source=nicter", json=[finding]).json()["accepted"] == 1

    assert web.get("/api/v1/tickets").json() == []


def test_each_organisation_keeps_its_own_tickets(tmp_path):
    with guarded(tmp_path, publishers={**PUBLISHERS, "tickets": TICKETS}) as world:
        for name in ("bank", "isp"):
            world.accounts.grants.add(BY, Verb.PUBLISH, name, [f"tickets@{name}"], NOW)
        world.accounts.grants.add(BY, Verb.READ, "isp", ["tickets@bank"], NOW)
        green = read_form({"tlp": "TLP:GREEN"}, OrganisationChange)
        world.accounts.organisations.change(BY, "isp", green, NOW)

        def ask(key: str, method: str, path: str = "", **said: object) -> httpx.Response:
            return world.ask(key, method, f"/api/v1/tickets{path}", json=said)

        made = ask("bank", "POST", title="Emotet", tlp="TLP:GREEN").json()
        secret = ask("bank", "POST", title="Emotet, too").json()
        ours = ask("soc", "POST", title="Of the operator").json()

        assert (made["source"], made["label"]["owner"]) == ("tickets@bank", "bank")
        assert (ours["source"], ours["label"]["owner"]) == ("tickets", "soc")
        assert ask("isp", "GET", f"/{secret['id']}").status_code == 404
        assert secret["id"] in ask("bank", "GET").text
        assert ask("isp", "GET").json() == [ask("isp", "GET", f"/{made['id']}").json()]
        assert ask("isp", "PATCH", f"/{secret['id']}", status="closed").status_code == 404
        assert ask("isp", "PATCH", f"/{made['id']}", status="closed").status_code == 403
        assert ask("bank", "PATCH", f"/{secret['id']}", status="closed").status_code == 200
        assert {"ticket", "tickets"} <= {action for action, _, _ in world.audited()}
