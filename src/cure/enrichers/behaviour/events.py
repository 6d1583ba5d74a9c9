"""What addresses did, as columns: the one input of the vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Events:
    """Behaviour of addresses as columns; rows stand in any order.

    A *service* is what was asked for: sensor, port and protocol as far as known, such as
    ``cowrie:22/tcp``, ``tcp/7547`` or ``http``. *Payload* tokens are what came with it, named:
    ``path:/HNAP1``, ``ua:…``, ``user:root``; they carry no time.
    What somebody concluded of an address (verdict, tag, reputation) must not become a token.

    Attributes:
        ips: Addresses in canonical text, each once; an address's number is its place here.
        tokens: Texts of services and payload tokens, each once; numbered by place.
        ip: uint32 [n], the address of each event.
        at: int64 [n], when, in µs since 1970, UTC.
        service: uint32 [n], the number of the service's token.
        count: uint32 [n], how many alike events this row stands for, 1 or more.
        payload_ip: uint32 [m], the address of each payload token.
        payload_token: uint32 [m], its number.
        payload_count: uint32 [m], how often, 1 or more.
    """

    ips: Sequence[str]
    tokens: Sequence[str]
    ip: NDArray[np.uint32]
    at: NDArray[np.int64]
    service: NDArray[np.uint32]
    count: NDArray[np.uint32]
    payload_ip: NDArray[np.uint32]
    payload_token: NDArray[np.uint32]
    payload_count: NDArray[np.uint32]
