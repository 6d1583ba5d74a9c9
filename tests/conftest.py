"""In CI nothing is skipped for want of data that lies beside the checkout."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Time judges nothing here: a busy machine must not fail a test.
settings.register_profile("cure", deadline=None)
settings.load_profile("cure")

collect_ignore_glob = ["publishers/samples/*"]
"""What makes a sample is no test."""
SHARED = Path(__file__).parents[2] / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and SHARED.exists():
        report.outcome = "failed"
        report.longrepr = f"skipped, but in CI everything runs: {report.longrepr}"
    return report
