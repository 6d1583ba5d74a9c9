"""Addresses that link nothing: everybody has a private one, and a documented one is nobody's."""

import numpy as np
from numpy.typing import NDArray

from cure.hub.packing import Form
from cure.hub.values import Values
from cure.model.networks import Networks

_LONGEST_PREFIX = 32
_FORMS = {4: (Form.IP4, Form.NET4), 6: (Form.IP6, Form.NET6)}


def unlinked(values: Values, after: int, networks: Networks) -> NDArray[np.uint32]:
    """Return the ids, from `after` on, of addresses and networks within the given networks.

    Args:
        networks: Of a prefix of 32 bits at most, IPv6 ones too.
    """
    found: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    forms = values.forms[after:]
    for version, (address, network) in _FORMS.items():
        for form, start in ((address, 1), (network, 2)):  # a network's prefix length stands first
            ids = after + np.flatnonzero(forms == form)
            octets = values.words[values.starts[ids]].view(np.uint8).reshape(-1, 8)
            top = np.ascontiguousarray(octets[:, start : start + 4]).view(">u4").ravel()
            within = np.zeros(len(ids), bool)
            for one in networks.networks:
                if one.version == version:
                    shift = one.max_prefixlen - _LONGEST_PREFIX
                    within |= top & (int(one.netmask) >> shift) == int(one.network_address) >> shift
            found.append(ids[within])
    return np.concatenate(found).astype(np.uint32)
