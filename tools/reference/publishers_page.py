"""docs/reference/publishers.md: who reads what, from name-plates, docstrings and samples."""

import json
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

from page import ROOT, begun, codes, link, table

import cure.publishers
from cure.interfaces import Publisher

SAMPLES = ROOT / "tests" / "publishers" / "samples"
_MODULE = re.compile(r"`(cure(?:\.\w+)+)`")


def publishers_page() -> Iterator[str]:
    """Yield a section for each publisher: its name-plate, its docstring, its roles."""
    known: list[Publisher] = [
        import_module(f"{cure.publishers.__name__}.{module.name}").PUBLISHER
        for module in pkgutil.iter_modules(cure.publishers.__path__)
    ]
    yield from begun("Publishers", "Who can read what; see also `cure publishers`.")
    rows = [(f"[{one.name}](#{one.name})", one.title, one.title_ja) for one in known]
    yield from table(("name", "title", "日本語"), rows)
    for one in known:
        yield from ("", f"## {one.name}", "", _docstring_of(one), "")
        folder = SAMPLES / one.name
        cases = sorted({path.parent for path in folder.rglob("input.*")})
        named = [link(case.name if case != folder else "sample", case) for case in cases]
        plate = [
            ("title", one.title),
            ("題", one.title_ja),
            ("layer", one.layer),
            ("topics", codes(sorted(one.topics))),
            ("marking, unless the operator sets another", one.tlp.title),
            ("roles in its samples", ", ".join(_roles_in(folder))),
            ("reads block lists, too", "yes" if one.lists else "no"),
            ("format", f"<{one.reference}>"),
            ("samples", ", ".join(named)),
            ("code", link(f"{one.name}.py", _path_of(_module_of(one)))),
        ]
        yield from table(("", ""), plate)
    yield ""


def _module_of(publisher: Publisher) -> str:
    return f"cure.publishers.{publisher.name}"


def _docstring_of(publisher: Publisher) -> str:
    """Return the docstring of its module as Markdown; modules named in it are linked."""
    text = cleandoc(import_module(_module_of(publisher)).__doc__ or "").replace("``", "`")
    return _MODULE.sub(lambda found: link(f"`{found[1]}`", _path_of(found[1])), text)


def _path_of(module: str) -> Path:
    return ROOT / "src" / Path(*module.split(".")).with_suffix(".py")


def _roles_in(folder: Path) -> Iterator[str]:
    topics: dict[str, set[str]] = defaultdict(set)
    for expected in folder.rglob("expected.jsonl"):
        for line in expected.read_text("utf-8").splitlines():
            for one in json.loads(line)["observables"]:
                topics[one["role"]].add(one["topic"])
    for role, there in sorted(topics.items()):
        yield f"{role} ({', '.join(sorted(there))})"
