"""What an operator watches, in the form that Prometheus reads."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The counters of one server, in a registry of their own."""

    def __init__(self, records: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Count; ask `records` and `waiting` for their numbers when somebody looks."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cure_http_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "cure_http_seconds",
            "Time until an answer began.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._posted = Counter(
            "cure_posted_findings",
            "Findings that were posted, by what became of them.",
            ("fate",),
            registry=self._registry,
        )
        Gauge("cure_records", "Records that the hub holds.", registry=self._registry).set_function(
            records
        )
        Gauge(
            "cure_waiting_records", "Records that wait to be kept.", registry=self._registry
        ).set_function(waiting)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def posted(self, accepted: int, duplicates: int, quarantined: int) -> None:
        """Count what became of posted findings."""
        self._posted.labels("accepted").inc(accepted)
        self._posted.labels("duplicate").inc(duplicates)
        self._posted.labels("quarantined").inc(quarantined)

    def text(self) -> bytes:
        """Return all of it as text."""
        return generate_latest(self._registry)
