"""Whether an answer that goes on may: its credentials are good, and let it see what they did."""

import time

from cure.model import Purpose
from cure.web.asker import Asker

_ASK_AGAIN_S = 30.0
"""So often credentials are looked up although no right was changed: they may have expired."""


class Standing:
    """What an answer rests on that began for somebody, and goes on."""

    def __init__(self, asker: Asker, purpose: Purpose) -> None:
        """Take down what holds now.

        Raises:
            ForbiddenError: If he may not read at all.
        """
        self._asker = asker
        self._audience = asker.audience(purpose)
        self._saw = asker.serving.view(self._audience).clearance
        self._policy = -1
        self._asked_s = 0.0

    def holds(self) -> bool:
        """Tell whether it still does. Cost: about 10 µs while no right is changed.

        Raises:
            LogError: If rights cannot be looked up.
        """
        serving = self._asker.serving
        if self._is_time_to_ask() and not self._asker.is_live(serving.clock()):
            return False
        sees = serving.view(self._audience).clearance
        if not sees.agrees_with(self._saw):
            return False
        self._saw = sees  # with what came under labels that were not there before
        return True

    def _is_time_to_ask(self) -> bool:
        accounts = self._asker.serving.authentication.accounts
        version = 0 if accounts is None else accounts.store.recent_policy_version
        now_s = time.monotonic()
        if version == self._policy and now_s < self._asked_s + _ASK_AGAIN_S:
            return False
        self._policy, self._asked_s = version, now_s
        return True
