"""In CI nothing is skipped for want of data beside the checkout; passwords cost tests little."""

import asyncio
import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from httpx import _config
from hypothesis import settings

import engines
from cure.access import passwords
from waiting import PATIENCE_S

# Time judges nothing here: a busy machine must not fail a test.
settings.register_profile("cure", deadline=None)
settings.load_profile("cure")
# Nor does a server that starves beside other tests; httpx would wait for five seconds only.
vars(_config.DEFAULT_TIMEOUT_CONFIG).update(_config.Timeout(PATIENCE_S).as_dict())

collect_ignore_glob = ["publishers/samples/*"]
"""What makes a sample is no test."""
SHARED = Path(__file__).parents[2] / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for doctests in the program only: each file here would be loaded for them as well."""
    found = yield
    return [one for one in found if type(one) is pytest.Module]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no cycles while all is loaded: nothing of it goes away."""
    gc.disable()
    collected = yield
    gc.enable()
    return collected


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and SHARED.exists():
        report.outcome = "failed"
        report.longrepr = f"skipped, but in CI everything runs: {report.longrepr}"
    return report


def pytest_configure() -> None:
    """Before anything is opened."""
    if engines.ENGINE != "embedded":
        engines.choose(pytest.MonkeyPatch())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, on other engines, what is of one machine alone."""
    if engines.ENGINE != "embedded":
        alone = tuple(f"tests/{name}" for name in engines.ONE_MACHINE)
        left_out = [one for one in items if one.nodeid.startswith(alone)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


@pytest.fixture(autouse=True)
def _no_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser that tests before have opened keeps a loop running, in which no other may run."""
    running = asyncio._get_running_loop()  # noqa: SLF001 - no other way tells and sets it
    if running is None or "browser" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)  # noqa: SLF001 - likewise
    yield
    asyncio._set_running_loop(running)  # noqa: SLF001 - likewise


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash at least cost here; what a password costs is tried in tests/access/test_passwords.py."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", cheap)
        yield
