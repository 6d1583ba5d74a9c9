"""Webhooks: hits as signed CloudEvents over HTTPS, to addresses that the egress guard allows."""

import asyncio
import ssl
from http import HTTPStatus

import httpx

from cure.errors import SourceError
from cure.origins.egress import Guarded
from cure.subscribers.deliveries.channel import ACKNOWLEDGED, Outcome, Parcel
from cure.subscribers.deliveries.cloud_events import HIT, TEST, body_of, event
from cure.subscribers.deliveries.signature import HEADER, signature

TIMEOUT_S = 10.0
"""So long one request may take, all in all."""
_MAX_ANSWER_BYTES = 65_536
_MAX_RETRY_AFTER_S = 3600


class Webhook:
    """One receiver: its connection is its own, so that it holds nobody else up."""

    def __init__(self, source: str, *, allow_private: bool) -> None:
        """Send as the installation with this URI.

        Args:
            source: What the events say where they come from.
            allow_private: Whether receivers inside are allowed, by the operator's word.
        """
        self._source = source
        self._allow_private = allow_private
        self._client: httpx.AsyncClient | None = None

    async def send(self, parcel: Parcel) -> Outcome:
        """Post the hits of a parcel; a status from 200 to 299 acknowledges them."""
        kind = TEST if parcel.is_test else HIT
        events = [event(hit, self._source, kind) for hit in parcel.hits]
        body, media_type = body_of(events, batch=parcel.delivery.batch)
        headers = {
            "Content-Type": media_type,
            "User-Agent": "cure",
            HEADER: signature(parcel.secret, body, parcel.at),
        }
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._post(parcel.delivery.address, body, headers)
        except TimeoutError:
            return Outcome(f"no answer within {TIMEOUT_S:.0f} s")
        except SourceError:  # its sentence names addresses, which are not for everybody
            return Outcome("its host has no address, or one that is not public")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            return Outcome(f"cannot be reached: {type(error).__name__}")

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        if self._client is None:
            transport = Guarded(allow_private=self._allow_private)
            self._client = httpx.AsyncClient(
                transport=transport, trust_env=False, timeout=TIMEOUT_S
            )
        async with self._client.stream("POST", url, content=body, headers=headers) as answer:
            size = 0
            async for chunk in answer.aiter_raw():  # read, so that the connection serves again
                size += len(chunk)
                if size > _MAX_ANSWER_BYTES:
                    break
        if answer.is_success:
            return ACKNOWLEDGED
        return Outcome(
            f"answered {answer.status_code}",
            wants_nothing=answer.status_code == HTTPStatus.GONE,
            retry_after_s=_retry_after(answer.headers.get("Retry-After", "")),
        )

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()


def _retry_after(text: str) -> int:
    return min(int(text), _MAX_RETRY_AFTER_S) if text.isascii() and text.isdecimal() else 0
