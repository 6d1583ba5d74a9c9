"""docs/reference/http.md: from the description that a new server gives of itself."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from inspect import cleandoc
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from page import begun, codes, first, table

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.app import operator, publishers
from cure.installation import Installation
from cure.web.server import build


def http_page() -> Iterator[str]:
    """Yield the operations of the HTTP interface, as its description has them, and the rest."""
    with tempfile.TemporaryDirectory() as folder:
        described, beside = _asked(Path(folder))
    operations = [
        (method.upper(), path, operation)
        for path, there in sorted(described["paths"].items())
        for method, operation in there.items()
    ]
    yield from begun(
        "HTTP",
        "The whole description, OpenAPI 3.1 with every type, is served at `/api/v1/openapi.json`.",
    )
    rows = [(method, f"`{path}`", first(one["description"])) for method, path, one in operations]
    yield from table(("method", "path", "what it does"), rows)
    yield from ("", "Beside the description:", "")
    yield from table(("method", "path", "what it does"), beside)
    for method, path, one in operations:
        yield from ("", f"## {method} {path}", "", one["description"], "")
        yield from _operation(one)
    yield ""


def _asked(folder: Path) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Return the description that a new server gives of itself, and what is beside it."""
    with (
        Installation(folder, write=True) as installation,
        Audit(folder) as audit,
        Accounts(folder, audit) as accounts,
    ):
        app = build(
            installation,
            audience=operator("local"),
            owner="local",
            publishers=publishers(),
            accounts=accounts,
        )
        with TestClient(app, base_url="http://127.0.0.1") as client:
            return client.get("/api/v1/openapi.json").json(), list(_undescribed(app))


def _operation(operation: dict[str, Any]) -> Iterator[str]:
    if body := operation.get("requestBody"):
        kinds = codes(body["content"])
        yield from (f"Body: {kinds}. {body.get('description', '')}".rstrip(), "")
    rows = [
        (
            f"`{one['name']}`",
            f"{one['in']}{', needed' if one['required'] else ''}",
            one.get("description", ""),
        )
        for one in operation.get("parameters", ())
    ]
    if rows:
        yield from table(("parameter", "in", "meaning"), rows)
    yield from ("", f"Answers: {'; '.join(_answers(operation))}.")


def _answers(operation: dict[str, Any]) -> Iterator[str]:
    for number, answer in operation["responses"].items():
        status, said = HTTPStatus(int(number)), answer["description"].rstrip(".")
        yield f"{number} {status.phrase if said == status.description else said}"


def _undescribed(app: Litestar) -> Iterator[tuple[str, str, str]]:
    """Yield what is answered beside it: methods, paths, what is done."""
    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for route in sorted(app.routes, key=lambda one: one.path):
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            methods = " ".join(sorted(handler.http_methods - {"OPTIONS", "HEAD"}))
            told = first(cleandoc(handler.fn.__doc__ or ""))
            if methods and told and not handler.resolve_include_in_schema():
                paths[methods, told].append(route.path)
    for (methods, told), those in paths.items():
        yield methods, codes(those), told
