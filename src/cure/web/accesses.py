"""The access log: a line for each answer. It holds nothing of what was asked for or answered."""

import logging

from litestar.types import HTTPScope

from cure.web.asker import Asker
from cure.web.authentication import address_of
from cure.web.metrics import Answer

_log = logging.getLogger(__name__)


def note(answer: Answer, scope: HTTPScope, seconds: float) -> None:
    """Say who asked for which operation, what came of it, and how long it took; at level info."""
    if not _log.isEnabledFor(logging.INFO):
        return
    asker = scope.get("user")
    fields = {
        "operation": answer.operation,
        "status": answer.status,
        "ms": round(seconds * 1000, 1),
        "principal": asker.principal.name if isinstance(asker, Asker) else "",
        "from": address_of(scope),
    }
    _log.info("answered", extra={"fields": fields})
