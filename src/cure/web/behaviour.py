"""The enricher of behaviour beside a server: it keeps up with the log, and publishes groups."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from litestar.di import NamedDependency

from cure.enrichers.alike.likeness import WINDOW, Likeness
from cure.enrichers.alike.opening import opened_over
from cure.enrichers.geography import Geography
from cure.enrichers.groups.shown import GroupsPublished
from cure.errors import CureError, LogError
from cure.model import Layer
from cure.web.serving import Serving

PUBLISHED_EVERY_S = 3600.0
_FIRST_AFTER_S = 300.0
"""A server that has just started has enough to do: whoever was cut off comes again."""
_log = logging.getLogger(__name__)


class Behaviour:
    """Runs the enricher.

    Attributes:
        likeness: What answers questions about behaviour.
    """

    def __init__(
        self,
        serving: Serving,
        organisation: str,
        *,
        asn_table: Path | None = None,
        keep: timedelta = WINDOW,
    ) -> None:
        """Set up beside a server; the table is read now, which takes 3 s for all the Internet.

        Args:
            serving: What is served.
            organisation: Whose groups are published.
            asn_table: A table of autonomous systems; None: there is none.
            keep: How far back behaviour is held.

        Raises:
            ConfigError: If the table cannot be read.
        """
        self._serving = serving
        self._organisation = organisation
        geography = Geography(asn_table)
        geography.prepare()
        self._columns, self.likeness = opened_over(
            serving.installation,
            lambda source: serving.publisher_of(source).layer is Layer.ARTIFACT,
            serving.clock,
            geography=geography,
            keep=keep,
            is_apart=True,
            turn=serving.background.turn,
        )
        serving.writer.listen(self._columns.tell)

    def start(self) -> None:
        """Begin to keep up with the log."""
        self._columns.start()

    def stop(self) -> None:
        """End, with what was read kept for the next start."""
        self.likeness.close()
        try:
            self._columns.stop()
        except LogError as error:  # the next start reads the log instead
            _log.warning("%s", error)

    async def run(self) -> None:
        """Publish groups once an hour, until cancelled."""
        await asyncio.sleep(_FIRST_AFTER_S)
        while True:
            if not self._serving.installation.is_first:  # another node of the cluster does
                await asyncio.sleep(_FIRST_AFTER_S)
                continue
            try:
                await asyncio.to_thread(published, self._serving, self.likeness, self._organisation)
            except CureError as error:  # it is tried again in an hour
                _log.warning("groups were not published: %s", error)
            await asyncio.sleep(PUBLISHED_EVERY_S)


def published(serving: Serving, likeness: Likeness, organisation: str) -> GroupsPublished:
    """Publish the groups of what an organisation owns, as far as they have changed.

    Raises:
        CureError: If they could not be computed, or not be kept.
    """
    return likeness.publish_groups(
        organisation,
        lambda records: serving.writer.submit(records).result(),
        serving.installation.relabel,
    )


LikenessHere = NamedDependency[Likeness]
"""A handler's parameter `likeness` of this type is given that of its server."""
