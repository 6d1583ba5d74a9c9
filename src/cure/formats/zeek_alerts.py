"""The alerts among Zeek's logs: notices, and matches of its intelligence framework.

Source: https://docs.zeek.org/en/master/logs/notice.html and
https://docs.zeek.org/en/master/frameworks/intel.html
"""

from collections.abc import Callable

from cure.errors import MalformedError
from cure.formats import alerts
from cure.formats.alerts import Alert
from cure.formats.zeek import Row, moment_of
from cure.model import Observable, domain, email, filehash, ip, mention, url

_READERS: dict[str, Callable[[str], Observable]] = {
    "Intel::ADDR": ip,
    "Intel::SUBNET": ip,
    "Intel::DOMAIN": domain,
    "Intel::URL": lambda text: url(text if "://" in text else f"http://{text}"),
    "Intel::EMAIL": email,
    "Intel::FILE_HASH": filehash,
}


def zeek_alert(path: str, row: Row) -> Alert | None:
    """Read a row of a log.

    Args:
        path: The type of the log; all but ``notice`` and ``intel`` are no alerts.
        row: The row.

    Returns:
        None where it is no alert, or matched what there is no topic for.

    Raises:
        MalformedError: If a value is not what it should be.
    """
    if path == "notice":
        return Alert(
            seen=moment_of(row),
            source=alerts.address(_text(row, "src") or _text(row, "id.orig_h")),
            destination=alerts.address(_text(row, "dst") or _text(row, "id.resp_h")),
            product="Zeek",
            signature=_text(row, "note"),
            port=alerts.port(_text(row, "p") or _text(row, "id.resp_p")),
            protocol=_text(row, "proto") or None,
            message=_text(row, "msg") or None,
        )
    reader = _READERS.get(_text(row, "seen.indicator_type")) if path == "intel" else None
    if reader is None:
        return None
    return Alert(
        seen=moment_of(row),
        source=alerts.address(_text(row, "id.orig_h")),
        destination=alerts.address(_text(row, "id.resp_h")),
        others=(mention(reader(_text(row, "seen.indicator")), "listed"),),
        product="Zeek",
        signature=_text(row, "seen.where"),
        category="Intel",
        port=alerts.port(_text(row, "id.resp_p")),
    )


def _text(row: Row, name: str) -> str:
    """Return a field as text, since numbers are numbers in both forms of the log."""
    value = row.get(name, "")
    if not isinstance(value, str | int):
        raise MalformedError(name, str(value), "want a text or a number")
    return str(value)
