"""What may leave: the view from which whoever sits at this machine exports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from cure.app import operator
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.hub.view import View
from cure.installation import Installation
from cure.model import Audience, Purpose


class Leaving(NamedTuple):
    """An open installation, for whom something leaves it, and what may."""

    installation: Installation
    audience: Audience
    view: View


@contextmanager
def leaving(data: Path | None, now: datetime) -> Iterator[Leaving]:
    """Open a data directory to export from it.

    Raises:
        ConfigError: If it does not exist.
        LogError: If the log is damaged or of a newer format.
    """
    settings = settings_of(data)
    audience = msgspec.structs.replace(operator(settings.organisation), purpose=Purpose.EXPORT)
    with opened(settings) as installation:
        yield Leaving(installation, audience, installation.gate.view(audience, now))
