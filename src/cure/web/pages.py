"""The status page, and what the machines around a server ask it."""

from importlib.resources import files

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from cure.web.metrics import CONTENT_TYPE
from cure.web.serving import ServingHere

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FILES = {
    file.name: (file.read_bytes(), _TYPES[file.name.rpartition(".")[2]])
    for file in files("cure.web").joinpath("static").iterdir()
}


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


@get("/metrics", include_in_schema=False)
async def metrics(serving: ServingHere) -> Response[bytes]:
    """Return the counters, for Prometheus."""
    return Response(serving.metrics.text(), media_type=CONTENT_TYPE)


@get("/", include_in_schema=False)
async def front() -> Response[bytes]:
    """Return the status page."""
    return _page("index.html")


@get("/{name:str}", include_in_schema=False)
async def page(name: FromPath[str]) -> Response[bytes]:
    """Return a file of the status page."""
    return _page(name)


def _page(name: FromPath[str]) -> Response[bytes]:
    if name not in _FILES:
        raise NotFoundException
    body, media_type = _FILES[name]
    return Response(body, media_type=media_type, headers={"Cache-Control": "no-cache"})
