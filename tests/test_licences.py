"""What the product is made of: nothing under GPL, and docs/legal.md names all of it."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[1]
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
    *("MPL-2.0", "PSF-2.0", "Zlib"),
}


@pytest.fixture(scope="module")
def sbom() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "tools" / "sbom.py"))


def test_no_part_is_under_a_licence_that_asks_for_more_than_a_notice(sbom: dict[str, Any]):
    parts = sbom["parts"]()
    other = {
        part.name: part.licence
        for part in parts
        if not set(re.split(r" (?:AND|OR) ", part.licence)) <= ALLOWED
    }

    assert len(parts) > 50
    assert not other


def test_the_legal_page_names_every_part(sbom: dict[str, Any]):
    page = (ROOT / "docs" / "legal.md").read_text("utf-8")
    told = set(re.findall(r"(?m)^\| ([\w.-]+) \| ([^|]+) \|", page))

    unnamed = {(part.name, part.licence) for part in sbom["parts"]()} - told

    assert not unnamed, "run `make sbom`, look at what changed, and commit it"


def test_the_bill_of_materials_is_cyclonedx_and_the_same_each_time(sbom: dict[str, Any]):
    parts = sbom["parts"]()
    text = sbom["bom"](parts)

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text == sbom["bom"](parts)
    assert all(f"pkg:pypi/{part.name}@{part.version}" in text for part in parts)
