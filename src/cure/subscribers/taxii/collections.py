"""Collections that are read: all, per topic, per source and per tag, as the audience may see."""

from collections.abc import Iterator

import msgspec

from cure.errors import MalformedError
from cure.hub.view import Followed, View
from cure.model import Topic, tag
from cure.subscribers.stix.ids import collection_id

STIX_2_1 = "application/stix+json;version=2.1"
TAGS = ("malware:*", "actor:*", "campaign:*")
"""The tags of which the collections are listed; that of another tag is found by its name."""
MAX_LISTED_TAGS = 300
_TITLES = {
    Topic.IP: "Addresses and networks",
    Topic.DOMAIN: "Domain names",
    Topic.URL: "URLs",
    Topic.HASH: "Hashes of files",
    Topic.EMAIL: "E-mail addresses",
    Topic.TAG: "Meanings: malware, actors, campaigns, techniques",
}


class Collection(msgspec.Struct, frozen=True, omit_defaults=True):
    """A collection (TAXII 2.1, section 5.2).

    Attributes:
        id: Its identifier, a UUID.
        title: What it holds.
        can_read: Whether whoever asks may read it.
        can_write: Whether he may add to it.
        description: More about it.
        alias: A name that stands for the identifier in a path.
        media_types: What it holds, or takes.
    """

    id: str
    title: str
    can_read: bool
    can_write: bool
    description: str | None = None
    alias: str | None = None
    media_types: tuple[str, ...] = ()


class Reading(msgspec.Struct, frozen=True):
    """A collection that is computed from a view.

    Attributes:
        collection: How it is told.
        followed: Which records it is made of.
    """

    collection: Collection
    followed: Followed


def _reading(root: str, alias: str, title: str, followed: Followed) -> Reading:
    identifier = collection_id(root, alias)
    told = Collection(
        identifier, title, can_read=True, can_write=False, alias=alias, media_types=(STIX_2_1,)
    )
    return Reading(told, followed)


def all_of(root: str) -> Reading:
    """Return the collection of all that may be seen."""
    return _reading(root, "all", "All that you may see", Followed())


def of_topic(root: str, topic: Topic) -> Reading:
    """Return the collection of records that mention a value of a topic."""
    return _reading(root, f"topic-{topic}", _TITLES[topic], Followed(topics=frozenset({topic})))


def of_source(root: str, source: str) -> Reading:
    """Return the collection of a source's records."""
    return _reading(
        root, f"source-{source}", f"Source: {source}", Followed(sources=frozenset({source}))
    )


def of_tag(root: str, value: str) -> Reading:
    """Return the collection of records that mention a tag.

    Raises:
        MalformedError: If it is none.
    """
    one = tag(value)
    return _reading(root, f"tag-{one.value}", f"Tag: {one.value}", Followed(observables=(one,)))


def listed(view: View, root: str) -> Iterator[Reading]:
    """Yield the collections in which there is something."""
    spoken = view.spoken()
    if not spoken:
        return
    yield all_of(root)
    topics = {topic for some in spoken.values() for topic in some}
    yield from (of_topic(root, topic) for topic in Topic if topic in topics)
    yield from (of_source(root, source) for source in spoken)
    for pattern in TAGS:
        for found in view.search(pattern, limit=MAX_LISTED_TAGS).results:
            yield of_tag(root, found.value)


def found(view: View, root: str, name: str) -> Reading | None:
    """Return the collection with an identifier or an alias; None: there is none to be seen."""
    always = (all_of(root), *(of_topic(root, topic) for topic in Topic))
    for one in always:
        if name in {one.collection.id, one.collection.alias}:
            return one
    if name.startswith("tag-"):
        return _known_tag(view, root, name.removeprefix("tag-"))
    for one in listed(view, root):
        if name in {one.collection.id, one.collection.alias}:
            return one
    return None


def _known_tag(view: View, root: str, text: str) -> Reading | None:
    try:
        one = of_tag(root, text)
    except MalformedError:
        return None
    return one if view.is_known(one.followed.observables)[0] else None
