"""Requests that nobody would think of, drawn from what the server says of itself."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from litestar import Litestar
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from cure.access.forms import NewUser
from cure.app import publishers
from guarded import ALL_SCOPES, BY, World, guarded
from servers import finding, ndjson, running

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
KEYS = ("root", "bank")
"""Who asks: an operator with all scopes, and an ordinary organisation's key."""
_EVENTS = "text/event-stream"
_SHORT = 80
_PATIENCE_S = 60
_TAXII = "application/taxii+json;version=2.1"
_TEXT = {"type": "string"}
_QUESTIONS = ["limit", "next", "added_after", "match[id]", "match[type]", "match[version]", "from"]
"""What the standards that we do not describe let one ask."""
_NUMBER = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]{1,40}[dhm]?$"}]}
_SEARCH = {
    "type": "object",
    "properties": dict.fromkeys(("page", "limit", "timestamp", "last", "eventid"), _NUMBER),
}
_BODY = {
    "content": {
        _TAXII: {"schema": {}},
        "application/json": {"schema": _SEARCH},
        "text/plain": {"schema": _TEXT},
    }
}


@dataclass(frozen=True)
class Strangers:
    """A running server, and what to ask it.

    Attributes:
        url: Where it is.
        schema: What it says of itself.
        undescribed: What else it answers: other standards describe that.
        headers: By name of a key, the headers that prove it.
        known: Values that the server itself has named; as parts of paths and questions they lead
            further in than what nobody has ever heard of.
        asked: How often what was asked for.
    """

    url: str
    schema: BaseSchema
    undescribed: BaseSchema
    headers: dict[str, dict[str, str]]
    known: list[str]
    asked: Counter[str] = field(default_factory=Counter)

    def operations(self) -> list[APIOperation]:
        both = (self.schema, self.undescribed)
        return [found.ok() for schema in both for found in schema.get_all_operations()]

    def wrong_with(self, operation: APIOperation, key: str, cases: int, of_seed: int) -> list[str]:
        """Ask for an operation in so many ways, and return what is wrong with the first bad answer.

        There may be fewer: some operations leave nothing to choose.
        """

        @seed(of_seed)
        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[*HealthCheck],
        )
        @given(drawn=self._cases(operation))
        def ask(drawn: Case) -> None:
            self.asked[operation.label] += 1
            if _is_endless(operation):
                self._begin(drawn, key)
            else:
                is_described = operation.schema is self.schema
                drawn.call_and_validate(
                    base_url=self.url,
                    headers=self.headers[key],
                    timeout=_PATIENCE_S,
                    checks=CHECKS if is_described else CHECKS[:1],
                )

        try:
            ask()
        except (FailureGroup, AssertionError, requests.RequestException) as error:
            causes = getattr(error, "exceptions", (error,))
            return [f"{operation.label} asked by {key}, seed {of_seed}: {one}" for one in causes]
        return []

    def _cases(self, operation: APIOperation) -> st.SearchStrategy[Case]:
        fit = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        unfit = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        return st.builds(self._led_in, st.one_of(fit, unfit), st.data())

    def _led_in(self, drawn: Case, data: st.DataObject) -> Case:
        """Let some of the texts asked for be such as the server knows."""
        for asked in (drawn.path_parameters, drawn.query):
            for name, value in dict(asked or {}).items():
                if isinstance(value, str) and data.draw(st.booleans()):
                    asked[name] = data.draw(st.sampled_from(self.known))
        return drawn

    def _begin(self, drawn: Case, key: str) -> None:
        """Ask for what never ends, and read its head."""
        asked = drawn.as_transport_kwargs(base_url=self.url, headers=self.headers[key])
        with requests.request(**asked, stream=True, timeout=_PATIENCE_S) as answer:
            assert answer.status_code < 500, answer.text
            if answer.status_code == 200:
                assert answer.headers["content-type"].startswith(_EVENTS)


def _is_endless(operation: APIOperation) -> bool:
    return _EVENTS in operation.definition.raw["responses"].get("200", {}).get("content", {})


@contextmanager
def strangers(directory: Path) -> Iterator[Strangers]:
    """Run a server of which something is known, on loopback."""
    with guarded(
        directory, is_served=False, requests_a_minute=10**9, publishers=publishers()
    ) as world:
        world.accounts.users.add(BY, NewUser(name="root@soc", scopes=ALL_SCOPES), world.clock())
        world.key("root", "soc", *ALL_SCOPES, user="root@soc")
        with running(world.app) as url:
            headers = {
                name: {"Authorization": f"Bearer {token}", "Accept": f"{_TAXII}, */*"}
                for name, token in world.tokens.items()
            }
            _tell(url, headers["root"])
            schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
            undescribed = schemathesis.openapi.from_dict(_undescribed(world.app))
            known = _named(url, schema, headers["root"], world)
            yield Strangers(url, schema, undescribed, headers, known)


def _undescribed(app: Litestar) -> dict[str, Any]:
    """Describe what the server answers and does not describe: anything may be asked of it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in app.routes:
        for one in getattr(route, "route_handlers", ()):
            for method in (
                one.http_methods - {"OPTIONS"} if not one.resolve_include_in_schema() else ()
            ):
                named = [("path", name) for name in route.path_parameters]
                asked = [("query", name) for name in _QUESTIONS]
                paths.setdefault(route.path_format, {})[method.lower()] = {
                    "operationId": one.handler_name,
                    "parameters": [
                        {"name": name, "in": place, "required": place == "path", "schema": _TEXT}
                        for place, name in (*named, *asked)
                    ],
                    "responses": {"default": {"description": "Anything."}},
                    **({"requestBody": _BODY} if method == "POST" else {}),
                }
    return {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": paths}


def _tell(url: str, headers: dict[str, str]) -> None:
    """Let there be something of each kind."""
    said = ndjson(finding("192.0.2.1"), finding("www.example.com", "domain"), b"unreadable")
    address = f"{url}/api/v1"
    forms: dict[str, dict[str, Any]] = {
        "watches": {"name": "ours", "own": True, "entries": ["192.0.2.0/24", "example.com"]},
        "deliveries": {"way": "mail", "address": "duty@example.jp"},
        "tickets": {"title": "a phone call", "text": "192.0.2.1 is in it"},
        "admin/ratings": {"source": "nicter", "tlp": "TLP:GREEN", "reasons": {"law": "ours"}},
        "ratings": {"about": "192.0.2.1", "admiralty": "B2"},
    }
    answers = [
        requests.post(f"{address}/{path}", json=form, headers=headers, timeout=_PATIENCE_S)
        for path, form in forms.items()
    ]
    for source in ("nicter", "sensor"):
        to = f"{address}/records?source={source}"
        answers.append(requests.post(to, data=said, headers=headers, timeout=_PATIENCE_S))
    assert all(answer.ok for answer in answers), [answer.text for answer in answers]


def _named(url: str, schema: BaseSchema, headers: dict[str, str], world: World) -> list[str]:
    """Return what the server names in its answers; not who asks, or it could be thrown out."""
    found: set[str] = {"192.0.2.1", "ip", "findings", "read", "edl"}
    for one in schema.get_all_operations():
        operation = one.ok()
        if operation.method == "get" and "{" not in operation.path and not _is_endless(operation):
            answer = requests.get(f"{url}{operation.path}", headers=headers, timeout=_PATIENCE_S)
            if answer.headers.get("content-type") == "application/json":
                found |= set(_texts_in(answer.json()))
    shelves = requests.get(f"{url}/taxii2/soc/collections/", headers=headers, timeout=_PATIENCE_S)
    found |= set(_texts_in(shelves.json()))
    mine = {*world.ids.values(), *world.tokens.values(), "soc", "bank", "root@soc"}
    return sorted(found - mine)


def _texts_in(answer: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(answer, str) and 0 < len(answer) < _SHORT:
        yield answer
    elif isinstance(answer, dict | list):
        for one in answer.values() if isinstance(answer, dict) else answer:
            yield from _texts_in(one)
