"""Publishers as the databases of the whole view: what they share, and spoke of last."""

from datetime import timedelta

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.view import PublisherLink, View
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, Topic, domain, ip, mention
from cure.model.finding import digest_of
from hub.kinds import new_hub
from strategies import T0

HOUR = timedelta(hours=1)
TOLD = [
    ("cowrie@tokyo-1", 0, ip("9.9.9.9")),
    ("cowrie@osaka-1", 1, ip("9.9.9.9")),
    ("cowrie@osaka-1", 2, ip("8.8.8.8")),
    ("exist", 3, ip("9.9.9.9")),
    ("exist", 4, domain("example.com")),
    ("reports", 5, domain("example.com")),
]


def view_of(told: list[tuple[str, int, object]] = TOLD, audience: str = "soc") -> View:
    """Return a hub's view; source `reports` is for its owner alone."""
    hub = new_hub(HashKey.of(bytes(24)))
    logged = []
    for number, (source, hour, value) in enumerate(told, 1):
        at = T0 + hour * HOUR
        finding = Finding(Kind.SIGHTING, (mention(value, "attacker"),), at, at)
        label = Label(Tlp.RED if source == "reports" else Tlp.CLEAR, "soc")
        record = Record(source, label, digest_of(source, finding), finding)
        logged.append(Logged(number, record, 0))
    hub.accept(batch_of(logged))
    return Gate(hub).view(Audience(audience))


def test_a_value_of_two_sources_of_one_publisher_counts_once_and_links_nothing_within():
    assert view_of().publisher_links() == [
        PublisherLink("cowrie", "exist", Topic.IP, 1),
        PublisherLink("exist", "reports", Topic.DOMAIN, 1),
    ]


def test_a_window_of_time_takes_what_both_saw_in_it():
    view = view_of()

    assert [one.b for one in view.publisher_links(since=T0 + 2 * HOUR)] == ["reports"]
    assert [one.a for one in view.publisher_links(until=T0 + 4 * HOUR)] == ["cowrie"]
    assert view.publisher_links(T0 + 2 * HOUR, T0 + 4 * HOUR) == []


def test_the_latest_values_of_a_publisher_come_first_and_once():
    spoken = view_of().spoken_last("cowrie", 5)

    assert [(one.value, one.source, one.others) for one in spoken] == [
        ("8.8.8.8", "cowrie@osaka-1", 0),
        ("9.9.9.9", "cowrie@osaka-1", 1),
    ]
    assert spoken[0].at == T0 + 2 * HOUR
    assert view_of().spoken_last("cowrie", 1) == spoken[:1]
    assert view_of().spoken_last("nobody", 5) == []


def test_what_an_audience_may_not_see_neither_links_nor_counts():
    bank = view_of(audience="bank")

    assert bank.publisher_links() == view_of(TOLD[:-1]).publisher_links()
    assert bank.spoken_last("exist", 5) == view_of(TOLD[:-1]).spoken_last("exist", 5)
    assert bank.spoken_last("reports", 5) == []
