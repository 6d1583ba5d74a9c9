"""The only way out to other machines: to public addresses, bounded in size, time and hops.

Every address that a name stands for is checked, and the connection goes to a checked one, so that
no name can point inside between the check and the connection (DNS rebinding).
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import httpx

from cure.errors import SourceError

MAX_REDIRECTS = 3
_PORTS = {"http": 80, "https": 443}
_CONNECT_S = 10.0
_SILENCE_S = 30.0
_EMBEDS = ip_network("::/8")  # IPv4-compatible addresses, and others that nobody routes
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052
_PROTOCOLS = ip_network("192.0.0.0/24")  # RFC 6890; Python knows parts of it only
_TEREDO = ip_network("2001::/32")  # RFC 4380
_RESOLVERS = ThreadPoolExecutor(4, "resolver")  # a slow name holds up nothing but names


@dataclass(frozen=True)
class Bounds:
    """What a fetch may cost.

    Attributes:
        size_bytes: How large a body may be, as it is sent.
        seconds: How long all of it may take.
        allow_private: Whether addresses inside are allowed too, by the operator's word.
        redirects: How many redirects are followed; 0: one is an answer like any other.
    """

    size_bytes: int = 256 << 20
    seconds: float = 600.0
    allow_private: bool = False
    redirects: int = MAX_REDIRECTS


@dataclass(frozen=True)
class Fetched:
    """An answer; its body, if it is a 200, is in the file.

    Attributes:
        status: The status.
        headers: The headers.
    """

    status: int
    headers: httpx.Headers


def fetch(url: str, headers: Mapping[str, str], into: Path, bounds: Bounds) -> Fetched:
    """Get a URL; what it holds is written to a file, packed as it was sent.

    Args:
        url: The URL. Headers go to its own host only, wherever it redirects to.
        headers: What to send.
        into: Where the body goes.
        bounds: What it may cost.

    Raises:
        SourceError: If it cannot be reached, may not be, or is too large or too slow.
    """
    try:
        return asyncio.run(_fetch(httpx.URL(url), headers, into, bounds))
    except TimeoutError as error:
        raise SourceError(f"took longer than {bounds.seconds:.0f} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
        raise SourceError(f"{type(error).__name__}: {error}") from error


async def _fetch(url: httpx.URL, headers: Mapping[str, str], into: Path, bounds: Bounds) -> Fetched:
    transport = Guarded(allow_private=bounds.allow_private)
    timeout = httpx.Timeout(_SILENCE_S, connect=_CONNECT_S)
    async with (
        asyncio.timeout(bounds.seconds),
        httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout) as client,
    ):
        first = url
        for _ in range(bounds.redirects + 1):
            of_host = headers if _origin(url) == _origin(first) else {}
            async with client.stream("GET", url, headers=of_host) as answer:
                if not (answer.has_redirect_location and bounds.redirects):
                    if answer.status_code == HTTPStatus.OK:
                        await _save(answer, into, bounds.size_bytes)
                    return Fetched(answer.status_code, answer.headers)
                url = url.join(answer.headers["Location"])
            if (first.scheme, url.scheme) == ("https", "http"):
                raise SourceError(f"redirects from https to {url}")
    raise SourceError(f"redirects more than {bounds.redirects} times")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _save(answer: httpx.Response, into: Path, max_bytes: int) -> None:
    """Write the body as it is sent: whoever opens the file unpacks it, within his bounds."""
    size = 0
    with into.open("wb") as file:
        async for chunk in answer.aiter_raw():
            size += len(chunk)
            if size > max_bytes:
                raise SourceError(f"larger than {max_bytes} bytes")
            file.write(chunk)


class Guarded(httpx.AsyncBaseTransport):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, *, allow_private: bool = False) -> None:
        """Refuse addresses that are not public, unless told otherwise."""
        self._allow_private = allow_private
        self._inside = httpx.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to a checked address, under the name that was asked for.

        Raises:
            SourceError: If the URL is none for the outside.
        """
        url = request.url
        if url.scheme not in _PORTS or not url.host:
            raise SourceError(f"{url.scheme}: want https or http")
        if url.userinfo:
            raise SourceError("a URL with a password in it: give a key instead")
        port = url.port or _PORTS[url.scheme]
        address = await checked_address(url.host, port, allow_private=self._allow_private)
        return await self._inside.handle_async_request(
            httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,  # its Host names the one that was asked for
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": url.host},
            )
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inside.aclose()


async def checked_address(host: str, port: int, *, allow_private: bool = False) -> str:
    """Return an address of a host, once all of them are found to be public.

    Raises:
        SourceError: If it has none, or one is not public and those inside are not allowed.
    """
    loop = asyncio.get_running_loop()
    try:
        resolved = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await loop.run_in_executor(_RESOLVERS, resolved)
    except (OSError, UnicodeError) as error:
        raise SourceError(f"{host} has no address: {error}") from error
    addresses = [str(one[4][0]) for one in found]
    for address in addresses:
        if not (allow_private or is_public(address)):
            raise SourceError(f"{host} is {address}, which is not public")
    return addresses[0]


def is_public(text: str) -> bool:
    """Tell whether an address belongs to somebody out there; also of one that embeds another.

    >>> [is_public(one) for one in ("9.9.9.9", "127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::")]
    [True, False, False, False]
    """
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
        elif address.is_site_local or address in _EMBEDS or address in _TEREDO:
            return False
    return address.is_global and not address.is_multicast and address not in _PROTOCOLS
