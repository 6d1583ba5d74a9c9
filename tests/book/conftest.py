"""What the tests of the documentation start from."""

from cli.conftest import call  # noqa: F401 - a fixture
