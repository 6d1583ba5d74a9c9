"""What is true of one hub is asked of one in partitions as well, where a file makes hubs so."""

from collections.abc import Iterator

import pytest

from hub import kinds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if getattr(metafunc.module, "new_hub", None) is kinds.new_hub:
        metafunc.fixturenames.append("kind_of_hub")
        metafunc.parametrize(
            "kind_of_hub", [0, kinds.PARTS], ids=["whole", "parted"], indirect=True, scope="module"
        )


@pytest.fixture(scope="module")
def kind_of_hub(request: pytest.FixtureRequest) -> Iterator[None]:
    kinds.try_kind(request.param)
    yield
    kinds.try_kind(0)
