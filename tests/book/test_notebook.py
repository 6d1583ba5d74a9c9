"""examples/explore.ipynb runs from its beginning to its end, and holds no answers."""

import contextlib
import io
import json
from typing import Any

import polars as pl
import pytest

from book.blocks import ROOT

NOTEBOOK = json.loads((ROOT / "examples" / "explore.ipynb").read_text("utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_every_cell_runs(server: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CURE_URL", server)
    names: dict[str, Any] = {}

    with contextlib.redirect_stdout(io.StringIO()), pl.Config():
        try:
            for cell in CODE:
                exec("".join(cell["source"]), names)  # noqa: S102 - it is ours
        finally:
            names["cure"].close()

    assert names["known"].height > 10
    assert names["links"]["common"].sum() > 0
    assert names["steps"]["source"].n_unique() > 10
    assert names["alike"]["results"]


def test_it_holds_no_answers():
    assert NOTEBOOK["nbformat"] == 4
    assert len(CODE) > 8
    assert not [cell for cell in CODE if cell["outputs"] or cell["execution_count"]]
