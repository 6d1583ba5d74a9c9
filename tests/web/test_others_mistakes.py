"""What went wrong elsewhere, each as a test: OpenCTI, MISP, YETI, FlowIntel, TheHive."""

import json
import re
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewUser
from cure.access.principal import Scope
from cure.errors import ConfigError, UnauthenticatedError
from guarded import ALL_SCOPES, BY, PASSWORD, World, guarded, tell
from servers import finding

A = "/api/v1/admin"
HIDDEN = "192.0.2.2"
NEVER = "192.0.2.9"
QUESTIONS = (
    "/api/v1/observables/ip/{}",
    "/api/v1/observables?value={}",
    "/api/v1/observables/ip/{}/records",
    "/api/v1/observables/records?value={}&source=secret",
    "/api/v1/pivot?value={}",
    "/api/v1/campaign?value={}",
    "/api/v1/timeline?value={}",
    "/api/v1/search?pattern={}",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with guarded(tmp_path_factory.mktemp("data")) as world:
        tell(world)
        world.accounts.users.add(BY, NewUser(name="root@soc", scopes=ALL_SCOPES), world.clock())
        yield world


# OpenCTI CVE-2026-27960: unauthenticated calls as any user, the default administrator included.


def test_there_is_no_default_account(tmp_path: Path):
    with guarded(tmp_path, populated=False, needs_accounts=True) as world:
        store = world.accounts.store
        assert store.rows("SELECT * FROM user") == store.rows("SELECT * FROM api_key") == []
        for name in ("admin", "admin@soc", "admin@local", "root@soc", "admin@opencti.io", ""):
            assert world.log_in(name, name).status_code in {401, 422}


# OpenCTI CVE-2026-44730, MISP CVE-2026-44380: an organisation's administrator escalates.

ESCALATIONS = [
    ("PUT", "users/{user}/password", {"password": "a way to Nagasaki"}),
    ("PATCH", "users/{user}", {"scopes": ["read", "admin"]}),
    ("PATCH", "users/{user}", {"scopes": ["audit"]}),
    ("PATCH", "users/{user}", {"tlp": "TLP:RED"}),
    ("DELETE", "users/{user}", None),
    ("DELETE", "users/{user}/totp", None),
    ("POST", "users/{user}/lock", None),
    ("POST", "users/{user}/unlock", None),
    ("POST", "users/{user}/identities", {"iss": "https://id.example.com", "sub": "me"}),
    ("POST", "keys", {"organisation": "{organisation}", "user": "{user}"}),
    ("POST", "keys", {"organisation": "{organisation}"}),
    ("POST", "users", {"name": "mine@{organisation}", "scopes": ["admin"]}),
]


@pytest.mark.parametrize("target", ["rin@isp", "boss@isp", "boss@soc", "root@soc", "no@isp"])
@pytest.mark.parametrize(("method", "path", "body"), ESCALATIONS)
def test_an_administrator_reaches_nobody_of_another_organisation(world, method, path, body, target):
    names = {"user": target, "organisation": target.partition("@")[2]}
    said = json.loads(re.sub(r"\{(\w+)\}", lambda m: names[m[1]], json.dumps(body)))
    before = world.accounts.store.rows("SELECT name, body, password FROM user ORDER BY name")

    answer = world.ask("bank admin", method, f"{A}/{path.format(**names)}", json=said)

    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "that is not allowed with these credentials"
    after = world.accounts.store.rows("SELECT name, body, password FROM user ORDER BY name")
    assert after == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "organisations", {"name": "mine"}),
        ("PATCH", "organisations/bank", {"tlp": "TLP:RED"}),
        ("DELETE", "organisations/isp", None),
        ("PUT", "grants/bank/read/secret", None),
        ("PUT", "grants/bank/publish/nicter", None),
        ("POST", "users", {"name": "x@bank", "scopes": ["metrics"]}),
        ("POST", "users", {"name": "x@bank", "tlp": "TLP:RED"}),
        ("POST", "users", {"name": "x@bank", "groups": ["cert"]}),
        ("POST", "keys", {"organisation": "bank", "scopes": ["audit"]}),
        ("POST", "keys", {"organisation": "bank", "tlp": "TLP:RED"}),
        ("POST", "keys", {"organisation": "bank", "confidentiality": 3}),
    ],
)
def test_an_administrator_gives_nobody_more_than_is_agreed_with_his_organisation(
    world, method, path, body
):
    assert world.ask("bank admin", method, f"{A}/{path}", json=body).status_code == 403


def test_nobody_raises_himself(world):
    world.log_in("boss@bank")
    headers = {"X-CSRF-Token": world.web.get("/api/v1/me").json()["csrf"]}
    answers = [
        world.web.patch(f"{A}/users/boss@bank", json=body, headers=headers)
        for body in ({"scopes": ["read", "admin"]}, {"tlp": None}, {"scopes": []})
    ]
    key = world.web.post(
        f"{A}/keys",
        json={"organisation": "bank", "user": "boss@bank", "scopes": ["read"]},
        headers=headers,
    )
    world.web.cookies.clear()

    assert {one.status_code for one in [*answers, key]} == {403}


def test_an_administrator_manages_and_does_not_read(world):
    for key in ("bank admin", "soc admin"):
        assert world.get(key, "/api/v1/sources").status_code == 403


# OpenCTI CVE-2026-21886, MISP CVE-2026-56424: one thing authorised, another one changed.


def test_the_id_of_another_kind_of_thing_is_not_found(world):
    key = world.ids["bank"]
    answers = [
        world.ask("bank admin", "DELETE", f"{A}/keys/rin@bank"),
        world.ask("bank admin", "DELETE", f"{A}/keys/bank"),
        world.ask("soc admin", "DELETE", f"{A}/users/{key}@bank"),
        world.ask("soc admin", "DELETE", f"{A}/organisations/rin@bank"),
        world.ask("soc admin", "GET", f"{A}/organisations/{key}"),
        world.ask("soc admin", "DELETE", f"{A}/grants/isp/read/sensor@bank"),
        world.ask("soc admin", "DELETE", f"{A}/grants/isp/publish/nicter"),
    ]

    assert [one.status_code for one in answers] == [404] * len(answers)
    assert world.get("bank", "/api/v1/me").status_code == 200


def test_a_key_of_another_organisation_is_not_told_from_none(world):
    answers = [
        world.ask("bank admin", method, f"{A}/keys/{key}{tail}")
        for key in (world.ids["isp"], world.ids["soc"], "aaaaaaaa")
        for method, tail in (("DELETE", ""), ("POST", "/rotate"))
    ]

    assert {one.status_code for one in answers} == {404}
    assert {len(one.content) for one in answers} == {len(answers[0].content)}
    assert world.get("isp", "/api/v1/me").status_code == 200


def test_a_user_is_removed_with_all_his_keys(tmp_path: Path):
    with guarded(tmp_path) as world:
        world.key("rin", "bank", Scope.READ, user="rin@bank")
        assert world.get("rin", "/api/v1/me").status_code == 200
        world.ask("bank admin", "DELETE", f"{A}/users/rin@bank")
        assert world.get("rin", "/api/v1/me").status_code == 401


# MISP CVE-2026-9084: an account of a provider is bound by its e-mail.


def test_an_identity_is_known_by_issuer_and_subject_only(world):
    accounts, at = world.accounts, world.clock()
    accounts.users.bind(BY, "rin@bank", "https://id.example.com", "subject-1", at)

    assert accounts.sessions.open_as("https://id.example.com", "subject-1", at, "192.0.2.1")
    for iss, sub in (
        ("https://id.example.com", "rin@bank"),
        ("https://id.example.com", "subject-2"),
        ("https://id.example.com/", "subject-1"),
        ("https://id.example.net", "subject-1"),
        ("https://id.example.net", "rin@bank"),
    ):
        with pytest.raises(UnauthenticatedError):
            accounts.sessions.open_as(iss, sub, at, "192.0.2.1")


# YETI CVE-2024-46508, OpenTAXII: default and short secrets.


@pytest.mark.parametrize("secret", [b"", b"secret", b"x" * 31, b"x" * 33])
def test_a_start_refuses_a_secret_of_another_length(tmp_path: Path, secret: bytes):
    (tmp_path / "audit.key").touch(0o600)
    (tmp_path / "audit.key").write_bytes(secret)

    with pytest.raises(ConfigError, match="it was damaged"):
        Audit(tmp_path)


def test_a_start_refuses_a_secret_that_others_may_read(tmp_path: Path):
    with Audit(tmp_path) as audit, Accounts(tmp_path, audit):
        pass
    (tmp_path / "audit.key").chmod(0o644)

    with pytest.raises(ConfigError, match="others may read"):
        Audit(tmp_path)


# OpenCTI CVE-2024-45404: codes are guessed.


def test_a_thousand_guesses_of_a_code_are_locked_out_and_audited(tmp_path: Path, monkeypatch):
    with guarded(tmp_path) as world:
        world.accounts.users.new_totp(BY, "rin@bank", world.clock())
        world.accounts.store.rows("UPDATE user SET totp_confirmed = 1 WHERE name = 'rin@bank'")
        # As if the password were known, which is checked at 50 ms a guess otherwise; from as many
        # addresses as one likes.
        monkeypatch.setattr("cure.access.sessions.is_right", lambda *_: True)
        monkeypatch.setattr("cure.access.limits.Buckets.take", lambda *_: None)
        statuses = [
            world.log_in("rin@bank", code=f"{number:06}").status_code for number in range(1000)
        ]
        logins = [one for one in world.audited() if one[0] == "login"]

    assert HTTPStatus.OK not in statuses
    assert statuses.count(401) <= 10
    assert statuses.count(429) >= 990
    assert len(logins) == 1000
    assert ("login", "rin@bank", "locked") in logins


# MISP: hashes of keys are returned; keys in error texts.


def test_no_answer_holds_a_hash_or_the_secret_of_a_key(world):
    digests = [row[0] for row in world.accounts.store.rows("SELECT digest FROM api_key")]
    secrets = [token.rpartition("_")[2] for token in world.tokens.values()]
    hashes = [row[0] for row in world.accounts.store.rows("SELECT password FROM user") if row[0]]
    answers = [
        world.get("soc admin", f"{A}/{path}").text
        for path in ("keys", "users", "organisations", "users/rin@bank", "grants")
    ]
    answers.append(world.get("watcher", f"{A}/audit").text)

    for text in answers:
        assert not [one for one in digests if one.hex() in text or str(one) in text]
        assert not [one for one in secrets if one in text]
        assert not [one for one in hashes if one in text]
        assert "argon2" not in text
        assert PASSWORD not in text


def test_only_hashes_of_keys_and_passwords_are_kept(tmp_path: Path):
    with guarded(tmp_path) as world:
        secrets = [token.rpartition("_")[2].encode() for token in world.tokens.values()]
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())

    assert not [one for one in [*secrets, PASSWORD.encode()] if one in kept]


# TheHive CVE-2017-18376: roles are assigned by naming them.


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "users", {"name": "x@bank", "operates": True}),
        ("POST", "users", {"name": "x@bank", "organisation": "soc"}),
        ("PATCH", "users/rin@bank", {"strength": "totp"}),
        ("PATCH", "users/rin@bank", {"is_locked": False}),
        ("POST", "keys", {"organisation": "bank", "expires_at": "2099-01-01T00:00:00Z"}),
        ("POST", "keys", {"organisation": "bank", "made_by": "soc"}),
        ("POST", "keys", {"organisation": "bank", "sources": None}),
        ("POST", "organisations", {"name": "x", "publishes": None}),
    ],
)
def test_a_field_that_is_nobodys_to_set_is_refused(world, method, path, body):
    for key in ("bank admin", "soc admin"):
        assert world.ask(key, method, f"{A}/{path}", json=body).status_code == 422


# OpenCTI #3319, #1099, #11497, MISP's correlations: what is hidden shows in counts, or as a gap.


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_hidden_is_answered_as_what_was_never_seen(world, question):
    for key in ("bank", "isp"):
        hidden = world.get(key, question.format(HIDDEN))
        never = world.get(key, question.format(NEVER))

        assert hidden.status_code == never.status_code
        assert hidden.content.replace(HIDDEN.encode(), b"?") == never.content.replace(
            NEVER.encode(), b"?"
        )
        assert hidden.headers.multi_items() == never.headers.multi_items()


def test_an_installation_answers_as_if_it_had_never_been_told_what_is_hidden(tmp_path: Path):
    asked = [
        *(one.format(value) for one in QUESTIONS for value in ("192.0.2.1", HIDDEN, "192.0.2.3")),
        "/api/v1/sources",
        "/api/v1/links",
        "/api/v1/timeline",
        "/api/v1/publishers",
        "/api/v1/search?pattern=192.0.2.0/24",
        "/api/v1/me",
        "/healthz",
    ]
    answers: list[list[tuple[int, bytes, list[tuple[str, str]]]]] = []
    for number, says_more in enumerate((False, True)):
        if says_more:  # ids of records are keyed: with another key all would differ
            (tmp_path / "1").mkdir(mode=0o700)
            shutil.copy2(tmp_path / "0" / "hash.key", tmp_path / "1")
        with guarded(tmp_path / str(number)) as world:
            if says_more:
                world.post("soc", "secret", finding(HIDDEN), finding("192.0.2.1", count=7))
                world.post("isp", "sensor@isp", finding("192.0.2.3"), finding("192.0.2.1"))
            world.post("soc", "nicter", finding("192.0.2.1"))
            world.post("bank", "sensor@bank", finding("192.0.2.3"))
            told = [world.get("bank", path) for path in asked]
            told.append(world.ask("bank", "POST", "/api/v1/match", content=f"{HIDDEN}\n192.0.2.1"))
            told.append(world.post("bank", "sensor@bank", finding("192.0.2.1"), finding("x")))
            credential = world.ids["bank"].encode()
            answers.append(
                [
                    (
                        one.status_code,
                        one.content.replace(credential, b""),
                        one.headers.multi_items(),
                    )
                    for one in told
                ]
            )

    for path, without, within in zip([*asked, "match", "publish"], *answers, strict=True):
        assert without == within, path


def test_a_cursor_is_of_no_use_to_another_audience_nor_for_another_question(world):
    for number in range(3):
        world.post("soc", "nicter", finding("192.0.2.60", key=f"k{number}"))
    path = "/api/v1/observables/ip/192.0.2.60/records?limit=1"
    cursor = world.get("bank", path).json()["next"]

    assert world.get("bank", f"{path}&cursor={cursor}").status_code == 200
    assert world.get("isp", f"{path}&cursor={cursor}").status_code == 422
    assert world.get("bank", f"{path}&source=nicter&cursor={cursor}").status_code == 422
    for forged in (cursor[:-2] + "AA", "AAAAAAAB", "", cursor.swapcase()):
        assert world.get("bank", f"{path}&cursor={forged}").status_code == 422


def test_a_duplicate_is_told_of_ones_own_source_only(world):
    own = finding("192.0.2.70")
    world.post("isp", "sensor@isp", own)

    assert world.post("bank", "sensor@bank", own).json()["accepted"] == 1
    assert world.post("bank", "sensor@bank", own).json()["duplicates"] == 1
