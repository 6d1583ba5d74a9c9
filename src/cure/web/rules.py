"""Who may do what over HTTP: one table. An operation that is not in it is refused to everybody."""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from cure.access.principal import Scope


class Need(Enum):
    """What an operation needs that needs no scope."""

    NOTHING = "no credentials"
    TOKEN = "the token of a source, or a key that publishes as it; the operation looks itself"  # noqa: S105 - a sentence
    LOGIN = "any credentials"
    PERSON = "a session: somebody who has logged in himself, not a key of his"


Rule: TypeAlias = Scope | Need

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # The server itself.
        "front": Need.NOTHING,
        "page": Need.NOTHING,
        "asset": Need.NOTHING,
        "healthz": Need.NOTHING,
        "readyz": Need.NOTHING,
        "health": Need.NOTHING,
        "_handler": Need.NOTHING,  # openapi.json, as the framework calls it
        "metrics": Scope.METRICS,
        # What was said.
        "card_of_value": Scope.READ,
        "card_of_observable": Scope.READ,
        "records_of_value": Scope.READ,
        "records_of_observable": Scope.READ,
        "match": Scope.READ,
        "pivot": Scope.READ,
        "links": Scope.READ,
        "campaign": Scope.READ,
        "search": Scope.READ,
        "sources": Scope.READ,
        "publishers": Scope.READ,
        "timeline": Scope.READ,
        "publisher_links": Scope.READ,
        "latest": Scope.READ,
        "lanes": Scope.READ,
        "stream": Scope.READ,
        "stream_records": Scope.READ,
        "deliveries": Scope.READ,
        "add_delivery": Scope.READ,
        "remove_delivery": Scope.READ,
        "test_delivery": Scope.READ,
        "dead_letters": Scope.READ,
        "redrive_delivery": Scope.READ,
        "similar": Scope.READ,
        "compare": Scope.READ,
        "groups": Scope.READ,
        "group": Scope.READ,
        "tickets": Scope.READ,
        # What leaves as lists and in other platforms' words.
        "lists": Scope.READ,
        "stix_bundle": Scope.READ,
        "value_list": Scope.READ,
        "misp_version": Scope.READ,
        "pymisp_version": Scope.READ,
        "misp_user": Scope.READ,
        "misp_types": Scope.READ,
        "misp_manifest": Scope.READ,
        "misp_hashes": Scope.READ,
        "misp_feed_event": Scope.READ,
        "misp_event": Scope.READ,
        "misp_events": Scope.READ,
        "search_attributes": Scope.READ,
        "search_events": Scope.READ,
        "ticket": Scope.READ,
        # TAXII: what is read is of its own collections, and looks for the scope itself.
        "taxii_discovery": Need.LOGIN,
        "taxii_root": Need.LOGIN,
        "taxii_collections": Need.LOGIN,
        "taxii_collection": Need.LOGIN,
        "taxii_status": Need.LOGIN,
        "taxii_objects": Scope.READ,
        "taxii_manifest": Scope.READ,
        "taxii_object": Scope.READ,
        "taxii_versions": Scope.READ,
        "taxii_add": Scope.PUBLISH,
        "taxii_delete": Scope.PUBLISH,
        # What one wants to be told of.
        "watches": Scope.READ,
        "watch": Scope.READ,
        "add_watch": Scope.READ,
        "change_watch": Scope.READ,
        "remove_watch": Scope.READ,
        "add_entries": Scope.READ,
        "remove_entries": Scope.READ,
        "try_watch": Scope.READ,
        "hits": Scope.READ,
        "acknowledge_hit": Scope.READ,
        "stream_hits": Scope.READ,
        "alerts": Scope.READ,
        "mark_alert": Scope.READ,
        "score_of_value": Scope.READ,
        "reliability_of_sources": Scope.READ,
        "judgements": Scope.READ,
        "quarantine": Scope.READ,  # and only of what is one's own: the operations look themselves
        "quarantined_lines": Scope.READ,
        # What comes in.
        "publish": Scope.PUBLISH,
        "retract": Scope.PUBLISH,
        "push": Need.TOKEN,
        "events": Need.TOKEN,
        "raw": Need.TOKEN,
        "origins": Scope.METRICS,
        "publish_groups": Scope.PUBLISH,  # and only for who operates: the operation looks itself
        "add_ticket": Scope.PUBLISH,
        "change_ticket": Scope.PUBLISH,
        "judge": Scope.PUBLISH,
        "replay_quarantine": Scope.PUBLISH,  # and reading, and of what is one's own
        # Who asks.
        "setup": Need.NOTHING,
        "begin_setup": Scope.ADMIN,  # and only while the server is open
        "login": Need.NOTHING,
        "start_oidc": Need.NOTHING,
        "finish_oidc": Need.NOTHING,
        "logout": Need.LOGIN,
        "me": Need.LOGIN,
        "set_own_password": Need.PERSON,
        "begin_own_totp": Need.PERSON,
        "confirm_own_totp": Need.PERSON,
        "drop_own_totp": Need.PERSON,
        # Who may ask.
        "organisations": Scope.ADMIN,
        "organisation": Scope.ADMIN,
        "add_organisation": Scope.ADMIN,
        "change_organisation": Scope.ADMIN,
        "remove_organisation": Scope.ADMIN,
        "users": Scope.ADMIN,
        "user": Scope.ADMIN,
        "add_user": Scope.ADMIN,
        "change_user": Scope.ADMIN,
        "remove_user": Scope.ADMIN,
        "set_password": Scope.ADMIN,
        "drop_totp": Scope.ADMIN,
        "lock_user": Scope.ADMIN,
        "unlock_user": Scope.ADMIN,
        "bind_identity": Scope.ADMIN,
        "keys": Scope.ADMIN,
        "add_key": Scope.ADMIN,
        "rotate_key": Scope.ADMIN,
        "revoke_key": Scope.ADMIN,
        "grants": Scope.ADMIN,
        "add_grant": Scope.ADMIN,
        "remove_grant": Scope.ADMIN,
        "ratings": Scope.RATE,
        "propose_rating": Scope.RATE,
        "approve_rating": Scope.RATE,
        "audit": Scope.AUDIT,
        "audit_head": Scope.AUDIT,
    }
)


def operations(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """Yield the operations of a server that are ours, of each the one that answers it."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}:
                yield handler


def without_rule(app: Litestar) -> list[str]:
    """Return the operations of a server that have no rule."""
    return sorted({one.handler_name for one in operations(app)} - RULES.keys())
