"""Campaigns: a story whose parts lie in different sources comes out whole and in order."""

from datetime import timedelta

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.view import View
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, mention, recognise
from cure.model.finding import complete, digest_of
from hub.kinds import new_hub
from strategies import T0

BOT = "malware:lanternbot"
SCANNER, SERVER, SAMPLE = "192.0.2.7", "http://198.51.100.9/x.sh", "ab" * 32
# day, source, what is said: value/role …
STORY = [
    (1, "nicter", f"{SCANNER}/attacker"),
    (2, "cowrie", f"{SCANNER}/attacker {SERVER}/payload"),
    (3, "cowrie", f"{SCANNER}/attacker {SAMPLE}/sample"),
    (4, "exist", f"198.51.100.9/c2 {BOT}/tag"),
    (5, "attack", f"attack:S9001/subject {BOT}/alias https://example.org/report/reference"),
    (5, "reports", f"{SAMPLE}/sample attack:S9001/tag https://example.org/report/reference"),
    (6, "exist", "203.0.113.50/listed"),
    (7, "exist", "203.0.113.51/c2 malware:other/tag"),
]


def view_of(story: list[tuple[int, str, str]]) -> View:
    hub = new_hub(HashKey.of(bytes(range(24))))
    logged: list[Logged] = []
    for number, (day, source, said) in enumerate(story, 1):
        mentions = []
        for part in said.split():
            value, _, role = part.rpartition("/")
            mentions.append(mention(recognise(value), role))
        moment = T0 + timedelta(days=day)
        finding = complete(Finding(Kind.SIGHTING, tuple(mentions), moment), T0, T0 + timedelta(9))
        record = Record(source, Label(Tlp.GREEN, "soc"), digest_of(source, finding), finding)
        logged.append(Logged(number, record, 0))
    hub.accept(batch_of(logged))
    return Gate(hub).view(Audience("soc"))


def test_a_tag_leads_over_its_aliases_to_all_that_belongs_to_it() -> None:
    told = view_of(STORY).campaign([recognise("attack:S9001")], 100)
    members = {one.value: one for one in told.members}

    assert told.names == ["attack:S9001", BOT]
    # the listed server and the sample stand beside the names; the scanner and its URL beside those
    assert set(members) == {"198.51.100.9", SAMPLE, SCANNER, SERVER}
    assert members["198.51.100.9"].hop == 1
    assert members[SCANNER].hop == 2
    assert told.references == ["https://example.org/report"]
    assert list(told.sources) == ["cowrie", "exist", "nicter", "reports"]
    assert told.shared == 3
    assert (told.first_seen, told.last_seen) == (T0 + timedelta(1), T0 + timedelta(5))


def test_the_steps_come_in_order_of_time_with_the_role_that_each_source_saw() -> None:
    told = view_of(STORY).campaign([recognise(BOT)], 100)

    assert [(s.at.day - 1, s.source, s.value, s.roles) for s in told.steps] == [
        (1, "nicter", SCANNER, ["attacker"]),
        (2, "cowrie", SCANNER, ["attacker"]),
        (2, "cowrie", "198.51.100.9", ["host"]),
        (2, "cowrie", SERVER, ["payload"]),
        (3, "cowrie", SAMPLE, ["sample"]),
        (4, "exist", "198.51.100.9", ["c2"]),
        (5, "reports", SAMPLE, ["sample"]),
    ]


def test_a_value_leads_to_what_stands_beside_it() -> None:
    told = view_of(STORY).campaign([recognise(SCANNER)], 100)

    assert {one.value for one in told.members} == {SCANNER, SERVER, "198.51.100.9", SAMPLE}
    assert told.tags == {BOT: 1, "attack:S9001": 1}
    assert told.members[0].value in {SCANNER, SAMPLE, "198.51.100.9"}


def test_a_name_finds_its_tags_in_any_vocabulary() -> None:
    view = view_of(STORY)

    assert [one.value for one in view.tags_called("LanternBot")] == [BOT]
    assert view.tags_called("nobody") == []
    assert view.tags_called("\x00") == []


def test_common_ground_is_not_part_of_a_story() -> None:
    crowd = [(1, "cowrie", f"{SCANNER}/attacker 203.0.113.{n}/target") for n in range(250)]
    told = view_of([*STORY, *crowd]).campaign([recognise("attack:S9001")], 1000)

    assert SCANNER in {one.value for one in told.members}
    assert told.total == 4


def test_a_limit_keeps_what_most_sources_know_and_says_so() -> None:
    told = view_of(STORY).campaign([recognise("attack:S9001")], 2)

    assert told.total == 4
    assert told.truncated
    assert all(len(one.sources) == 2 for one in told.members)


def test_nothing_is_told_of_what_nobody_knows() -> None:
    told = view_of(STORY).campaign([recognise("malware:unheard-of")], 100)

    assert (told.members, told.steps, told.total) == ([], [], 0)
