"""Rules that no linter has, each in a few lines."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cure.model

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "cure"
VAGUE = {"utils", "util", "helpers", "common", "misc", "core", "base", "manager"}
BY_ONE_THREAD = (
    *("cli/", "settings.py", "source_tables.py", "cluster/address.py"),  # as a program begins
    "subscribers/taxii/asked.py",  # a moment has no other forms in it
    *("model/conversion.py", "access/forms.py"),  # looked at before
)
"""Where msgspec is told at every call what is to be read."""
VERBS = ("process_", "handle_", "do_", "manage_", "perform_")


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(SRC).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in SRC.rglob("*.py")
    }


def own_functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions whose names we chose: not the methods that a base class asks for."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and node.bases:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        yield from own_functions(node)


def test_only_the_gate_makes_released_numbers() -> None:
    makers = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Released"
    }

    assert makers == {"hub/view.py"}


def test_only_the_gate_makes_views() -> None:
    makers = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"View", "Visible"}
    }

    assert makers == {"hub/gate.py", "hub/view.py", "hub/partitions/asking.py"}


def test_every_word_of_the_model_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    headings = {
        line.removeprefix("## ").partition(" ")[0].lower()
        for line in glossary.splitlines()
        if line.startswith("## ")
    }
    words = {name.lower() for name in vars(cure.model) if name[0].isupper()}

    assert words <= headings


def test_no_module_and_no_function_has_a_name_that_says_nothing() -> None:
    modules = {Path(name).stem for name in trees()}
    functions = {
        f"{name}: {node.name}"
        for name, tree in trees().items()
        for node in own_functions(tree)
        if node.name.lstrip("_").startswith(VERBS)
    }

    assert not modules & VAGUE
    assert not functions


def test_a_file_has_one_subject() -> None:
    long = {
        name: length
        for name in trees()
        if (length := len((SRC / name).read_text("utf-8").splitlines())) > 330
    }

    assert not long


def test_every_file_says_what_it_is() -> None:
    assert not [name for name, tree in trees().items() if not ast.get_docstring(tree)]


def test_nothing_catches_what_it_cannot_mend() -> None:
    broad = {
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    }

    assert not broad


def test_threads_never_look_at_a_form_of_msgspec_first() -> None:
    told_late = {
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        if not name.startswith(BY_ONE_THREAD)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr == "decode" and "type" in {one.arg for one in node.keywords})
            or (node.func.attr == "convert" and ast.unparse(node.func.value) == "msgspec")
        )
    }

    assert not told_late
