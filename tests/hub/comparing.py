"""A view beside the plain model: whatever is asked, both have to say the same."""

from cure.hub.view import View
from cure.model import Topic
from hub.dict_hub import DictHub
from strategies import VALUES


def assert_same_cards_and_links(view: View, model: DictHub) -> None:
    """Compare the cards and matches of all values, and the links of all topics."""
    for one, match in zip(VALUES, view.match(VALUES), strict=True):
        card = view.card(one)
        sums = {name: (s.count, s.first_seen, s.last_seen) for name, s in card.sources.items()}
        assert sums == model.sums(one)
        assert match == card.sources
        assert card.roles == model.roles(one)
        assert {tag: use.count for tag, use in card.tags.items()} == model.tags(one)
        assert set(card.contained_in) == model.contained_in(one)
        assert card.status == ("known" if model.about(one) else "unknown")
    for topic in (None, *Topic):
        matrix = view.links(topic)
        assert (matrix.sources, matrix.matrix) == model.matrix(topic)
