"""What an operator watches, in the form that Prometheus reads: counters and times of one server.

No label is a value, a path or whatever else somebody asked for; operations, statuses and
publishers are few and known beforehand. Only who operates the installation may look.
"""

from collections.abc import Callable
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from cure.writer import Written

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


NO_OPERATION = "none"


class Answer(NamedTuple):
    """An answer that has begun.

    Attributes:
        operation: The name of the operation that gives it, as in the rules, or `NO_OPERATION`.
        status: Its status.
        began_after_s: How long after the request it began.
    """

    operation: str
    status: int
    began_after_s: float


class _Series(NamedTuple):
    """Where answers of one operation and status are counted."""

    requests: Counter
    seconds: Histogram
    open: Gauge


class Metrics:
    """The counters of one server, in a registry of their own."""

    def __init__(self, records: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Count; ask `records` and `waiting` for their numbers when somebody looks."""
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "cure_http_requests",
            "Requests that were answered.",
            ("operation", "status"),
            registry=registry,
        )
        self._seconds = _histogram(
            "cure_http_seconds", "Time until an answer began.", registry, "operation"
        )
        self._open = Gauge(
            "cure_http_open",
            "Answers under way; of operations that stream: open streams.",
            ("operation",),
            registry=registry,
        )
        self._series: dict[tuple[str, int], _Series] = {}
        self._posted = Counter(
            "cure_posted_findings",
            "Findings that were posted, by what became of them.",
            ("fate",),
            registry=registry,
        )
        self._appended = Counter(
            "cure_appended_records", "Records that were kept and new.", registry=registry
        )
        self._duplicates = Counter(
            "cure_duplicate_records", "Records that were known already.", registry=registry
        )
        self._append_s = _histogram(
            "cure_append_seconds", "Time to keep a group of records, with its sync.", registry
        )
        self._ack_s = _histogram(
            "cure_ack_seconds",
            "Time until submitted records were kept.",
            registry,
        )
        _asked("cure_records", "Records that the hub holds.", registry, records)
        _asked("cure_waiting_records", "Records that wait to be kept.", registry, waiting)
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)

    def also(self, gauges: Collector) -> None:
        """Tell these, too."""
        self._registry.register(gauges)

    def began(self, answer: Answer) -> None:
        """Count an answer that has begun. Cost: about 3 µs."""
        series = self._series_of(answer)
        series.requests.inc()
        series.seconds.observe(answer.began_after_s)
        series.open.inc()

    def ended(self, answer: Answer) -> None:
        """Count that it has ended, whole or not."""
        self._series_of(answer).open.dec()

    def _series_of(self, answer: Answer) -> _Series:
        """Return where an answer is counted; to look that up by its labels takes its time."""
        operation, status = answer.operation, answer.status
        found = self._series.get((operation, status))
        if found is None:
            found = self._series[operation, status] = _Series(
                self._requests.labels(operation, str(status)),
                self._seconds.labels(operation),
                self._open.labels(operation),
            )
        return found

    def posted(self, accepted: int, duplicates: int, quarantined: int) -> None:
        """Count what became of posted findings."""
        self._posted.labels("accepted").inc(accepted)
        self._posted.labels("duplicate").inc(duplicates)
        self._posted.labels("quarantined").inc(quarantined)

    def written(self, append: Written) -> None:
        """Count an append. Cost: about 2 µs, and 1 µs for each who waited for it."""
        self._appended.inc(append.new)
        self._duplicates.inc(append.records - append.new)
        self._append_s.observe(append.append_s)
        for waited_s in append.waited_s:
            self._ack_s.observe(waited_s)

    def text(self) -> bytes:
        """Return all of it as text. Cost: some milliseconds; it looks at the disk."""
        return generate_latest(self._registry)


def _histogram(name: str, says: str, registry: CollectorRegistry, *labels: str) -> Histogram:
    return Histogram(name, says, labels, buckets=_BUCKETS_S, registry=registry)


def _asked(name: str, says: str, registry: CollectorRegistry, ask: Callable[[], int]) -> None:
    Gauge(name, says, registry=registry).set_function(ask)
