"""Opening what a command asks: the data directory or the server that was named.

What speaks HTTP is imported when a server is asked: it takes longer than most questions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import cure
from cure.cli.answers import Answers
from cure.cli.here import Here
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.errors import ConfigError


@contextmanager
def answers(data: Path | None, url: str | None) -> Iterator[Answers]:
    """Open what was named on the command line.

    Raises:
        ConfigError: If both were, or there is no data.
    """
    if url is None:
        settings = settings_of(data)
        with opened(settings) as installation:
            yield Here(installation, settings.organisation, settings.asn_table)
    elif data is None:
        with cure.Client(url) as client:
            yield import_module("cure.cli.there").There(client)
    else:
        raise ConfigError("give --data or --url, not both")
