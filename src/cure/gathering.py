"""Gathering: the configured sources, each on its way in, beside a running server."""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic

from cure.errors import LogError, SourceError
from cure.extract.worker import SHARED
from cure.feeding import Feed, IntakeOf, SourceHealth, StoppedError
from cure.hub.intake import Intake
from cure.installation import Installation
from cure.interfaces import Input
from cure.listening import Listening
from cure.origins.bookmarks import BookmarkFile, Bookmarks
from cure.origins.delivering import LaterError, Looked, Origin
from cure.ways import SourceSetting
from cure.writer import Writer

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_SHARE_OF_SCHEDULE = 16
_ENDING_S = 5.0
_LOOK_S = 0.2
_log = logging.getLogger(__name__)


class Gathering:
    """All sources, each fed on its own: one that fails stops no other.

    Attributes:
        feeds: The feeds, by the name of their source.
        listening: The ports that were taken for them.
    """

    def __init__(
        self,
        sources: Sequence[SourceSetting],
        *,
        writer: Writer,
        installation: Installation,
        clock: Callable[[], datetime],
        intake: IntakeOf = Intake,
    ) -> None:
        """Gather from these sources what `intake` makes; their ports are taken at once.

        Raises:
            ConfigError: If a port or a certificate cannot be had.
            SourceError: If the bookmarks cannot be opened.
        """
        self.feeds = {one.name: Feed(one, writer, installation, clock, intake) for one in sources}
        self._stopping = threading.Event()
        self.listening = Listening(list(self.feeds.values()))
        self._bookmarks: BookmarkFile | None = None
        self._threads: list[threading.Thread] = []
        for feed in self.feeds.values():
            way = feed.source.way
            if isinstance(way, Looked):
                self._bookmarks = self._bookmarks or BookmarkFile(
                    installation.directory / "origins.sqlite"
                )
                origin = way.begin(Bookmarks(self._bookmarks, feed.source.name))
                self._threads.append(
                    threading.Thread(
                        target=self._look_on,
                        args=(feed, origin, way.every_s, installation),
                        name=f"origin {feed.source.name}",
                        daemon=True,
                    )
                )

    def start(self) -> None:
        """Begin to gather."""
        self.listening.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take nothing more in, keep what was taken, and end."""
        self._stopping.set()
        SHARED.interrupt()
        self.listening.stop()
        until = monotonic() + _ENDING_S
        for thread in self._threads:
            while thread.is_alive() and monotonic() < until:
                SHARED.interrupt()
                thread.join(_LOOK_S)
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:  # what they have not remembered is read again at the next start
            _log.warning("not waited for any longer: %s", ", ".join(late))
        elif self._bookmarks is not None:
            self._bookmarks.close()

    def health(self) -> list[SourceHealth]:
        """Return how each source fares, by name."""
        return [feed.health for _, feed in sorted(self.feeds.items())]

    def _look_on(
        self, feed: Feed, origin: Origin, every_s: float, installation: Installation
    ) -> None:
        """Look after new lines of a source until the end, ever more rarely while it fails.

        Of a cluster's nodes one does.
        """
        deliver = partial(self._deliver, feed)
        failures = 0
        wait_s = 0.0
        while not self._stopping.wait(wait_s):
            if not installation.is_first:
                wait_s = _FIRST_WAIT_S
                continue
            try:
                wait_s = origin.look(deliver)
            except StoppedError:
                break
            except (SourceError, LogError) as error:
                if not failures:
                    _log.warning("%s: %s", feed.source.name, error)
                feed.health.error = str(error)
                failures += 1
                asked_s = error.retry_after_s if isinstance(error, LaterError) else 0.0
                wait_s = max(asked_s, back_off_s(failures, every_s, random.random()))  # noqa: S311 - no secret
            except BaseException:
                feed.health.error = "a bug of ours: see the server's log; restart the server"
                raise
            else:
                failures = 0
                feed.health.error = ""

    def _deliver(self, feed: Feed, data: Input, *, before: int = 0, repeated: int = 0) -> None:
        feed.take(data, before=before, repeated=repeated, stopping=self._stopping)


def back_off_s(failures: int, every_s: float, chance: float) -> float:
    """Return how long to wait after so many failures in a row.

    It doubles each time, up to the schedule or a minute, whichever is longer; `chance`, 0 to 1,
    keeps many from coming back at the same moment.
    """
    first = max(_FIRST_WAIT_S, every_s / _SHARE_OF_SCHEDULE)
    longest = max(_LONGEST_WAIT_S, every_s)
    return min(longest, first * 2.0 ** min(failures - 1, 30)) * (0.5 + chance / 2)
