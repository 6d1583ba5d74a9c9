"""The pages: the built web UI, and what the machines around a server ask it.

The UI is one page, which shows what its address names; it is built by ``make ui``.
"""

import asyncio
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from cure.model import Topic
from cure.web.errors import refusal
from cure.web.metrics import CONTENT_TYPE
from cure.web.serving import ServingHere

VIEWS = frozenset(
    {
        *(topic.value for topic in Topic),
        *("topic", "lookup", "similar", "groups", "campaigns", "alerts"),
        *("watch", "graph", "sources", "quarantine", "admin", "me"),
    }
)
"""With what the addresses begin that the UI shows a view for: those of ui/src/views."""
_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "md": "text/markdown",
}
_CHECKED = {"Cache-Control": "no-cache"}
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def _read(folder: Traversable) -> dict[str, tuple[bytes, str]]:
    """Return the files of a folder with their media types; those of no known type stay inside."""
    return {
        one.name: (one.read_bytes(), _TYPES[ending])
        for one in folder.iterdir()
        if (ending := one.name.rpartition(".")[2]) in _TYPES
    }


_STATIC = files("cure.web").joinpath("static")
_FILES = _read(_STATIC)
_ASSETS = _read(_STATIC.joinpath("assets"))


class Health(msgspec.Struct, frozen=True):
    """Whether the server works.

    Attributes:
        status: ``ok``.
        records: How many records the hub holds; null where credentials are needed, as the answer
            needs none.
    """

    status: str
    records: int | None


@get("/healthz")
async def healthz(serving: ServingHere) -> Health:
    """Tell that the server works."""
    return Health("ok", len(serving.installation) if serving.authentication.is_open else None)


@get("/readyz", include_in_schema=False)
async def readyz(serving: ServingHere) -> Response[Any]:
    """Tell whether the server can do its work now, and if not, why in a few words."""
    trouble = await serving.readiness.trouble()
    if trouble:
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", trouble)
    return Response({"status": "ready"})


@get("/metrics", include_in_schema=False)
async def metrics(serving: ServingHere) -> Response[bytes]:
    """Return the counters, for Prometheus."""
    await serving.readiness.trouble()
    return Response(await asyncio.to_thread(serving.metrics.text), media_type=CONTENT_TYPE)


@get("/", include_in_schema=False)
async def front() -> Response[bytes]:
    """Return the page."""
    return _file("index.html")


@get(["/{first:str}", "/{first:str}/{rest:path}"], include_in_schema=False)
async def page(first: FromPath[str], rest: FromPath[str] = "") -> Response[bytes]:
    """Return the page for the address of a view, or a file that lies beside it."""
    if first in VIEWS:
        return _file("index.html")
    if rest:
        raise NotFoundException
    return _file(first)


@get("/assets/{name:str}", include_in_schema=False)
async def asset(name: FromPath[str]) -> Response[bytes]:
    """Return a part of the page; its name changes with its content, so it may be kept forever."""
    if name not in _ASSETS:
        raise NotFoundException
    body, media_type = _ASSETS[name]
    return Response(body, media_type=media_type, headers=_FOREVER)


def _file(name: str) -> Response[bytes]:
    if name not in _FILES:
        raise NotFoundException
    body, media_type = _FILES[name]
    return Response(body, media_type=media_type, headers=_CHECKED)
