"""Secrets: read from files that nobody else may read, or from the environment; never weak ones."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from cure.errors import ConfigError

MIN_CHARS = 16
_MIN_DIFFERENT = 6
_DEFAULT = re.compile(r"(change|default|example|password|passwd|secret|your|test)", re.IGNORECASE)


def read_secret(file: Path | None, variable: str | None, environment: Mapping[str, str]) -> str:
    """Return a secret from the file or else the variable that holds it.

    Raises:
        ConfigError: If it is not there, or others may read it too.
    """
    if file is None:
        found = environment.get(variable or "", "")
        if not found:
            raise ConfigError(f"the environment has no {variable}")
        return found
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read().decode("utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not text") from error
    if mode & 0o077:
        raise ConfigError(f"others may read {file}: chmod 600 {file}")
    found = text.strip()
    if not found:
        raise ConfigError(f"{file} is empty")
    return found


def strong(secret: str) -> str:
    """Return a secret that lets somebody in here, if nobody will guess it.

    Raises:
        ConfigError: If somebody might; the sentence does not name it.
    """
    if len(secret) < MIN_CHARS or len(set(secret)) < _MIN_DIFFERENT or _DEFAULT.match(secret):
        raise ConfigError(
            f"a secret that can be guessed: want at least {MIN_CHARS} random characters, "
            "such as: openssl rand -hex 16"
        )
    return secret
