"""Scores, ratings and reliability over HTTP: derived from one's own view, kept as records."""

from pathlib import Path

import pytest

from cure.access.forms import OrganisationChange, read_form
from cure.access.grants import Verb
from guarded import BY, guarded, tell
from servers import NOW, asked, finding, ndjson

VALUE = "192.0.2.1"


def post(web, source: str, *findings: dict[str, object]) -> None:
    assert web.post(f"/api/v1/records?source={source}", content=ndjson(*findings)).is_success


def get(web, path: str, **question: str):
    return web.get(f"/api/v1/{path}", params=question)


def test_a_score_comes_with_its_factors_and_its_verdict(tmp_path: Path):
    with asked(tmp_path) as web:
        post(web, "nicter", finding(VALUE), finding(VALUE, role="c2"))

        said = get(web, "score", value="192.0.2[.]1").json()
        earlier = get(web, "score", value=VALUE, at="2026-01-10T01:00:00Z").json()

    assert [one["kind"] for one in said["factors"]] == ["malware", "scan"]
    assert earlier["maliciousness"] == pytest.approx(50.5)
    assert 0 < said["maliciousness"] < earlier["maliciousness"]
    assert (earlier["verdict"], earlier["at"]) == ("malicious", "2026-01-10T01:00:00Z")


def test_what_is_not_known_has_no_score(tmp_path: Path):
    with asked(tmp_path) as web:
        assert get(web, "score", value=VALUE).json()["error"]["code"] == "not_known"
        assert get(web, "score", value="no value").status_code == 422
        assert get(web, "score", value=VALUE, at="then").status_code == 422


def test_a_rating_is_kept_told_and_counts(tmp_path: Path):
    with asked(tmp_path) as web:
        post(web, "nicter", finding(VALUE, role="c2"))
        before = get(web, "score", value=VALUE).json()

        form = {"about": VALUE, "admiralty": "B4", "false_positive": True, "note": "our scanner"}
        answer = web.post("/api/v1/ratings", json=form)

        assert answer.status_code == 201
        assert get(web, "ratings", about=VALUE).json() == [answer.json()]
        after = get(web, "score", value=VALUE).json()
        [nicter] = get(web, "reliability").json()

    assert answer.json()["source"] == "analysts@soc"
    assert answer.json()["label"]["tlp"] == "TLP:AMBER"
    assert after["maliciousness"] < before["maliciousness"] / 2
    assert after["benign"] == 50
    assert (nicter["source"], nicter["refuted"], nicter["rho"]) == ("nicter", 1, 0.4)


def test_a_source_is_rated_by_its_name(tmp_path: Path):
    with asked(tmp_path) as web:
        post(web, "nicter", finding(VALUE))
        web.post("/api/v1/ratings", json={"about": "nicter", "admiralty": "A6"})

        [nicter] = get(web, "reliability").json()
        [told] = get(web, "ratings", about="nicter").json()

    assert (nicter["letter"], nicter["rho"]) == ("A", 1.0)
    assert (told["value"], told["admiralty"]) == ("source:nicter", "A6")


def test_a_url_is_rated_and_its_host_is_not(tmp_path: Path):
    url = "http://203.0.113.5/x"
    with asked(tmp_path) as web:
        made = web.post("/api/v1/ratings", json={"about": url, "admiralty": "F1"}).json()

        assert get(web, "ratings", about=url).json() == [made]
        assert get(web, "ratings", about="203.0.113.5").json() == []
        assert get(web, "score", value=url).json()["maliciousness"] == 45
        assert get(web, "score", value="203.0.113.5").json()["maliciousness"] == 0


@pytest.mark.parametrize(
    "form",
    [
        {"about": VALUE, "admiralty": "Z9"},
        {"about": "no value at all"},
        {"about": ""},
        {"about": VALUE, "tlp": "blue"},
        {"about": VALUE, "rating": "B2"},
    ],
)
def test_a_rating_that_cannot_be_read_is_not_kept(form: dict[str, str], tmp_path: Path):
    with asked(tmp_path) as web:
        assert web.post("/api/v1/ratings", json=form).status_code == 422
        assert get(web, "ratings", about=VALUE).json() == []


def test_what_is_posted_as_another_source_is_no_rating(tmp_path: Path):
    with asked(tmp_path) as web:
        post(web, "nicter", finding(VALUE, role="false-positive"), finding(VALUE, role="c2"))

        assert get(web, "ratings", about=VALUE).json() == []
        assert get(web, "score", value=VALUE).json()["benign"] == 0


def test_each_organisation_judges_for_itself(tmp_path: Path):
    with guarded(tmp_path) as world:
        for name in ("bank", "isp"):
            world.accounts.grants.add(BY, Verb.PUBLISH, name, [f"analysts@{name}"], NOW)
        world.accounts.grants.add(BY, Verb.READ, "isp", ["analysts@bank"], NOW)
        green = read_form({"tlp": "TLP:GREEN"}, OrganisationChange)
        world.accounts.organisations.change(BY, "isp", green, NOW)
        tell(world)
        world.post("soc", "nicter", finding("192.0.2.3"))

        def rate(key: str, **said: object) -> dict[str, object]:
            form = {"about": "192.0.2.3", "admiralty": "F1", **said}
            return world.ask(key, "POST", "/api/v1/ratings", json=form).json()

        def rated(key: str) -> list[dict[str, object]]:
            return world.get(key, "/api/v1/ratings?about=192.0.2.3").json()

        own = rate("bank")
        shared = rate("bank", tlp="TLP:GREEN", false_positive=True)
        denied = world.ask("bank admin", "POST", "/api/v1/ratings", json={"about": VALUE})

        assert own["source"] == shared["source"] == "analysts@bank"
        assert {one["admiralty"] for one in rated("bank")} == {"F1"}
        assert len(rated("bank")) == 2
        assert [one["false_positive"] for one in rated("isp")] == [True]
        assert rated("soc") == rated("isp")
        assert denied.status_code == 403
        assert "judgements" in {action for action, _, _ in world.audited()}


def test_nobody_learns_from_a_rating_or_a_score_what_others_keep_to_themselves(tmp_path: Path):
    told: list[list[tuple[int, bytes]]] = []
    for is_secret in (True, False):
        with guarded(tmp_path / str(is_secret)) as world:
            world.accounts.grants.add(BY, Verb.PUBLISH, "bank", ["analysts@bank"], NOW)
            tell(world)
            if is_secret:
                world.post("soc", "secret", finding("192.0.2.77", role="c2"), finding("192.0.2.3"))
                form = {"about": "192.0.2.3", "admiralty": "A1", "expired": True}
                world.ask("soc", "POST", "/api/v1/ratings", json=form)
                world.ask("soc", "POST", "/api/v1/ratings", json={"about": "sensor@bank"})
            answers = [
                world.get("bank", f"/api/v1/{path}")
                for path in (
                    "score?value=192.0.2.77",
                    "score?value=192.0.2.3",
                    "ratings?about=192.0.2.3",
                    "ratings?about=192.0.2.77",
                    "ratings?about=secret",
                    "reliability",
                )
            ]
            for value in ("192.0.2.77", "192.0.2.78"):
                form = {"about": value, "admiralty": "B2"}
                answers.append(world.ask("bank", "POST", "/api/v1/ratings", json=form))
            told.append([(one.status_code, one.content) for one in answers])

    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [404, 200, 200, 200, 200, 200, 201, 201]
