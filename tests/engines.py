"""What stands behind an installation in tests: one hub, one hub on NATS, or three with partitions.

`CURE_ENGINE` chooses it for a whole run (`make test-engines`); tests do not know of it. A directory
that is opened for writing is then that of a cluster's node. Each cluster has an account
of its own at one server, so it costs no more than a stream.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cure.cluster import members
from cure.cluster.address import Address, Credentials
from cure.cluster.node import Node
from cure.cluster.parted_node import PartedNode
from cure.cluster.servers import Servers
from cure.data_directory import CLUSTER, NODE, cluster_of
from cure.installation import Installation
from cure.replay import Replayed

ENGINE = os.environ.get("CURE_ENGINE", "embedded")
PARTITIONS = 8
ONE_MACHINE = (
    # Files that only one machine has, or that are damaged on purpose: a node makes its copy anew.
    "cli/test_backup.py::test_a_backup_holds_what_counts",
    "cli/test_backup.py::test_damage_beside_the_log",
    "cli/test_doctor.py::",
    "cli/test_upkeep.py::test_a_snapshot_of_another_story",
    "cli/test_serving.py::test_a_server_keeps_what_it_is_sent_and_leaves_a_snapshot",
    "web/test_durability.py::",
    # How much memory a node's own partitions take: of one record, on another node, nothing.
    "web/test_metrics.py::test_sizes_and_states_are_told",
    # Accounts, ratings or watches changed in a directory: in a cluster a running node is asked.
    "cli/test_access.py::test_an_approved_rating_relabels",
    "cli/test_backup.py::test_what_is_restored_answers_as_before",
    "cli/test_mcp.py::test_as_an_organisation_one_sees",
)
"""How the names of those tests of behaviour begin that are of one machine alone."""
_ACCOUNTS = 2000
_SYSTEM = "system"
"""Secrets of servers that live as long as a run of tests, on loopback."""


class Cluster(NamedTuple):
    """Where a cluster's servers are."""

    address: Address
    credentials: Path

    def environment(self) -> dict[str, str]:
        """Return the settings of a program that is to be a node of it."""
        settings = {
            "CURE_LOG": ",".join(self.address.servers),
            "CURE_LOG_CREDENTIALS": str(self.credentials),
        }
        return settings | ({"CURE_PARTITIONS": str(PARTITIONS)} if ENGINE == "parted" else {})


class _ManyAccounts(Servers):
    """One server with an account for each cluster."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, 1)
        self._directory = directory
        accounts = "\n".join(
            f"  C{one} {{ jetstream: enabled, users: [{{ user: c{one}, password: c }}] }}"
            for one in range(_ACCOUNTS)
        )
        (directory / "server-1.conf").write_text(
            f"""server_name: server-1
listen: 127.0.0.1:{self.ports[0]}
max_payload: 8MB
jetstream {{ store_dir: "{directory}/store", sync_interval: always, max_file: 64GB }}
accounts {{
  SYS {{ users: [{{ user: {_SYSTEM}, password: {_SYSTEM} }}] }}
{accounts}
}}
system_account: SYS
"""
        )
        self._numbers = count()

    def cluster(self) -> Cluster:
        """Return a new cluster."""
        user = f"c{next(self._numbers)}"
        credentials = self._directory / f"{user}.toml"
        credentials.touch(0o600)
        credentials.write_text(
            f'user = "{user}"\npassword = "c"\n'
            f'system_user = "{_SYSTEM}"\nsystem_password = "{_SYSTEM}"\n'
        )
        made = Credentials(user, "c", _SYSTEM, _SYSTEM)
        return Cluster(Address(self.address.servers, made), credentials)


_clusters: dict[Path, Cluster] = {}
_served: set[Path] = set()
"""Directories beside which the other nodes run."""


@cache
def _server() -> _ManyAccounts:
    directory = Path(tempfile.mkdtemp(prefix="cure-engines-"))
    server = _ManyAccounts(directory)
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    atexit.register(server.stop)
    server.start(0)
    return server


def cluster_at(directory: Path) -> Cluster:
    """Return the cluster of which a directory is a node's; new if it was none yet.

    A copy of a node's directory begins a cluster of its own, as a backup that is restored.
    """
    directory = directory.resolve()
    is_begun = directory in _served or cluster_of(directory) is not None
    if directory not in _clusters or not is_begun:
        for name in (CLUSTER, NODE):
            (directory / name).unlink(missing_ok=True)
        _clusters[directory] = _server().cluster()
    return _clusters[directory]


class _One(Node):
    """One hub on NATS, opened as an installation is."""

    def __init__(self, directory: Path, *, write: bool, **more: Any) -> None:  # noqa: ANN401
        assert write
        super().__init__(directory, cluster_at(directory).address, **more)


class _Quick(PartedNode):
    look_s = 0.1


class _Companion(_Quick):
    """It serves nobody, so it leaves to others what is done once."""

    def _join(self, replayed: Replayed) -> None:
        super()._join(replayed)
        self._lease.stop()


class Companions(ExitStack):
    """The two other nodes of a cluster with partitions; they begin with what the first one has."""

    def __init__(self, directory: Path, **more: Any) -> None:  # noqa: ANN401 - as a node takes it
        super().__init__()
        cluster, own = cluster_at(directory), directory.resolve()
        _served.add(own)
        self.callback(_served.discard, own)
        for name in "bc":
            beside = cluster.credentials.with_name(f"{cluster.address.credentials.user}-{name}")
            if not beside.exists() and directory.exists():
                shutil.copytree(directory, beside)
            try:
                self.enter_context(_Companion(beside, cluster.address, PARTITIONS, **more))
            except BaseException:
                self.close()
                raise


def beside(directory: Path) -> AbstractContextManager[object]:
    """Run what a program that serves a directory needs beside it."""
    if ENGINE != "parted":
        return nullcontext()
    return Companions(directory, link_reserved=True)


class _OfThree(_Quick):
    """One of three hubs with partitions; the others live as long as it."""

    def __init__(self, directory: Path, *, write: bool, **more: Any) -> None:  # noqa: ANN401
        assert write
        self._companions = Companions(directory, **more)
        super().__init__(directory, cluster_at(directory).address, PARTITIONS, **more)
        assert len(self._members.holders()) == 3

    def close(self) -> None:
        super().close()
        self._companions.close()


def choose(patch: pytest.MonkeyPatch) -> None:
    """Have installations that are opened for writing stand on the chosen engine."""
    kind = {"embedded": None, "nats": _One, "parted": _OfThree}[ENGINE]
    if kind is None:
        return

    def made(cls: type[Installation], *_: object, write: bool = False, **__: object) -> object:
        return object.__new__(kind if cls is Installation and write else cls)

    patch.setattr(Installation, "__new__", made, raising=False)
    patch.setattr(members, "REPLICAS", 1)  # so that each asks the others
