"""Servers that could lose what they acknowledged are refused, with the reason."""

import asyncio
import json
from typing import Any, NamedTuple

from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import StorageType, StreamConfig

from cure.cluster.address import Address
from cure.cluster.stream import DEDUPLICATION_S, NAME, Stream, connected
from cure.errors import ConfigError

OLDEST = (2, 15)
REPLICAS = 3
_ASK_S = 3.0
_QUIET_S = 0.5


class ServerFacts(NamedTuple):
    """What a server says of itself.

    Attributes:
        name: What it is called.
        version: Its version.
        stores: Whether it keeps streams.
        syncs: Whether it syncs what it keeps before it acknowledges it.
    """

    name: str
    version: str
    stores: bool
    syncs: bool


def replicas_of(address: Address) -> int:
    """Return how many servers keep each entry."""
    return REPLICAS if len(address.servers) >= REPLICAS else 1


def refuse_unsafe(stream: Stream, address: Address) -> None:
    """Make sure that whatever is acknowledged stays; make the stream if there is none.

    Raises:
        ConfigError: If the servers, or the stream, are not set up for that; it says what to do.
        LogError: If they do not answer.
    """
    for one in stream.ask(lambda: _facts(address), 4 * _ASK_S):
        refuse_server(one)
    refuse_stream(stream.found(replicas_of(address)), replicas_of(address))


def refuse_server(one: ServerFacts) -> None:
    """Make sure that a server keeps what it acknowledges.

    Raises:
        ConfigError: If it does not.
    """
    where = f"the server {one.name}"
    if tuple(int(part) for part in one.version.split("-")[0].split(".")[:2]) < OLDEST:
        raise ConfigError(
            f"{where} is nats-server {one.version}; want 2.15 or newer: older ones were seen to "
            "lose what they acknowledged"
        )
    if not one.stores:
        raise ConfigError(f"{where} has no JetStream; put into its configuration: jetstream {{…}}")
    if not one.syncs:
        raise ConfigError(
            f"{where} does not sync what it acknowledges, and a power failure of all servers "
            "would lose it; put into its configuration: jetstream { sync_interval: always }"
        )


def refuse_stream(found: StreamConfig, replicas: int) -> None:
    """Make sure that the stream keeps all, as often as it is to.

    Raises:
        ConfigError: If it does not.
    """
    if (found.num_replicas or 1) < replicas:
        raise ConfigError(
            f"the stream {NAME} is kept by {found.num_replicas} of {replicas} servers; "
            f"change it with: nats stream edit {NAME} --replicas {replicas}"
        )
    if found.storage != StorageType.FILE:
        raise ConfigError(f"the stream {NAME} is kept in memory; want files: make it anew")
    if (found.duplicate_window or 0) < DEDUPLICATION_S:
        raise ConfigError(
            f"the stream {NAME} knows what it has already for {found.duplicate_window or 0:.0f} s;"
            f" change it with: nats stream edit {NAME} --dupe-window {DEDUPLICATION_S:.0f}s"
        )
    if not found.allow_direct:
        raise ConfigError(
            f"the stream {NAME} is read from its leader only; change it with: "
            f"nats stream edit {NAME} --allow-direct"
        )
    limits = {
        "max-msgs": found.max_msgs,
        "max-bytes": found.max_bytes,
        "max-age": found.max_age,
        "max-msgs-per-subject": found.max_msgs_per_subject,
    }
    for name, limit in limits.items():
        if limit is not None and limit > 0:
            raise ConfigError(
                f"the stream {NAME} forgets what is beyond {name}; "
                f"change it with: nats stream edit {NAME} --{name}=-1"
            )


async def _facts(address: Address) -> list[ServerFacts]:
    """Ask all servers; of those that are down nothing is heard."""
    system = await connected(
        address, address.credentials.system_user, address.credentials.system_password
    )
    found: list[ServerFacts] = []
    try:
        answers = await system.subscribe(system.new_inbox())
        await system.publish("$SYS.REQ.SERVER.PING.VARZ", b"{}", reply=answers.subject)
        try:
            wait_s = _ASK_S
            while len(found) < len(address.servers):
                answer = await answers.next_msg(wait_s)
                if not answer.data:  # nobody is there to answer
                    break
                found.append(_facts_of(json.loads(answer.data)["data"]))
                wait_s = _QUIET_S
        except NatsTimeoutError:
            await asyncio.sleep(0)
    finally:
        await system.close()
    if not found:
        raise ConfigError(
            "no server says how it is set up: is system_user, in the file of log_credentials, "
            "a user of the servers' system account?"
        )
    return found


def _facts_of(said: dict[str, Any]) -> ServerFacts:
    storing = said.get("jetstream", {}).get("config") or {}
    return ServerFacts(
        said["server_name"], said["version"], bool(storing), storing.get("sync_always") is True
    )
