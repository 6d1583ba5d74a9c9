"""A cluster of three servers and three hubs on this machine, and what is done to it."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import httpx

from beside import working
from cure.cluster.servers import Servers
from cure.cluster.stream import Stream
from cure.installation import Installation
from faults.acknowledged import Acknowledged, Key, Publisher, stored
from faults.namespaces import Machines, ServersApart
from faults.reading import Reader

_COUNT = 3
_PUBLISHERS = 3
_UP_S = 60.0
_ANSWER_S = 3.0
"""So long a publisher waits before he goes to another hub."""
_QUIET_S = 2.0
_SRC = Path(__file__).parents[2] / "src"


class Survived(NamedTuple):
    """What came of some faults.

    Attributes:
        faults: Which, and how many times.
        acknowledged: How many keys were acknowledged.
        lost: Those of them that are missing somewhere.
        twice: Keys of which more than one version is visible somewhere.
        states: The hashes of what the hubs hold.
        same: Whether what each holds is what its log gives.
        gaps_s: The longest time in which nothing was acknowledged, of each fault.
        unanswered_s: The longest time in which a reader got no answer, of each fault.
        wrong: Answers to readers that were not right.
    """

    faults: Counter[str]
    acknowledged: int
    lost: set[Key]
    twice: list[Key]
    states: set[str]
    same: bool
    gaps_s: dict[str, list[float]]
    unanswered_s: dict[str, list[float]]
    wrong: list[tuple[str, bytes]]


class Hub:
    """A hub, as a process of its own."""

    def __init__(
        self, number: int, directory: Path, servers: Servers, partitions: int | None
    ) -> None:
        self.data = directory / f"hub-{number}"
        self._said = directory / f"hub-{number}.said"
        self._environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("CURE_")},
            "PYTHONPATH": str(_SRC),
            "CURE_LINK_RESERVED": "true",
            "CURE_LOG": servers.log,
            "CURE_LOG_CREDENTIALS": str(servers.credentials),
            **({} if partitions is None else {"CURE_PARTITIONS": str(partitions)}),
        }
        self.url = ""
        self.before: list[str] = []

    def begin(self) -> None:
        """Start it, and wait until it answers."""
        run = ["run", "--port", "0", "--data", str(self.data)]
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                [*self.before, sys.executable, "-m", "cure", *run],
                stdout=subprocess.PIPE,
                stderr=said,
                env=self._environment,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert "http://" in line, self._said.read_text()[-3000:]
        self.url = line[line.index("http://") :].strip().rstrip("/")

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a power button would."""
        self.process.kill()
        self._wait()

    def _wait(self) -> int:
        code = self.process.wait(_UP_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def stop(self) -> None:
        """End it as an operator would."""
        self.tell(signal.SIGTERM)
        assert self._wait() == 0, self._said.read_text()[-3000:]


class Cluster:
    """The processes, and the faults that befall them. Each is over when it returns."""

    def __init__(
        self, directory: Path, servers: Servers, seed: int, partitions: int | None = None
    ) -> None:
        self.servers = servers
        self.machines = servers.machines if isinstance(servers, ServersApart) else None
        self.hubs = [Hub(number, directory, servers, partitions) for number in range(_COUNT)]
        self._chance = random.Random(seed)  # noqa: S311 - no secret

    def on(self, number: int) -> AbstractContextManager[object]:
        """Let this thread be on the machine of a hub."""
        return nullcontext() if self.machines is None else self.machines.inside(number % _COUNT)

    def begin(self) -> None:
        """Start the hubs, at once, as after a power failure."""
        if self.machines is not None:
            for number, hub in enumerate(self.hubs):
                hub.before = self.machines.on(number)
        with ThreadPoolExecutor(_COUNT) as threads:
            for begun in [threads.submit(hub.begin) for hub in self.hubs]:
                begun.result()

    def leader(self) -> int:
        """Return the number of the server that leads the stream."""
        with self.on(0):
            stream = Stream(self.servers.address)
        try:
            return int(stream.leader().rpartition("-")[2]) - 1
        finally:
            stream.close()

    def leader_killed(self) -> None:
        """Kill the server that leads, and start it again."""
        number = self.leader()
        self.servers.kill(number)
        self._wait(1, 4)
        self.servers.start(number)

    def leader_stopped(self) -> None:
        """Stop the server that leads, longer than the others wait for it, and let it go on."""
        server = self.servers.running[self.leader()]
        server.send_signal(signal.SIGSTOP)
        self._wait(6, 10)
        server.send_signal(signal.SIGCONT)

    def hub_killed(self) -> None:
        """Kill a hub, and start it again."""
        hub = self._chance.choice(self.hubs)
        hub.kill()
        self._wait(0, 2)
        hub.begin()

    def hub_stopped(self) -> None:
        """Stop a hub for longer than its lease, and let it go on."""
        hub = self._chance.choice(self.hubs)
        hub.tell(signal.SIGSTOP)
        self._wait(3, 8)
        hub.tell(signal.SIGCONT)

    def upgraded(self) -> None:
        """Stop each hub in order, start it again, and wait until it is ready for the next one."""
        for hub in self.hubs:
            hub.stop()
            hub.begin()
            end_s = time.monotonic() + _UP_S
            while httpx.get(f"{hub.url}/readyz", timeout=_UP_S).status_code != httpx.codes.OK:
                assert time.monotonic() < end_s
                time.sleep(0.1)

    def cable_pulled(self) -> None:
        """Pull the cable of a machine, longer than the others wait for it, and put it in again."""
        assert self.machines is not None
        number = self._chance.randrange(_COUNT)
        self.machines.cut(number)
        self._wait(6, 10)
        self.machines.mend(number)

    def all_servers_killed(self) -> None:
        """Kill all servers at once, and start them again."""
        for number in range(_COUNT):
            self.servers.running[number].kill()
        for number in range(_COUNT):
            self.servers.kill(number)
        for number in range(_COUNT):
            self.servers.start(number)

    def all_killed(self) -> None:
        """Kill all servers and hubs at once, and start them again."""
        for hub in self.hubs:
            hub.process.kill()
        self.all_servers_killed()
        for hub in self.hubs:
            hub.kill()
        self.begin()

    def settle(self) -> None:
        """Wait until all servers have all that is kept, so that the next one may fail."""
        end_s = time.monotonic() + _UP_S
        with self.on(0):
            stream = Stream(self.servers.address)
        try:
            while not stream.is_whole():
                assert time.monotonic() < end_s
                time.sleep(0.1)
        finally:
            stream.close()

    def _wait(self, least_s: float, most_s: float) -> None:
        time.sleep(self._chance.uniform(least_s, most_s))


FAULTS: dict[str, Callable[[Cluster], None]] = {
    "leader killed": Cluster.leader_killed,
    "hub killed": Cluster.hub_killed,
    "leader stopped": Cluster.leader_stopped,
    "hub stopped": Cluster.hub_stopped,
    "hubs upgraded": Cluster.upgraded,
    "cable pulled": Cluster.cable_pulled,
    "all servers killed": Cluster.all_servers_killed,
    "all killed": Cluster.all_killed,
}


class _Times:
    """When something was acknowledged."""

    def __init__(self) -> None:
        self._all: list[float] = []

    def note(self) -> None:
        self._all.append(time.monotonic())

    def gap_s(self, since_s: float) -> float:
        """Return for how long nothing was acknowledged at most, since a moment until now."""
        times = [since_s, *(at for at in self._all if at > since_s), time.monotonic()]
        return max(later - earlier for earlier, later in pairwise(times))

    def wait_for_more(self) -> None:
        """Wait until something is acknowledged that was sent from now on."""
        have, end_s = len(self._all), time.monotonic() + _UP_S
        while len(self._all) < have + 2 * _PUBLISHERS:
            assert time.monotonic() < end_s, "nothing is acknowledged any more"
            time.sleep(0.01)


@contextmanager
def _publishing(cluster: Cluster, publishers: Sequence[Publisher], times: _Times) -> Iterator[None]:
    """Let all publish at once; whoever gets no answer goes on with another hub."""

    def publish(number: int, stopping: threading.Event) -> None:
        one, at = publishers[number], number
        with httpx.Client(timeout=_ANSWER_S) as client:
            while not stopping.is_set():
                with cluster.on(at):
                    is_kept = one.publish(client, cluster.hubs[at % _COUNT].url)
                if is_kept:
                    times.note()
                else:
                    at += 1
                    stopping.wait(0.02)

    with working(*(partial(publish, number) for number in range(len(publishers)))):
        yield


def survived(
    directory: Path,
    faults: Sequence[str],
    seed: int,
    partitions: int | None = None,
    machines: Machines | None = None,
) -> Survived:
    """Let faults befall a cluster that is published to and asked, and look for what is left."""
    gaps: dict[str, list[float]] = {name: [] for name in faults}
    unanswered: dict[str, list[float]] = {name: [] for name in faults}
    times = _Times()
    where = directory / "servers"
    with (
        Servers(where, _COUNT) if machines is None else ServersApart(where, machines) as servers,
        Acknowledged(directory / "acknowledged") as acknowledged,
    ):
        cluster = Cluster(directory, servers, seed, partitions)
        reader = Reader(lambda: [hub.url for hub in cluster.hubs], cluster.on)
        cluster.begin()
        try:
            reader.begin()
            publishers = [
                Publisher(f"findings@{number}", acknowledged, seed + number, batch=10)
                for number in range(_PUBLISHERS)
            ]
            with _publishing(cluster, publishers, times), working(reader.read):
                times.wait_for_more()
                for name in faults:
                    cluster.settle()
                    times.wait_for_more()
                    since_s = time.monotonic()
                    FAULTS[name](cluster)
                    times.wait_for_more()
                    gaps[name].append(round(times.gap_s(since_s), 2))
                    unanswered[name].append(round(reader.gap_s(since_s), 2))
            time.sleep(_QUIET_S)
            for hub in cluster.hubs:
                hub.stop()
        finally:
            for hub in cluster.hubs:
                hub.kill()
        found = [stored(hub.data, acknowledged) for hub in cluster.hubs]
        return Survived(
            Counter(faults),
            len(acknowledged.all()),
            {key for one in found for key in one.lost},
            [key for one in found for key in one.twice],
            {_state(hub.data) for hub in cluster.hubs},
            all(one.same for one in found),
            gaps,
            unanswered,
            reader.wrong,
        )


def _state(directory: Path) -> str:
    with Installation(directory, write=False, link_reserved=True) as installation:
        return installation.state_hash()
