"""The generated world of the tests, and all that the ordinary publishers read in it."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cure.app import publisher_called
from cure.demo import generate
from cure.demo.world import World
from cure.ingesting import setting_of
from cure.interfaces import Reading
from cure.origins.files import inputs, paths_of
from worlds import demo

NOW = datetime(2026, 12, 31, tzinfo=UTC)
WORLD = World(seed=7, start=date(2026, 3, 1))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Reading]]:
    """Return what is read in the files of each source."""
    found: dict[str, list[Reading]] = {}
    for delivery in generate(WORLD, tmp_path_factory.mktemp("world")):
        publisher = publisher_called(delivery.publisher)
        files = list(paths_of([delivery.path]))
        setting = setting_of(publisher, files, NOW)
        found[f"{delivery.publisher}@{delivery.instance}"] = [
            reading
            for file in files
            for data in inputs(file, NOW)
            for reading in publisher.read(replace(data, setting=setting))
        ]
    return found


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of a data directory that `cure demo` has filled."""
    return shutil.copytree(demo(tmp_path_factory), tmp_path_factory.mktemp("demo") / "d")
