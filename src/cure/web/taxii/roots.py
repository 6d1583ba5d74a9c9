"""Discovery, API roots and their collections (TAXII 2.1, sections 4 and 5)."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from cure.web.asker import AskerHere
from cure.web.taxii.answers import MEDIA_TYPE, answer, check_accept, not_found
from cure.web.taxii.serving import TaxiiHere, check_root


@get("/", include_in_schema=False)
async def taxii_discovery(request: Request[Any, Any, Any], asker: AskerHere) -> Response[bytes]:
    """Tell where the API root of whoever asks is."""
    check_accept(request)
    scheme = "https" if asker.serving.authentication.is_secure else request.base_url.scheme
    root = f"{scheme}://{request.base_url.netloc}/taxii2/{asker.owner}/"
    return answer(
        {
            "title": "CURE",
            "description": "Security information of many sources, as your organisation may see it.",
            "default": root,
            "api_roots": [root],
        }
    )


@get("/{root:str}", include_in_schema=False, sync_to_thread=True)
def taxii_root(
    request: Request[Any, Any, Any], asker: AskerHere, taxii: TaxiiHere, root: FromPath[str]
) -> Response[bytes]:
    """Tell of an API root."""
    check_accept(request)
    check_root(asker, root)
    return answer(
        {
            "title": taxii.store.title(root) or f"CURE for {root}",
            "versions": [MEDIA_TYPE],
            "max_content_length": asker.serving.max_body_bytes,
        }
    )


@get("/{root:str}/collections", include_in_schema=False, sync_to_thread=True)
def taxii_collections(
    request: Request[Any, Any, Any], asker: AskerHere, taxii: TaxiiHere, root: FromPath[str]
) -> Response[bytes]:
    """List the collections."""
    check_accept(request)
    found = list(taxii.collections(asker, root))
    return answer({"collections": found} if found else {})


@get("/{root:str}/collections/{collection:str}", include_in_schema=False, sync_to_thread=True)
def taxii_collection(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    taxii: TaxiiHere,
    root: FromPath[str],
    collection: FromPath[str],
) -> Response[bytes]:
    """Tell of a collection."""
    check_accept(request)
    return answer(taxii.opened(asker, root, collection).collection)


@get("/{root:str}/status/{status:str}", include_in_schema=False, sync_to_thread=True)
def taxii_status(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    taxii: TaxiiHere,
    root: FromPath[str],
    status: FromPath[str],
) -> Response[bytes]:
    """Tell what became of a request."""
    check_accept(request)
    check_root(asker, root)
    found = taxii.store.status(root, status)
    if found is None:
        raise not_found("status")
    return answer(found)
