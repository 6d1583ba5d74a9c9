"""Searching: which known values fit a pattern."""

import fnmatch
import re
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

import msgspec
import numpy as np

from cure.errors import MalformedError
from cure.hub.batch import microseconds
from cure.hub.card import Seen
from cure.hub.match import seen_by_value
from cure.hub.ordered import Runs, first_of_each_form, prefix_lengths, with_ending
from cure.hub.packing import Form, pack
from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic, domain, ip, recognise
from cure.model.observable import ALGORITHM_OF_LENGTH
from cure.model.refang import refang


class Found(msgspec.Struct, frozen=True):
    """A value that fits.

    Attributes:
        topic: Its topic.
        value: Its canonical form.
        sources: What each source says of it.
    """

    topic: Topic
    value: str
    sources: dict[str, Seen]


class SearchAnswer(msgspec.Struct, frozen=True):
    """The values that fit a pattern.

    Attributes:
        pattern: The pattern as it was understood.
        total: How many values fit.
        truncated: Whether `results` holds fewer.
        results: The first of them, in order.
    """

    pattern: str
    total: int
    truncated: bool
    results: list[Found]


_HASH_PREFIX = re.compile(r"([0-9a-f]{4,128})\*?")
_HASH_FORMS = (Form.MD5, Form.SHA1, Form.SHA256, Form.SHA512)
PATTERNS = (
    "a network (192.0.2.0/24, 2001:db8::/32), *.example.jp, *@example.jp, "
    "the beginning of a hash (4 digits or more), a tag with * or ?, or one value"
)


def search(
    sight: Visible, pattern: str, since: datetime | None, until: datetime | None, limit: int
) -> SearchAnswer:
    """Return the values that fit a pattern.

    Args:
        pattern: One of `PATTERNS`.
        since: Only values in a record that ends at this moment or later.
        until: Only values in a record that begins before this moment.
        limit: How many values to return at most; all are counted.

    Raises:
        MalformedError: If the pattern is none of them.
    """
    understood, ids = _candidates(sight, pattern)
    ids = ids[sight.known(ids)]  # -1 is not
    if since is not None or until is not None:
        ids = _within(sight, ids, since, until)
    some = first_of_each_form(sight.moment.values, ids, limit)
    named = sorted(
        zip(sight.observables(some), some.tolist(), strict=True), key=lambda pair: _order(pair[0])
    )
    top = named[:limit]
    sums = seen_by_value(sight, np.array([value_id for _, value_id in top], np.int64))
    results = [Found(one.topic, one.value, seen) for (one, _), seen in zip(top, sums, strict=True)]
    return SearchAnswer(understood, len(ids), len(ids) > limit, results)


def together(answers: Sequence[SearchAnswer], limit: int) -> SearchAnswer:
    """Put together what was found in several places, at each so many values at most."""
    found = [one for answer in answers for one in answer.results]
    found.sort(key=lambda one: _order(Observable(one.topic, one.value)))
    total = sum(answer.total for answer in answers)
    return SearchAnswer(answers[0].pattern, total, total > limit, found[:limit])


def _order(observable: Observable) -> tuple[int, int, int, str]:
    """Put addresses in their own order, and the rest in that of their text."""
    if observable.topic is not Topic.IP:
        return (0, 0, 0, observable.value)
    network = ip_network(observable.value)
    return (network.version, int(network.network_address), network.prefixlen, "")


def _candidates(sight: Visible, pattern: str) -> tuple[str, Numbers]:
    """Return the pattern as understood, and the ids of all values that fit it."""
    clean = refang(pattern)
    folded = clean.lower()
    if folded.startswith("*."):
        ending = domain(folded[2:]).value if "." in folded[2:] else _label(folded[2:])
        return f"*.{ending}", _ending(sight, Form.DOMAIN, f".{ending}")
    if folded.startswith("*@"):
        ending = domain(folded[2:]).value
        return f"*@{ending}", _ending(sight, Form.EMAIL, f"@{ending}")
    digits = _HASH_PREFIX.fullmatch(folded)
    if digits and len(digits[1]) not in ALGORITHM_OF_LENGTH:
        return f"{digits[1]}*", _hash_prefix(sight, digits[1])
    if ":" in clean and any(sign in clean for sign in "*?["):
        return folded, _tag_glob(sight, folded)
    if "/" in clean and "://" not in clean:
        try:
            network = ip(clean)
        except MalformedError:
            pass
        else:
            return network.value, _members(sight, network.value)
    if "*" in clean or "?" in clean:
        raise MalformedError("pattern", pattern, f"want {PATTERNS}")
    one = recognise(clean)
    return one.value, np.array([sight.moment.values.find_one(pack(one))], np.int64)


def _label(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", text):
        raise MalformedError("pattern", f"*.{text}", "want a domain after *.")
    return text


def _ending(sight: Visible, form: Form, ending: str) -> Numbers:
    """Return the ids of texts of a form with an ending, among them perhaps hidden ones."""
    start = ending[::-1].encode()[:8]
    low = int.from_bytes(start.ljust(8, b"\0"), "big")
    high = int.from_bytes(start.ljust(8, b"\xff"), "big")
    ids = sight.moment.ordered.by_form.get(form, Runs()).between(low, high)
    return with_ending(sight.moment.values, ids, ending.encode())


def _hash_prefix(sight: Visible, digits: str) -> Numbers:
    low = int(digits[:16].ljust(16, "0"), 16)
    high = int(digits[:16].ljust(16, "f"), 16)
    by_form = sight.moment.ordered.by_form
    ids = np.concatenate([by_form.get(form, Runs()).between(low, high) for form in _HASH_FORMS])
    if len(digits) <= 16:  # noqa: PLR2004 - the key holds 16 digits
        return ids
    fits = [one.value.startswith(digits) for one in sight.observables(ids)]
    return ids[np.array(fits, bool)]


def _tag_glob(sight: Visible, glob: str) -> Numbers:
    fits = re.compile(fnmatch.translate(glob), re.IGNORECASE).match
    ids = sight.moment.ordered.tags.astype(np.int64)
    return ids[[fits(one.value) is not None for one in sight.observables(ids)]]


def _members(sight: Visible, value: str) -> Numbers:
    """Return the ids of the addresses and networks within a network."""
    network = ip_network(value)
    first, last = int(network.network_address), int(network.broadcast_address)
    by_form = sight.moment.ordered.by_form
    if network.version == 4:  # noqa: PLR2004
        addresses = by_form.get(Form.IP4, Runs()).between(first, last)
        networks = by_form.get(Form.NET4, Runs()).between(first, last)
    else:
        addresses = by_form.get(Form.IP6, Runs()).between(first >> 64, last >> 64)
        networks = by_form.get(Form.NET6, Runs()).between(first >> 64, last >> 64)
    if network.prefixlen > 64:  # noqa: PLR2004 - the key holds 64 bits
        addresses = _starting(sight, addresses, first, last)
        networks = _starting(sight, networks, first, last)
    is_within = prefix_lengths(sight.moment.values, networks) >= network.prefixlen
    return np.concatenate((addresses, networks[is_within]))


def _starting(sight: Visible, ids: Numbers, first: int, last: int) -> Numbers:
    """Keep the addresses and networks whose first address lies in a closed range."""
    starts = (int(ip_network(one.value).network_address) for one in sight.observables(ids))
    return ids[np.array([first <= start <= last for start in starts], bool)]


def _within(
    sight: Visible, ids: Numbers, since: datetime | None, until: datetime | None
) -> Numbers:
    """Keep the values that have a visible record in a time window."""
    rows, records = sight.records_of_all(ids)
    columns = sight.moment.records
    keep = np.ones(len(records), bool)
    if since is not None:
        keep &= columns.last(records) >= microseconds(since)
    if until is not None:
        keep &= columns.first[records] < microseconds(until)
    return ids[np.unique(rows[keep])]
