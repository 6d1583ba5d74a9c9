"""Ratings that are approved while the server runs: stored records come under them at once."""

import asyncio
import logging

from cure.access.ratings import Ratings
from cure.access.relabelling import apply_ratings
from cure.errors import LogError
from cure.web.serving import Serving

LOOK_EVERY_S = 0.25
_log = logging.getLogger(__name__)


class Rerating:
    """Looks after the policy, which another process may change, too."""

    def __init__(self, serving: Serving) -> None:
        """Look after the policy of a server."""
        self._serving = serving
        self._done = -1

    async def run(self) -> None:
        """Bring records under new ratings, until cancelled."""
        accounts, ratings = self._serving.authentication.accounts, self._serving.ratings
        while accounts is not None and ratings is not None:
            try:
                version = accounts.policy_version
                if version != self._done and self._serving.installation.is_first:
                    await asyncio.to_thread(self._apply, ratings)
                    self._done = version
            except LogError as error:  # it is tried again; until then the old labels hold
                _log.warning("%s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    def _apply(self, ratings: Ratings) -> None:
        serving = self._serving
        apply_ratings(
            ratings, serving.installation, lambda source: serving.publisher_of(source).tlp
        )
