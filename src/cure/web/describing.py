"""The description of the interface, OpenAPI 3.1, with what the framework cannot see by itself."""

import re
from enum import Enum
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme
from litestar.router import Router

from cure.access.entries import Entry
from cure.access.forms import (
    Key,
    NewKey,
    NewOrganisation,
    NewUser,
    Organisation,
    OrganisationChange,
    User,
    UserChange,
)
from cure.access.principal import Scope
from cure.access.rating import Rating, Sheet
from cure.feeding import SourceHealth
from cure.hub.view import (
    Campaign,
    Card,
    Match,
    Matrix,
    Pivot,
    PublisherLink,
    SearchAnswer,
    Spoken,
    Timeline,
)
from cure.model import Finding
from cure.ticketing import TicketChange, TicketForm, TicketShown
from cure.web.admin.audit import EntryShown, HeadShown
from cure.web.admin.grants import GrantShown
from cure.web.admin.keys import MadeKey
from cure.web.admin.ratings import Approved
from cure.web.admin.users import NewIdentity, NewPassword
from cure.web.broadcast import ChangesTold, Snapshot
from cure.web.errors import ErrorAnswer
from cure.web.login import FirstSetup, Login, Me
from cure.web.me import Code, OwnPassword, TotpSecret
from cure.web.observables import RecordsShown
from cure.web.pages import Health
from cure.web.push import Pushed
from cure.web.quarantine import HeldLines, QuarantineShown, Replayed, ReplayForm
from cure.web.questions import PublisherShown, SourceShown
from cure.web.records import Kept
from cure.web.rules import RULES, Need, Rule

_TYPES = (
    Finding,
    Kept,
    Pushed,
    SourceHealth,
    Card,
    RecordsShown,
    Match,
    Pivot,
    Matrix,
    Campaign,
    SearchAnswer,
    SourceShown,
    PublisherShown,
    PublisherLink,
    Spoken,
    Timeline,
    QuarantineShown,
    HeldLines,
    ReplayForm,
    Replayed,
    TicketForm,
    TicketChange,
    TicketShown,
    Snapshot,
    ChangesTold,
    Health,
    ErrorAnswer,
    Login,
    FirstSetup,
    Me,
    OwnPassword,
    TotpSecret,
    Code,
    Organisation,
    NewOrganisation,
    OrganisationChange,
    User,
    NewUser,
    UserChange,
    NewPassword,
    NewIdentity,
    Key,
    NewKey,
    MadeKey,
    GrantShown,
    Sheet,
    Rating,
    Approved,
    Entry,
    EntryShown,
    HeadShown,
)
_SCHEMES: dict[str, SecurityScheme | Reference] = {
    "bearer": SecurityScheme("http", scheme="bearer", description="A key."),
    "basic": SecurityScheme("http", scheme="basic", description="A key: its id, and its secret."),
    "session": SecurityScheme(
        "apiKey",
        name="__Host-cure",
        security_scheme_in="cookie",
        description="As login makes it; what changes something needs the header X-CSRF-Token, too.",
    ),
}
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)
_REFERENCE = "#/components/schemas/{name}"
_FINDING = {"$ref": _REFERENCE.format(name="Finding")}
_ERROR = {"application/json": {"schema": {"$ref": _REFERENCE.format(name="ErrorAnswer")}}}
_ENCODED = "Content-Encoding gzip and zstd are read."
_ENTRIES = {
    "description": f"Values and patterns, one a line. {_ENCODED}",
    "required": True,
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
_BODIES = {
    "add_entries": _ENTRIES,
    "remove_entries": _ENTRIES,
    "publish": {
        "description": f"Findings, one a line, or an array of them. {_ENCODED}",
        "required": True,
        "content": {
            "application/x-ndjson": {"schema": _FINDING},
            "application/json": {"schema": {"type": "array", "items": _FINDING}},
        },
    },
    "push": {
        "description": f"Lines or a document, in the source's own format. {_ENCODED}",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string"}}},
    },
    "match": {
        "description": f"Values, one a line, or an array of them. {_ENCODED}",
        "required": True,
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "array", "items": {"type": "string"}}},
        },
    },
}


class Description(JsonRenderPlugin):
    """Serves the description as JSON, and no page: those that exist load code from elsewhere."""

    def __init__(self) -> None:
        """Serve it as openapi.json."""
        super().__init__(path="/openapi.json")
        self._text = b""

    def receive_router(self, router: Router) -> None:
        """Drop the framework's own page for what it does not find: there is one error shape."""
        router.routes = [route for route in router.routes if "{" not in route.path]

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002 - the interface of a plugin
        """Return the description."""
        if not self._text:
            self._text = msgspec.json.encode(_completed(openapi_schema))
        return self._text


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    """Add what is taken and told, and take away what the framework would do in our place."""
    _, ours = msgspec.json.schema_components(_TYPES, ref_template=_REFERENCE)
    schemas = description["components"]["schemas"]
    for name, told in ours.items():
        _explain(schemas.setdefault(name, told), told.get("description", ""))
    words = _words()
    for name, schema in schemas.items():
        if not schema.get("description") and name in words:
            _explain(schema, words[name])
    for name in ("first_seen", "last_seen"):
        schemas["Finding"]["properties"][name]["anyOf"][0]["format"] = "date-time"
    for path, operations in description["paths"].items():
        for operation in operations.values():
            operation["security"] = _security(RULES[operation["operationId"]])
            if body := _BODIES.get(operation["operationId"]):
                operation["requestBody"] = body
            answers = operation["responses"]
            # It says 400 for a parameter that it cannot read; here that is 422.
            unreadable = answers.get("400", {}).get("content", {})
            if "$ref" not in unreadable.get("application/json", {}).get("schema", {"$ref": ""}):
                del answers["400"]
            answers.get("204", {}).pop("content", None)  # it says that there is something, too
            for status in _refusals(operation, path):
                refused = {"description": status.phrase, "content": _ERROR}
                answers.setdefault(str(int(status)), refused)
    return description


def _refusals(operation: dict[str, Any], path: str) -> list[HTTPStatus]:
    """Return how an operation may refuse, whatever else it says of itself."""
    refusals: list[HTTPStatus] = []
    if RULES[operation["operationId"]] is not Need.NOTHING:
        refusals += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS]
    if "requestBody" in operation:
        refusals += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    if "{" in path:
        refusals.append(HTTPStatus.NOT_FOUND)
    return refusals


def _words() -> dict[str, str]:
    """Return the docstrings of all types, by name and by names that tell their modules, too."""
    types, words = [msgspec.Struct, Enum], dict[str, str]()
    while types:
        one = types.pop()
        types += one.__subclasses__()
        if one.__module__.startswith("cure."):
            words.update(dict.fromkeys(_names(one), one.__doc__ or ""))
    return words


def _names(one: type) -> list[str]:
    """Return how the framework calls a type: as shortly as it can where several have one name.

    >>> _names(Match)
    ['Match', 'match_Match', 'hub_match_Match', 'cure_hub_match_Match']
    """
    parts = [*one.__module__.split("."), one.__name__]
    return ["_".join(parts[-length:]) for length in range(1, len(parts) + 1)]


def _security(rule: Rule) -> list[dict[str, list[str]]]:
    """Return with which credentials an operation is asked for, and which scope they need."""
    if rule is Need.NOTHING:
        return []
    if rule is Need.TOKEN:
        return [{"bearer": []}]
    if rule is Need.PERSON:
        return [{"session": []}]
    scopes = [rule.value] if isinstance(rule, Scope) else []
    return [{name: scopes} for name in _SCHEMES]


def _explain(schema: dict[str, Any], docstring: str) -> None:
    """Give a type and each of its properties the words of the docstring."""
    schema["description"], _, attributes = cleandoc(docstring).partition("\n\nAttributes:\n")
    for name, text in _ATTRIBUTE.findall(attributes):
        if name in schema.get("properties", {}):
            schema["properties"][name]["description"] = " ".join(text.split())


def description() -> OpenAPIConfig:
    """Return how the interface is described."""
    return OpenAPIConfig(
        title="CURE",
        version="1",
        description="Security-information fusion: what each source says of a value, in one answer.",
        components=Components(security_schemes=_SCHEMES),
        path="/api/v1",
        render_plugins=[Description()],
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )
