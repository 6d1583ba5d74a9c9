"""The groups of each audience: computed from what it may see, kept for an hour and on the disk.

What is kept on the disk lets groups keep their names from one run to the next. It is a file for
each audience, so that no name and no growth tells of what only others have seen.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np

from cure.enrichers.alike.chosen import Chosen
from cure.enrichers.alike.scanners import scanners_among
from cure.enrichers.geography import Geography
from cure.enrichers.groups.group import Groups
from cure.enrichers.groups.running import Run, Task
from cure.errors import LogError
from cure.hub.view import View
from cure.model import Audience, Label

GOOD_FOR = timedelta(hours=1)


class Grouped(msgspec.Struct, frozen=True):
    """A run, and from what it was made.

    Attributes:
        at: When.
        rights: What the audience could see then, as `View.rights` says it.
        label: The join of the labels of all that was read; None: there was nothing.
        since: When the window began, in µs since 1970.
        until: When it ended.
        run: What was found.
    """

    at: datetime
    rights: bytes
    label: Label | None
    since: int
    until: int
    run: Run


_decode = msgspec.json.Decoder(Grouped).decode


class GroupRuns:
    """Runs of grouping, one at a time, and the latest of each audience."""

    def __init__(
        self,
        directory: Path,
        run: Callable[[Task], Run],
        geography: Geography,
        clock: Callable[[], datetime],
        cut_off: Callable[[], None] = lambda: None,
    ) -> None:
        """Keep runs in a directory; nothing is computed yet.

        Args:
            directory: The directory.
            run: Groups.
            geography: Where addresses belong.
            clock: What time it is, UTC.
            cut_off: Has the run that goes on end at once, if it can.
        """
        self._directory = directory
        self._run = run
        self._geography = geography
        self._clock = clock
        self._cut_off = cut_off
        self._latest: dict[Audience, Grouped] = {}
        self._running: dict[tuple[Audience, bytes], Future[Grouped]] = {}
        self._lock = threading.Lock()
        self._runner = ThreadPoolExecutor(1, "groups")

    def of(
        self,
        audience: Audience,
        view: View,
        chosen: Callable[[], Chosen],
        wait_s: float | None = None,
    ) -> Grouped | None:
        """Return the groups of an audience, computing them if they are older than an hour.

        Args:
            audience: Who asks, to derive.
            view: Its view.
            chosen: Gives what it may derive from.
            wait_s: How long to wait for them; None: until they are there.

        Returns:
            The groups; None: they are still being computed.

        Raises:
            CureError: If they could not be computed.
            LogError: If they could not be kept.
        """
        rights = view.rights()
        with self._lock:
            kept = self._latest.get(audience) or self._read(audience)
            is_good = kept is not None and kept.rights == rights
            if kept is not None and is_good and abs(self._clock() - kept.at) < GOOD_FOR:
                self._latest[audience] = kept
                return kept
            running = self._running.get((audience, rights))
            if running is None:
                # What one may no longer see is not to live on in names and growth.
                goes_on = kept is not None and _sees_still(kept.rights, rights)
                before = kept.run.groups if kept is not None and goes_on else None
                running = self._runner.submit(self._compute, audience, rights, view, chosen, before)
                self._running[audience, rights] = running
        try:
            return running.result(wait_s)
        except TimeoutError:
            return None

    def _compute(
        self,
        audience: Audience,
        rights: bytes,
        view: View,
        chosen: Callable[[], Chosen],
        before: Groups | None,
    ) -> Grouped:
        try:
            now, taken = self._clock(), chosen()
            records = np.unique(taken.records)
            label = view.label_of(records) if len(records) else None
            found = self._run(self._task(taken, before))
            grouped = Grouped(now, rights, label, taken.since, taken.until, found)
            self._write(audience, grouped)
            with self._lock:
                self._latest[audience] = grouped
            return grouped
        finally:
            with self._lock:
                del self._running[audience, rights]

    def _task(self, chosen: Chosen, before: Groups | None) -> Task:
        ips = chosen.events.ips
        scanners = np.flatnonzero(scanners_among(chosen.addresses)).tolist()
        networks = None
        if self._geography.knows_asns:
            asns = self._geography.asns(chosen.addresses).tolist()
            networks = {ip: asn for ip, asn in zip(ips, asns, strict=True) if asn}
        return Task(chosen.events, before, [ips[number] for number in scanners], networks)

    def _file(self, audience: Audience) -> Path:
        said = msgspec.json.encode(audience, order="deterministic")
        return self._directory / f"{blake2b(said, digest_size=16).hexdigest()}.json"

    def _read(self, audience: Audience) -> Grouped | None:
        try:
            return _decode(self._file(audience).read_bytes())
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:  # of an older form: groups get new names once
            return None

    def _write(self, audience: Audience, grouped: Grouped) -> None:
        write_whole(self._file(audience), msgspec.json.encode(grouped))

    def close(self) -> None:
        """Begin no more runs, and cut the one off that goes on."""
        self._runner.shutdown(wait=False, cancel_futures=True)
        self._cut_off()


def _sees_still(earlier: bytes, now: bytes) -> bool:
    """Tell whether all that could be seen earlier still can be."""
    before, after = (
        set(map(tuple, np.frombuffer(one, np.int64).reshape(2, -1).T.tolist()))
        for one in (earlier, now)
    )
    return before <= after


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that nobody else reads in place of the one that is there, whole or not at all.

    Raises:
        LogError: If that cannot be done.
    """
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        beside.touch(mode=0o600)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise LogError(f"cannot write {path}: {error}") from error
