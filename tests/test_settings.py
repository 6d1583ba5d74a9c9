"""Settings: where they come from, and how a wrong one is told."""

from pathlib import Path

import msgspec
import pytest

from cure.errors import ConfigError
from cure.settings import Settings, read_settings


def test_everything_has_a_default_and_a_help():
    assert read_settings(None, {}) == Settings()
    assert (Settings().data, Settings().host, Settings().port) == ("cure-data", "127.0.0.1", 8080)
    properties = msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"]
    assert all(one["description"] for one in properties.values())


def test_the_environment_goes_before_the_file(tmp_path: Path):
    file = tmp_path / "cure.toml"
    file.write_text('data = "a"\norganisation = "soc"\nport = 1\n')

    found = read_settings(file, {"CURE_PORT": "2", "CURE_HOST": "", "HOME": "/"})

    assert (found.data, found.organisation, found.port, found.host) == ("a", "soc", 2, "127.0.0.1")


@pytest.mark.parametrize(
    ("variable", "text", "wrong"),
    [
        ("CURE_PORT", "http", "CURE_PORT = 'http': Expected `int`"),
        ("CURE_PORT", "65536", "CURE_PORT = '65536': Expected `int` <= 65535"),
        ("CURE_SNAPSHOT_EVERY", "1", "CURE_SNAPSHOT_EVERY = '1': Expected `int` >= 1000"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, text: str, wrong: str):
    with pytest.raises(ConfigError, match=wrong):
        read_settings(None, {variable: text})


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"cannot read .*: No such file"):
        read_settings(tmp_path / "cure.toml", {})
