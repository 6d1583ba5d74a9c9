"""TLP 2.0 as marking definitions: those that all of STIX 2.1 shares.

Source: https://github.com/oasis-open/cti-stix-common-objects, extension definition "tlp-2.0".
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cure.model import Tlp

_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_IDS = {
    Tlp.CLEAR: "94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_OF_TLP_1 = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}


def _definition(tlp: Tlp) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{_IDS[tlp]}",
        "created": "2022-10-01T00:00:00.000Z",
        "name": tlp.title,
        "extensions": {
            _EXTENSION: {
                "extension_type": "property-extension",
                "tlp_2_0": tlp.title.removeprefix("TLP:").lower(),
            }
        },
    }


DEFINITIONS: Mapping[Tlp, dict[str, Any]] = MappingProxyType({tlp: _definition(tlp) for tlp in Tlp})
"""The marking definition of each level."""
LEVELS: Mapping[str, Tlp] = MappingProxyType(
    {
        f"marking-definition--{identifier}": tlp
        for identifier, tlp in (*_OF_TLP_1.items(), *((one, tlp) for tlp, one in _IDS.items()))
    }
)
"""The level that a marking definition of TLP 2.0, or of TLP 1.0, stands for."""
