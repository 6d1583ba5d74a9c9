"""What is looked up when somebody asks for the metrics: sizes, ages, and what waits.

Sources are named only where the operator configured them; of what else is posted, there is the
publisher, if it is one that is installed.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cure.feeding import SourceHealth
from cure.gathering import Gathering
from cure.subscribers.deliveries.post import DeliveryPost
from cure.subscribers.watch_post import WatchPost
from cure.web.beside import Beside
from cure.web.records_stream import RecordsStream
from cure.web.serving import Serving

_OTHER = "other"


class Gauges(Collector):
    """Looks at the parts of a running server.

    Attributes:
        beside: What runs in its loop; None: it has not begun.
    """

    def __init__(
        self,
        serving: Serving,
        gathering: Gathering,
        records_stream: RecordsStream,
        watch_post: WatchPost,
        delivery_post: DeliveryPost,
    ) -> None:
        """Look at these."""
        self._serving = serving
        self._gathering = gathering
        self._records_stream = records_stream
        self._watch_post = watch_post
        self._delivery_post = delivery_post
        self.beside: Beside | None = None

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: it would have to be looked up."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield what there is now."""
        installation = self._serving.installation
        yield _one(
            "cure_ready",
            "Whether the server was ready when that was last looked at.",
            not self._serving.readiness.found,
        )
        alive = {
            "writer": self._serving.writer.is_alive,
            "watches": self._watch_post.thread.is_alive,
        } | ({} if self.beside is None else self.beside.alive())
        yield _by("cure_alive", "Whether a part of the server works.", "part", alive)
        yield _by("cure_hub_bytes", "Memory of the hub.", "part", installation.memory())
        yield from _disk(installation.directory)
        yield _one(
            "cure_snapshot_behind_records",
            "Records that a start would replay.",
            installation.behind_snapshot(),
        )
        yield self._quarantined()
        yield from _sources(self._gathering.health())
        yield _one(
            "cure_stream_lag_seconds",
            "For how long the slowest stream of records has not had all that there is.",
            self._records_stream.lag_s(),
        )
        sums = self._delivery_post.sums()
        states = {"sending": sums.sending, "failing": sums.failing, "stopped": sums.stopped}
        yield _by("cure_deliveries", "Deliveries.", "state", states)
        yield _one("cure_delivery_waiting_hits", "Hits that are still to be sent.", sums.waiting)
        yield _one("cure_dead_letters", "Hits that could not be sent.", sums.dead)

    def _quarantined(self) -> Metric:
        told = CounterMetricFamily(
            "cure_quarantined_lines", "Lines that could not be read.", labels=("publisher",)
        )
        found: Counter[str] = Counter()
        for source, lines in dict(self._serving.installation.quarantined).items():
            publisher = source.partition("@")[0]
            found[publisher if publisher in self._serving.publishers else _OTHER] += lines
        for publisher, lines in sorted(found.items()):
            told.add_metric((publisher,), lines)
        return told


def _disk(directory: Path) -> Iterator[Metric]:
    snapshot = directory / "hub.snapshot"
    sizes = {
        one.name: _size_bytes(one) + _size_bytes(one.with_name(f"{one.name}-wal"))
        for one in [*directory.glob("*.sqlite"), snapshot]
    }
    yield _by("cure_file_bytes", "Files of the data directory.", "file", sizes)
    disk = shutil.disk_usage(directory)
    yield _one("cure_disk_free_bytes", "Room on the disk.", disk.free)
    yield _one("cure_disk_bytes", "Size of the disk.", disk.total)
    if snapshot.exists():
        at = snapshot.stat().st_mtime
        yield _one("cure_snapshot_timestamp_seconds", "When the last snapshot was written.", at)


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sources(fares: list[SourceHealth]) -> Iterator[Metric]:
    lines = CounterMetricFamily(
        "cure_source_lines", "Lines of configured sources.", labels=("source", "fate")
    )
    new = CounterMetricFamily("cure_source_records", "New records of them.", labels=("source",))
    failing = GaugeMetricFamily("cure_source_failing", "Whether it fails.", labels=("source",))
    last = GaugeMetricFamily(
        "cure_source_last_record_timestamp_seconds",
        "When the last record of a source was kept.",
        labels=("source",),
    )
    for one in fares:
        name = (one.source,)
        lines.add_metric((*name, "spoke"), one.spoke)
        lines.add_metric((*name, "silent"), one.silent)
        lines.add_metric((*name, "quarantined"), one.quarantined)
        new.add_metric(name, one.new_records)
        failing.add_metric(name, bool(one.error))
        if one.last_record_at is not None:
            last.add_metric(name, one.last_record_at.timestamp())
    yield from (lines, new, failing, last)


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _by(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    told = GaugeMetricFamily(name, says, labels=(label,))
    for key, value in values.items():
        told.add_metric((key,), value)
    return told
