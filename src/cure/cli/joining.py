"""A data directory opened as a node's of a cluster, as the settings say."""

from pathlib import Path

from cure.errors import ConfigError
from cure.installation import Installation
from cure.replay import Replayed
from cure.settings import Settings


def node(directory: Path, settings: Settings, replayed: Replayed, *, serves: bool) -> Installation:
    """Open a data directory as a node's of the cluster whose servers `log` names.

    Raises:
        ConfigError: If a setting is wrong or missing, or the servers could lose something, or the
            directory holds other data.
        LogError: If the servers do not answer.
    """
    try:
        from cure.cluster.address import read_address  # noqa: PLC0415 - an extra
        from cure.cluster.node import Node  # noqa: PLC0415 - likewise
        from cure.cluster.parted_node import PartedNode  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise ConfigError(
            f"log = {settings.log!r} needs {error.name}: pip install 'cure[cluster]'"
        ) from error
    if settings.log is None or settings.log_credentials is None:
        raise ConfigError(
            "log also needs log_credentials, a file with user, password, system_user and "
            "system_password: see docs/operations/cluster.md"
        )
    trusted = None if settings.log_trusted is None else Path(settings.log_trusted)
    address = read_address(settings.log, Path(settings.log_credentials), trusted)
    if settings.partitions is None:
        return Node(directory, address, replayed=replayed, link_reserved=settings.link_reserved)
    return PartedNode(
        directory,
        address,
        settings.partitions,
        serves=serves,
        replayed=replayed,
        link_reserved=settings.link_reserved,
    )
