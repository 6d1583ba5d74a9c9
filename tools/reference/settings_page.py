"""docs/reference/settings.md: from the settings, the form of a source, and our cure.toml."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec
from page import begun, table

from cure.settings import _NOT_IN_ENVIRONMENT, PREFIX, Settings
from cure.source_tables import KINDS, SourceTable

_TOLD_KEY = re.compile(r"^# (\w+) {2,}(\S.*(?:\n# {8,}\S.*)*)", re.MULTILINE)


def settings_page() -> Iterator[str]:
    """Yield the settings, the keys of a source, and an example of each way in."""
    template = files("cure").joinpath("cure.toml").read_text("utf-8")
    told = {
        name: " ".join(text.replace("\n#", "").split())
        for name, text in _TOLD_KEY.findall(template)
    }
    tables = msgspec.json.schema(SourceTable)["$defs"]
    yield from begun(
        "Settings",
        "They stand in `cure.toml`, which `cure init` writes, or in the environment; the "
        "environment goes before the file, and an option of a command before both.",
    )
    settings = msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"]
    rows = [
        (f"`{name}`", _variable_of(name), *_kind(one), one["description"])
        for name, one in settings.items()
        if name != "file"
    ]
    yield from table(("setting", "environment", "kind", "default", "meaning"), rows)
    yield from ("", "## A source: `[[source]]`", "")
    keys = tables["SourceTable"]["properties"]
    rows = [
        (f"`{name}`", *_kind(one), told.get(name, "see the ways in, below"))
        for name, one in keys.items()
        if name not in KINDS
    ]
    yield from table(("key", "kind", "default", "meaning"), rows)
    yield from ("", "And exactly one way in:", "")
    for way, prose, example in _ways(template):
        yield from ("", f"### `{way}`", "", prose, "", "```toml", example, "```", "")
        for kind in _tables_in(keys[way]):
            needed = tables[kind].get("required", ())
            rows = [
                (f"`{name}`", *_kind(one), "yes" if name in needed else "")
                for name, one in tables[kind]["properties"].items()
            ]
            yield from table((f"key of `{way}`", "kind", "default", "needed"), rows)
    yield ""


def _variable_of(setting: str) -> str:
    return "" if setting in _NOT_IN_ENVIRONMENT else f"`{PREFIX}{setting.upper()}`"


def _ways(template: str) -> Iterator[tuple[str, str, str]]:
    """Yield each way in that the template shows: its name, what is said of it, an example."""
    for paragraph in template.split("\n\n"):
        if "#[[source]]" in paragraph:
            lines = paragraph.splitlines()
            prose = " ".join(line[2:] for line in lines if line.startswith("# "))
            example = [line[1:] for line in lines if not line.startswith("# ")]
            keys = [line.partition(" ")[0] for line in example]
            yield next(key for key in keys if key in KINDS), prose, "\n".join(example)


def _tables_in(kind: dict[str, Any]) -> list[str]:
    return [one["$ref"].rpartition("/")[2] for one in kind.get("anyOf", ()) if "$ref" in one]


def _kind(schema: dict[str, Any]) -> tuple[str, str]:
    """Return a field's kind and default, as one would write them in TOML."""
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    kind = " or ".join(map(_word_for, options))
    default = schema.get("default")
    return kind, "" if default is None else f"`{json.dumps(default)}`"


def _word_for(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return "table"
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    words = {"string": "text", "integer": "number", "boolean": "true or false", "array": "texts"}
    least, most = schema.get("minimum"), schema.get("maximum")
    bounds = "" if least is None else f", from {least}" if most is None else f", {least} to {most}"
    return words[schema["type"]] + bounds
