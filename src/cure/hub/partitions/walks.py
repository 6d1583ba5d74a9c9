"""Questions that walk from value to value: each step is asked where its values belong."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cure.hub import campaign, pivot
from cure.hub.campaign import Campaign
from cure.hub.card import Seen
from cure.hub.packing import Form, Packed, pack_all
from cure.hub.partitions.asking import Answering, Asking, placed
from cure.hub.partitions.pictures import AskingForPictures
from cure.hub.pivot import Beside, Pivot
from cure.hub.unlinked import unlinked
from cure.hub.values import ValueTable
from cure.hub.visible import Numbers
from cure.model import Observable
from cure.model.audience import UNDISCLOSED_NAME


class InWalks(Answering):
    """What stands beside the values of a partition."""

    def beside(
        self, values: list[Observable]
    ) -> tuple[Numbers, NDArray[np.uint64], NDArray[np.int64], Numbers, Numbers, bool]:
        """Return which values stand beside which: see `Beside`.

        Returns:
            Positions in `values` instead of ids, packed values beside them, and the rest.
        """
        ids = self._ids(values)
        found = pivot.beside(self.sight, ids)
        at = np.argsort(ids)
        near = at[np.searchsorted(ids[at], found.near)] if len(ids) else found.near
        held = self.moment.hub.values
        far = Packed(held.words, held.starts).some(found.far)
        said = found.said >> 16 << 16 | np.minimum(found.said & 0xFFFF, self.unnamed)
        return near, far.words, far.starts, found.counts, said, found.cut

    def said_by(self, values: list[Observable]) -> list[list[str]]:
        """Return who speaks of each value."""
        return pivot.said_by(self.sight, self._ids(values))

    def aliases(self, tags: list[Observable]) -> list[Observable]:
        """Return the tags that stand with these in a record as subject and alias."""
        return self.sight.observables(campaign.aliases(self.sight, self._ids(tags)))

    def references(self, values: list[Observable]) -> list[bool]:
        """Tell which of the values only ever are pages to read."""
        ids = self._ids(values)
        pages = campaign.references(self.sight, ids)
        return [one in pages for one in ids.tolist()]

    def roles(self, values: list[Observable]) -> list[dict[str, list[str]]]:
        """Return what each value was to each source."""
        return campaign.roles_by_source(self.sight, self._ids(values))

    def _ids(self, values: list[Observable]) -> Numbers:
        return self.moment.hub.values.find(pack_all(values))


class AskingForWalks(AskingForPictures, Asking):
    """The part of a view that walks."""

    def pivot(self, start: Observable, hops: int, limit: int) -> Pivot:
        """Return what is connected with a value."""
        return pivot.pivot(_There(self), start, hops, limit)

    def campaign(self, about: Sequence[Observable], limit: int) -> Campaign:
        """Return the story around a tag, tags of one name, or a value."""
        return campaign.campaign(_There(self), list(about), limit)


class _There:
    """The surroundings of values in all partitions: values have the numbers in which they come."""

    def __init__(self, asking: AskingForPictures) -> None:
        self._asking = asking
        self._table = ValueTable(asking.front.key)
        self._names = (*asking.front.sources, UNDISCLOSED_NAME)

    def find(self, observables: Sequence[Observable]) -> Numbers:
        ids = self._table.add(pack_all(observables))
        return np.where(self._asking.is_known(observables), ids, -1)

    def observables(self, ids: Sequence[int] | Numbers) -> list[Observable]:
        return self._table.now.observables(ids)

    def source_name(self, number: int) -> str:
        return self._names[number]

    def is_tag(self, ids: Numbers) -> NDArray[np.bool_]:
        return self._table.now.forms[ids] == Form.TAG

    def linking(self, ids: Sequence[int]) -> list[int]:
        some = self._table.now
        nothing = set(unlinked(some, 0, self._asking.front.unlinked).tolist())
        return [one for one in ids if one not in nothing]

    def beside(self, ids: Numbers) -> Beside:
        none = np.empty(0, np.int64)
        found = Beside(none, none, none, none, cut=False)
        answers = self._asking.routed(self.observables(ids), "beside")
        for rows, (near, words, starts, counts, said, is_cut) in answers:
            pairs = len(found.near) << 16
            found = Beside(
                np.concatenate((found.near, ids[rows[near]])),
                np.concatenate((found.far, self._table.add(Packed(words, starts)))),
                np.concatenate((found.counts, counts)),
                np.concatenate((found.said, said + pairs)),
                found.cut | is_cut,
            )
        return found

    def said_by(self, ids: Numbers) -> list[list[str]]:
        return self._of_each(ids, "said_by")

    def aliases(self, tags: Numbers) -> Numbers:
        answers = self._asking.routed(self.observables(tags), "aliases")
        found = [one for _, some in answers for one in some]
        return np.unique(self._table.add(pack_all(found)))

    def references(self, ids: Numbers) -> set[int]:
        urls = ids[self._table.now.forms[ids] == Form.URL]
        only = np.array(self._of_each(urls, "references"), bool)
        return set(urls[only].tolist())

    def seen(self, ids: Numbers) -> list[dict[str, Seen]]:
        return self._of_each(ids, "match")

    def roles(self, ids: Numbers) -> list[dict[str, list[str]]]:
        return self._of_each(ids, "roles")

    def _of_each(self, ids: Numbers, name: str) -> list:  # pyright: ignore[reportMissingTypeArgument]
        return placed(len(ids), self._asking.routed(self.observables(ids), name))
