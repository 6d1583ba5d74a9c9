"""TAXII 2.1 over HTTP: one API root for each organisation."""

from litestar import Router
from litestar.di import Provide

from cure.web.taxii import adding, objects, roots
from cure.web.taxii.answers import ERRORS

ROUTER = Router(
    "/taxii2",
    route_handlers=[
        roots.taxii_discovery,
        roots.taxii_root,
        roots.taxii_collections,
        roots.taxii_collection,
        roots.taxii_status,
        objects.taxii_objects,
        objects.taxii_manifest,
        objects.taxii_object,
        objects.taxii_versions,
        adding.taxii_add,
        adding.taxii_delete,
    ],
    dependencies={"drain": Provide(objects.drain_of, sync_to_thread=True)},
    exception_handlers=ERRORS,
)
