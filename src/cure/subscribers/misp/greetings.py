"""What clients of MISP ask before anything else: the version, who they are, and the types."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cure.subscribers.misp.attributes import CATEGORIES

VERSION = "2.5.34"
"""The version of MISP whose answers ours are like; clients compare the dotted numbers."""


def version() -> dict[str, Any]:
    """Say what this server is like, and that nothing can be changed through this door."""
    return {
        "version": VERSION,
        "pymisp_recommended_version": VERSION,
        "perm_sync": False,
        "perm_sighting": False,
        "perm_galaxy_editor": False,
        "request_encoding": ["gzip"],
    }


def user(organisation: str) -> dict[str, Any]:
    """Say who asks: the organisation alone, for keys are its."""
    return {
        "User": {
            "id": "1",
            "org_id": "1",
            "email": f"{organisation}@cure.invalid",
            "role_id": "1",
        },
        "Organisation": {
            "id": "1",
            "name": organisation,
            "uuid": str(uuid5(NAMESPACE_URL, f"cure:{organisation}")),
        },
        "Role": {"id": "1", "name": "Read Only", "perm_auth": True, "perm_add": False},
        "UserSetting": {},
    }


def types() -> dict[str, Any]:
    """Say which types of attributes there are here, and in which category each is."""
    of_category: dict[str, list[str]] = {}
    for kind, category in CATEGORIES.items():
        of_category.setdefault(category, []).append(kind)
    return {
        "result": {
            "sane_defaults": {
                kind: {"default_category": category, "to_ids": 1}
                for kind, category in CATEGORIES.items()
            },
            "types": list(CATEGORIES),
            "categories": list(of_category),
            "category_type_mappings": of_category,
        }
    }
