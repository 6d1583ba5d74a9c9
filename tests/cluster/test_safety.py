"""Servers that could lose what they acknowledged are refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nats.js.api import StorageType, StreamConfig

from cure.cluster.address import Address, read_address
from cure.cluster.node import Node
from cure.cluster.safety import ServerFacts, refuse_server, refuse_stream
from cure.cluster.servers import Servers, program
from cure.errors import ConfigError
from nats_servers import servers

GOOD = StreamConfig(
    num_replicas=3, storage=StorageType.FILE, duplicate_window=120.0, allow_direct=True
)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (ServerFacts("a", "2.14.9", stores=True, syncs=True), "want 2.15 or newer"),
        (ServerFacts("a", "2.9.10-beta", stores=True, syncs=True), "want 2.15 or newer"),
        (ServerFacts("a", "2.15.1", stores=False, syncs=False), "has no JetStream"),
        (ServerFacts("a", "3.0.0", stores=True, syncs=False), "sync_interval: always"),
    ],
)
def test_a_server_that_could_lose_something_is_refused(facts: ServerFacts, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        refuse_server(facts)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"num_replicas": 1}, "kept by 1 of 3"),
        ({"storage": StorageType.MEMORY}, "in memory"),
        ({"duplicate_window": 2.0}, "dupe-window"),
        ({"allow_direct": False}, "allow-direct"),
        ({"max_age": 60.0}, "max-age"),
        ({"max_bytes": 1}, "max-bytes"),
    ],
)
def test_a_stream_that_forgets_is_refused(change: dict[str, object], why: str) -> None:
    refuse_stream(GOOD, 3)
    with pytest.raises(ConfigError, match=why):
        refuse_stream(GOOD.evolve(**change), 3)


@pytest.mark.skipif(program() is None, reason="there is no nats-server")
def test_a_node_does_not_start_on_a_server_that_syncs_now_and_then(tmp_path: Path) -> None:
    with (
        Servers(tmp_path / "servers", 1, sync='"2m"') as lazy,
        pytest.raises(ConfigError, match="a power failure of all servers"),
    ):
        Node(tmp_path / "a", lazy.address)


def test_a_node_does_not_start_where_nobody_tells_how_the_servers_are_set_up(
    tmp_path: Path,
) -> None:
    with servers(tmp_path) as running:
        credentials = running.address.credentials
        blind = Address(
            running.address.servers,
            type(credentials)(
                *(credentials.user, credentials.password),
                *(credentials.user, credentials.password),
            ),
        )
        with pytest.raises(ConfigError, match="system account"):
            Node(tmp_path / "a", blind)
        wrong = Address(running.address.servers, type(credentials)("cure", "x", "system", "x"))
        with pytest.raises(ConfigError, match="let no cure in"):
            Node(tmp_path / "b", wrong)


def test_settings_that_name_no_safe_servers_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.touch(0o600)
    file.write_text('user = "a"\npassword = "b"\nsystem_user = "c"\nsystem_password = "d"\n')
    three = read_address("nats://a:1, nats://b:1,nats://c:1", file)

    assert (len(three.servers), three.credentials.system_user) == (3, "c")
    for log, why in (
        ("nats://a:1,nats://b:1", "two servers stop"),
        ("http://a:1", "names no servers"),
        ("nats://a:1,tls://b:1,nats://c:1", "names no servers"),
    ):
        with pytest.raises(ConfigError, match=why):
            read_address(log, file)
    file.write_text('user = "a"\n')
    with pytest.raises(ConfigError, match="password"):
        read_address("nats://a:1", file)
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="others may read"):
        read_address("nats://a:1", file)


def test_one_machine_needs_and_loads_nothing_of_a_cluster() -> None:
    """What `cure run` loads, it loads without the extra."""
    asked = "import sys, cure.cli.run, cure.cli.serving; print(sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout

    assert "'cure.web.server'" in loaded
    assert "'nats" not in loaded
    assert "'cure.cluster" not in loaded
