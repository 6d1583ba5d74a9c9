"""Syslog out: hits as events of CEF or LEEF in lines of RFC 5424, over TLS, TCP or UDP.

Neither has an acknowledgement: over TCP and TLS what was written counts as received, over UDP what
was sent. Frames: RFC 5425 and RFC 6587 §3.4.1 (a count of bytes), RFC 5426 (a datagram each).
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime

from cure.errors import SourceError
from cure.origins.egress import checked_address
from cure.subscribers.deliveries.cef import cef
from cure.subscribers.deliveries.channel import ACKNOWLEDGED, Outcome, Parcel
from cure.subscribers.deliveries.delivery import EventForm, syslog_address
from cure.subscribers.deliveries.leef import leef
from cure.subscribers.watches.hit import HitShown

TIMEOUT_S = 10.0
_CLOSING_S = 1.0
_PRIORITY = 16 * 8 + 5  # local0, notice
_MAX_DATAGRAM_BYTES = 60_000


def line(hit: HitShown, form: EventForm, at: datetime) -> bytes:
    """Return a hit as a line of RFC 5424, without a frame.

    Args:
        hit: The hit.
        form: How its event is written.
        at: When it is sent.
    """
    written = cef(hit) if form is EventForm.CEF else leef(hit)
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"<{_PRIORITY}>1 {stamp} cure cure - hit - {written}".encode()


class Syslog:
    """One receiver of syslog."""

    def __init__(self, *, allow_private: bool) -> None:
        """Send to public addresses only, unless told otherwise."""
        self._allow_private = allow_private

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the hits of a parcel, a line each."""
        protocol, host, port = syslog_address(parcel.delivery.address)
        lines = [line(hit, parcel.delivery.form, parcel.at) for hit in parcel.hits]
        try:
            async with asyncio.timeout(TIMEOUT_S):
                address = await checked_address(host, port, allow_private=self._allow_private)
                if protocol == "udp":
                    await _send_datagrams(address, port, lines)
                else:
                    await _send_stream(address, port, lines, host if protocol == "tls" else None)
        except TimeoutError:
            return Outcome(f"took longer than {TIMEOUT_S:.0f} s")
        except SourceError:  # its sentence names addresses, which are not for everybody
            return Outcome("its host has no address, or one that is not public")
        except OSError as error:
            return Outcome(f"cannot be reached: {type(error).__name__}")
        return ACKNOWLEDGED

    async def close(self) -> None:
        """Nothing stays open."""


async def _send_stream(address: str, port: int, lines: list[bytes], tls_name: str | None) -> None:
    """Write lines to a connection of their own, and see that the other side took them.

    A side that closes after us tells so that it has read to our end; one that is gone, an error.
    """
    context = None if tls_name is None else ssl.create_default_context()
    reader, writer = await asyncio.open_connection(
        address, port, ssl=context, server_hostname=tls_name
    )
    try:
        writer.writelines(b"%d %s" % (len(one), one) for one in lines)
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
            with suppress(TimeoutError):  # it need not close
                async with asyncio.timeout(_CLOSING_S):
                    await reader.read(1)
    finally:
        writer.close()
        await writer.wait_closed()


async def _send_datagrams(address: str, port: int, lines: list[bytes]) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sending:
        sending.setblocking(False)  # noqa: FBT003 - as the library has it
        loop = asyncio.get_running_loop()
        for one in lines:
            await loop.sock_sendto(sending, one[:_MAX_DATAGRAM_BYTES], (address, port))
