"""Social media: each form of post is told from the others, and tags become canonical."""

import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cure.interfaces import Input, Reading
from cure.model import Finding
from cure.origins.files import inputs
from cure.publishers.social import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "social_media"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
A = sha256(b"invented").hexdigest()
needs_data = pytest.mark.skipif(not REAL.exists(), reason="the real posts are not here")


def read(text: str, name: str = "posts") -> list[Reading]:
    data = text.encode()
    lines = iter(line.encode() for line in text.splitlines())
    given = Input(name=name, as_of=NOW, lines=lines, blocks=iter([data]), head=data[:4096])
    return list(PUBLISHER.read(given))


def said(text: str, name: str = "posts") -> Finding:
    (finding,) = [finding for reading in read(text, name) for finding in reading.findings]
    return finding


def mentions(finding: Finding) -> list[tuple[str, str]]:
    return [(one.role, one.value) for one in finding.observables]


def line(kind: str, value: str, tags: str = "") -> str:
    page = "https://twitter.com/someone/status/1"
    return f"2026-02-03 04:05:06,someone,{kind},{value},{tags},{page}"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("url", '"http://example.com/a,b""c"', "http://example.com/a,b%22c"),
        ("ip", "192.0.2.7", "192.0.2.7"),
        ("ip", "192.0.2.7:8080", "192.0.2.7"),
        ("domain", "Example[.]com", "example.com"),
        ("sha256", A.upper(), A),
        ("md5", A[:32], A[:32]),
    ],
)
def test_a_line_of_tweetfeed_names_one_value(kind, value, expected):
    assert said(line(kind, value)).observables[0].value == expected


def test_hashtags_are_canonical_where_they_name_a_thing_and_kept_where_not():
    finding = said(line("ip", "192.0.2.7", "#Geodo #OpenDir #phishing"))

    assert [value for role, value in mentions(finding) if role == "tag"] == [
        "malware:emotet",
        "attack:T1566",
    ]
    assert finding.attributes["tags"] == ["OpenDir"]


def test_posts_of_twitter_are_posts_of_x():
    assert ("reference", "https://x.com/someone/status/1") in mentions(
        said(line("ip", "192.0.2.7"))
    )


@pytest.mark.parametrize(
    "text", [line("ip", "192.0.2.999"), line("ip", "192.0.2.7") + ",more", "2026,x,ip,y,z,u"]
)
def test_a_line_that_cannot_be_read_is_quarantined(text):
    good, bad = read(f"{line('ip', '192.0.2.7')}\n{text}\n")

    assert good.findings
    assert bad.why


STATUS: dict[str, Any] = {
    "id": "1",
    "created_at": "2026-02-03T04:05:06.000Z",
    "url": "https://social.example.com/@someone/1",
    "account": {"acct": "someone"},
    "content": f'<p>{A[:30]}<span class="invisible">{A[30:]}</span><br>Emotet &amp; more</p>',
    "tags": [],
}
VIEW = {
    "uri": "at://did:plc:abc/app.bsky.feed.post/3k",
    "author": {"handle": "someone.example.com"},
    "record": {"text": f"Emotet {A}", "createdAt": "2026-02-03T04:05:06Z"},
}
TWEET = {"id": "7", "text": f"Emotet {A} https://t.co/x", "created_at": "2026-02-03T04:05:06Z"}


@pytest.mark.parametrize(
    ("document", "page"),
    [
        ([STATUS], "https://social.example.com/@someone/1"),
        ({"statuses": [STATUS]}, "https://social.example.com/@someone/1"),
        (STATUS, "https://social.example.com/@someone/1"),
        ({"posts": [VIEW]}, "https://bsky.app/profile/did:plc:abc/post/3k"),
        ({"feed": [{"post": VIEW}]}, "https://bsky.app/profile/did:plc:abc/post/3k"),
        ({"data": [TWEET]}, "https://x.com/i/status/7"),
    ],
)
def test_a_post_of_any_network_says_what_it_names(document, page):
    finding = said(json.dumps(document))

    assert mentions(finding) == [("sample", A), ("tag", "malware:emotet"), ("reference", page)]
    assert finding.first_seen == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_links_that_a_network_shortened_are_written_out():
    link = {"url": "https://t.co/x", "expanded_url": "https://pastebin.com/raw/abc"}
    finding = said(json.dumps({"data": [{**TWEET, "entities": {"urls": [link]}}]}))

    assert "https://pastebin.com/raw/abc" in finding.attributes["text"]


def test_posts_may_come_one_a_line():
    readings = read(f"{json.dumps(TWEET)}\n{json.dumps({**TWEET, 'text': 'nothing'})}\n")

    assert [bool(one.findings) for one in readings] == [True, False]


def test_a_post_of_no_known_form_is_quarantined_alone():
    unknown, known = read(json.dumps([{"what": "else"}, STATUS]))

    assert "no form of post" in unknown.why
    assert known.findings


def test_a_post_without_a_name_we_know_is_silent():
    (reading,) = read(json.dumps([{**STATUS, "content": "<p>Nice weather in Japan</p>"}]))

    assert (reading.findings, reading.why) == ((), "")


def test_a_text_is_one_post_of_the_day_in_its_title():
    finding = said(f"2026-02-03 - EMOTET INFECTION\n\nHASHES:\n\n- {A}\n", "post.txt")

    assert mentions(finding) == [("sample", A), ("tag", "malware:emotet")]
    assert finding.first_seen == datetime(2026, 2, 3, tzinfo=UTC)


def json_lines(*posts: object) -> str:
    return "\n".join(json.dumps(post) for post in posts)


STATUS = {
    "content": f"<p>{A}</p>",
    "created_at": "2026-02-03T04:05:06.000Z",
    "account": {"acct": "someone"},
    "url": "https://social.example.com/@someone/1",
}
RECORD = {"text": A, "createdAt": "2026-02-03T04:05:06Z"}
VIEW = {
    "uri": "at://did:plc:a/app.bsky.feed.post/b",
    "author": {"handle": "someone.example.com"},
    "record": RECORD,
}
COMMIT = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "b", "record": RECORD}
OLD = {
    "id": 1,
    "id_str": "1",
    "created_at": "Tue Feb 03 04:05:06 +0000 2026",
    "user": {"screen_name": "someone"},
    "full_text": A,
}


@pytest.mark.parametrize(
    "post",
    [
        STATUS,
        {**STATUS, "content": "", "reblog": STATUS},
        {**STATUS, "content": "", "spoiler_text": A},
        VIEW,
        {"post": VIEW},
        {"thread": {"post": VIEW}},
        {"uri": VIEW["uri"], "cid": "c", "value": RECORD},
        {"did": "did:plc:a", "time_us": 1, "kind": "commit", "commit": COMMIT},
        OLD,
        {**OLD, "full_text": "RT", "retweeted_status": OLD},
        {**OLD, "full_text": "", "text": "cut", "extended_tweet": {"full_text": A}},
        {"data": {"id": "1", "text": "cut", "note_tweet": {"text": A}}},
        {"id": "1", "text": A, "created_at": "2026-02-03T04:05:06.000Z", "entities": None},
    ],
)
def test_a_post_is_read_in_every_shape_alone_and_on_a_line(post):
    alone = said(json.dumps(post))
    of_lines = [finding for one in read(json_lines(post, post)) for finding in one.findings]

    assert mentions(alone)[0] == ("sample", A)
    assert alone.first_seen in {None, datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)}
    assert of_lines == [alone, alone]


def test_a_card_below_a_post_of_bluesky_is_a_link_of_it():
    card = {"$type": "app.bsky.embed.external", "external": {"uri": "http://192.0.2.7/a"}}
    finding = said(json.dumps({**VIEW, "record": {**RECORD, "embed": card}}))

    assert finding.attributes["text"] == f"{A}\nhttp://192.0.2.7/a"


def test_replies_in_a_thread_are_posts_of_their_own():
    nested = {"post": VIEW, "replies": [{"post": VIEW}, {"post": VIEW, "replies": []}]}

    assert len(read(json.dumps({"thread": nested}))) == 3


def test_events_of_the_stream_that_are_no_posts_are_silent():
    like = {"operation": "create", "collection": "app.bsky.feed.like", "rkey": "b", "record": {}}
    events = [
        {"did": "did:plc:a", "kind": "commit", "commit": like},
        {"did": "did:plc:a", "kind": "commit", "commit": {**COMMIT, "record": None} | like},
        {"did": "did:plc:a", "kind": "identity", "identity": {}},
    ]

    assert [(one.findings, one.why) for one in read(json_lines(*events))] == [((), "")] * 3


def test_a_first_line_longer_than_the_head_does_not_make_one_document_of_lines():
    long = {**STATUS, "account": {"acct": "someone", "note": "n" * 5000}}

    assert len(read(json_lines(long, long))) == 2


def test_an_answer_without_posts_is_silent():
    assert [(one.findings, one.why) for one in read('{"data": []}')] == [((), "")]


@needs_data
def test_every_line_of_the_real_data_is_accounted_for():
    fates: Counter[str] = Counter()
    for path in sorted(REAL.rglob("*.gz")):
        for one in inputs(path, NOW):
            for reading in PUBLISHER.read(one):
                fate = "unreadable" if reading.why else "spoke" if reading.findings else "silent"
                fates[f"{path.parent.name} {fate}"] += reading.lines

    assert fates["tweetfeed spoke"] == 57_240 + 855
    assert not any(name.endswith("unreadable") for name in fates)


@needs_data
def test_all_real_posts_as_text_speak():
    paths = [path for path in (REAL / "unit42").iterdir() if path.suffix in {".txt", ".md"}]
    readings = [
        reading for path in paths for one in inputs(path, NOW) for reading in PUBLISHER.read(one)
    ]

    assert len(readings) == len(paths) == 111
    assert sum(bool(one.findings) for one in readings) >= 109
