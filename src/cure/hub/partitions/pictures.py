"""Questions in two steps: what each partition has to offer, and then what of that is told."""

from cure.hub import between, lanes
from cure.hub.batch import instant
from cure.hub.between import Latest, Spoken
from cure.hub.lanes import Dot, InSum, Lanes, Window
from cure.hub.packing import pack_all
from cure.hub.partitions.asking import Answering, Asking, placed
from cure.hub.partitions.watching import AskingForWatches
from cure.model import Observable, Topic


class InPictures(Answering):
    """What a partition has to offer."""

    def lanes_in_sum(self, topic: Topic, window: Window, limit: int) -> InSum:
        """Return the sums of its values of a topic, and which of them may be drawn."""
        found = lanes.in_sum(self.sight, topic, window, limit)
        return found._replace(
            drawn=[one._replace(came=self._came(one.came)) for one in found.drawn]
        )

    def lanes_drawn(
        self, values: list[tuple[int, Observable]], topic: Topic, window: Window, most: int
    ) -> list[Dot]:
        """Return so many mentions of some of its values, each of which has a place."""
        places = [place for place, _ in values]
        found = lanes.drawn(self.sight, topic, window, [one for _, one in values], most)
        return [one._replace(place=places[one.place], came=self._came(one.came)) for one in found]

    def _came(self, came: tuple[int, int]) -> tuple[int, int]:
        return int(self.moment.numbers[came[0]]), came[1]

    def newest_of(self, publisher: str, limit: int) -> list[Latest]:
        """Return the latest records of a publisher that are told of here."""
        found = between.newest(self.sight, publisher, limit)
        return [one._replace(number=int(self.moment.numbers[one.number])) for one in found]

    def publishers_of(self, values: list[Observable]) -> list[int]:
        """Return how many publishers speak of each value."""
        return between.publishers_of(self.sight, values)


class AskingForPictures(AskingForWatches, Asking):
    """The part of a view that asks twice."""

    def lanes(self, topic: Topic, window: Window, limit: int, most_dots: int) -> Lanes:
        """Return which publishers spoke of which values of a topic when."""
        sums: list[InSum] = self.each("lanes_in_sum", topic, window, limit)
        values = lanes.chosen(sums, limit, most_dots)
        dots: list[Dot] = []
        if values:
            some = list(enumerate(one.value for one in values))
            parts = self.parts_of(pack_all([one.value for one in values]))
            for _, own in self.split(parts, some, "lanes_drawn", topic, window, most_dots):
                dots += own
        return lanes.told(topic, sums, values, dots, most_dots)

    def spoken_last(self, publisher: str, limit: int) -> list[Spoken]:
        """Return the values that a publisher spoke of last."""
        found = [one for some in self.each("newest_of", publisher, limit) for one in some]
        said = between.spoken_latest(found, limit)
        others = placed(len(said), self.routed([one for _, one in said], "publishers_of"))
        return [
            Spoken(instant(record.last), record.source, one.topic, one.value, max(count - 1, 0))
            for (record, one), count in zip(said, others, strict=True)
        ]
