"""docs/guarantees.md: every promise names the tests that prove it, and they are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECTIONS = [
    *("Published", "Order", "Delivered", "Back-pressure", "Poison", "Recovery"),
    *("Upgrade and backup", "Retraction and retention", "Access", "Bad input", "Not promised"),
]


def sections() -> dict[str, list[str]]:
    """Return the sentences of the page by section, those of one promise on one line."""
    text = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return {
        title: [line for line in below.splitlines() if line.startswith("- ")]
        for title, _, below in (part.partition("\n") for part in parts[1:])
    }


PROMISES = [
    promise
    for title, promises in sections().items()
    if title != "Not promised"
    for promise in promises
]


def test_the_page_has_all_its_sections():
    assert list(sections()) == SECTIONS
    assert all(sections().values())


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one[2:40])
def test_a_promise_is_proven_by_tests_that_there_are(promise: str):
    named = re.findall(r"`(tests/[^`]+)`", promise)

    assert named
    for file, name in (one.split("::") for one in named):
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        functions = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert name in functions
        assert name.startswith("test_")


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one[2:40])
def test_a_promise_is_one_sentence(promise: str):
    sentence = re.sub(r"`tests/[^`]+`", "", promise).strip()

    assert sentence.endswith(".")
    assert len(re.findall(r"[.!?](?:\s|$)", sentence)) <= 2
