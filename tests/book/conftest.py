"""What the tests of the documentation start from."""

from cli.conftest import call, server, world  # noqa: F401 - fixtures
