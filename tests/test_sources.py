"""Sources: what cure.toml says of them, and each mistake with its line."""

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import ConfigError
from cure.interfaces import Layer, Publisher
from cure.model import Label, Tlp
from cure.model.networks import Networks
from cure.origins.delivering import Address, Looked
from cure.places import line_of
from cure.publishers.findings import PUBLISHER as FINDINGS
from cure.secret import read_secret, strong
from cure.settings import read_settings
from cure.sources import read_sources
from cure.ways import Hec, Hpfeeds, Push, SourceSetting, Syslog

SECRET = "1f0e9d8c7b6a5948"  # noqa: S105 - of this test
TEMPLATES = files("cure")


def publisher(name: str, *, lists: bool = False) -> Publisher:
    return Publisher(
        name=name,
        title=name,
        title_ja=name,
        layer=Layer.ARTIFACT,
        topics=FINDINGS.topics,
        tlp=Tlp.GREEN,
        read=FINDINGS.read,
        reference="https://example.org/",
        lists=(lambda _: iter(())) if lists else None,
    )


PUBLISHERS = {
    "attack": publisher("attack"),
    "cowrie": publisher("cowrie"),
    "reports": replace(publisher("reports"), isolated=True),
    "social": publisher("social"),
    "warpdrive": publisher("warpdrive", lists=True),
}


def read(folder: Path, text: str, **environment: str) -> list[SourceSetting]:
    file = folder / "cure.toml"
    file.write_text(text, "utf-8")
    settings = read_settings(file, environment)
    return read_sources(settings, PUBLISHERS, environment)


def source(way: str, publisher: str = "cowrie") -> str:
    return f'[[source]]\npublisher = "{publisher}"\n{way}\n'


def secret_file(folder: Path, mode: int = 0o600, secret: str = SECRET) -> Path:
    path = folder / "a.secret"
    path.write_text(secret + "\n")
    path.chmod(mode)
    return path


def test_a_source_is_what_its_table_says(tmp_path: Path):
    (tmp_path / "list.txt").write_text("")
    [found] = read(
        tmp_path,
        'organisation = "soc"\n'
        + source(
            'instance = "tokyo-1"\nfollow = "logs"\nevery = "15m"\ntlp = "tlp:amber+strict"\n'
            'releasable = ["partner"]\nown = ["192.0.2.0/24"]\nzone = "Asia/Tokyo"\n'
            'blocklists = ["list.txt"]',
            "warpdrive",
        ),
    )

    assert (found.name, found.publisher.name, found.kind) == (
        "warpdrive@tokyo-1",
        "warpdrive",
        "follow",
    )
    assert found.label == Label(Tlp.AMBER_STRICT, "soc", ("partner",))
    assert (found.setting.own, found.setting.zone) == (
        Networks(["192.0.2.0/24"]),
        ZoneInfo("Asia/Tokyo"),
    )
    assert isinstance(found.way, Looked)
    assert found.way.every_s == 900


def test_what_people_post_is_gathered_only_if_that_is_said(tmp_path: Path):
    posts = source('follow = "posts"', "social")

    with pytest.raises(ConfigError, match=r"cure\.toml:2: .*unless social_media = true is set"):
        read(tmp_path, posts)
    assert [one.name for one in read(tmp_path, f"social_media = true\n{posts}")] == ["social"]
    assert [one.name for one in read(tmp_path, posts, CURE_SOCIAL_MEDIA="true")] == ["social"]


def test_who_follows_what_attack_cites_names_the_hosts(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"pages\.hosts: want a list of host names"):
        read(tmp_path, source('pages = "https://example.org/bundle.json"', "attack"))
    pages = 'pages = { url = "https://example.org/bundle.json", hosts = ["example.org"] }'
    assert len(read(tmp_path, source(pages, "attack"))) == 1


def test_documents_that_strangers_make_are_followed_whole(tmp_path: Path):
    [found] = read(tmp_path, source('follow = "reports"', "reports"))
    [other] = read(tmp_path, source('follow = "reports"\nwhole = false', "reports"))

    assert isinstance(found.way, Looked)
    assert isinstance(other.way, Looked)
    assert found.way.begin.keywords["whole"] is True  # pyright: ignore[reportFunctionMemberAccess]
    assert other.way.begin.keywords["whole"] is False  # pyright: ignore[reportFunctionMemberAccess]


def test_what_is_left_out_is_as_the_publisher_says(tmp_path: Path):
    [found] = read(tmp_path, source('follow = "logs"'))

    assert (found.name, found.label) == ("cowrie", Label(Tlp.GREEN, "local"))


def test_every_way_in_is_read(tmp_path: Path):
    secret_file(tmp_path)
    table = "\n".join(
        source(f'instance = "{number}"\n{way}')
        for number, way in enumerate(
            [
                'poll = "https://example.org/list"',
                'poll = { url = "https://example.org/{key}", key_file = "a.secret" }',
                'pages = "https://example.org/feed.xml"',
                'hpfeeds = { ident = "a", channels = ["b", "c"], secret_file = "a.secret" }',
                'syslog = { port = 5514, tcp = false, from = ["192.0.2.0/24"] }',
                'hec = { token_file = "a.secret" }',
                'push = { token_env = "PUSH_TOKEN" }',
                'maildir = "mail"',
                'imap = { host = "imap.example.jp", user = "a", password_env = "PUSH_TOKEN" }',
                'sqlite = "a.sqlite"',
                'pcap = "captures"',
            ]
        )
    )

    ways = [one.way for one in read(tmp_path, f"hpfeeds_port = 10000\n{table}", PUSH_TOKEN=SECRET)]

    assert [isinstance(way, Looked) for way in ways] == [True] * 3 + [False] * 4 + [True] * 4
    assert ways[3:7] == [
        Hpfeeds(Address("127.0.0.1", 10000), "a", SECRET, ("b", "c")),
        Syslog(Address("127.0.0.1", 5514), udp=True, tcp=False, senders=("192.0.2.0/24",)),
        Hec(SECRET),
        Push(SECRET),
    ]


@pytest.mark.parametrize(
    ("table", "line", "wrong"),
    [
        ('follow = "a"\nfolow = "b"', 4, "folow: there is no such key; did you mean 'follow'?"),
        ('follow = "a"\nxyz = 1', 4, "xyz: there is no such key; want publisher, instance"),
        ("follow = 7", 3, r"follow: Expected `str \| null`, got `int`"),
        ('follow = ""', 3, "follow: Expected `str` of length >= 1"),
        ('follow = "a"\nown = ["192.0.2.1/24"]', 4, "own: .*has host bits set"),
        ('follow = "a"\nown = ["192.0.2.0/24",\n  7]', 4, "own: Expected `str`, got `int`"),
        ('follow = "a"\nzone = "Tokyo"', 4, "zone: there is no time zone 'Tokyo'"),
        ('follow = "a"\ntlp = "GREEN"', 4, "tlp: want one of TLP:CLEAR, TLP:GREEN"),
        ('follow = "a"\nblocklists = ["x"]', 4, "blocklists: cowrie knows no block lists"),
        ('follow = "a"\nevery = "soon"', 4, "every: want a number and s, m, h or d, such as 15m"),
        ('poll = "https://example.org"\nevery = "1s"', 4, "every: want at least 60s"),
        ('pcap = "a"\nwhole = false', 4, "whole: pcap has no choice; only follow has"),
        ('poll = "ftp://example.org"', 3, "poll.url: want a URL with https or http"),
        ('poll = "https://a:b@example.org"', 3, "poll.url: want a URL"),
        ('poll = "https://example.org/{key}"', 3, "poll: want key_file or key_env"),
        ('pages = "ftp://example.org"', 3, "pages.url: want a URL with https or http"),
        ('pages = "https://example.org"\nevery = "1s"', 4, "every: want at least 60s"),
        ('pages = { url = "https://example.org", keep = "x" }', 3, "pages.keep: want a number and"),
        ('follow = "a"\npoll = "https://example.org"', 1, "want exactly one of .*follow and poll"),
        ('instance = "a"', 1, "want exactly one of follow, poll, .*; there is none"),
        ('instance = "a b"\nfollow = "a"', 3, "instance: Expected `str` matching regex"),
        ("push = {}", 3, "push: want either token_file or token_env"),
        ('push = { token_env = "NONE" }', 3, "push.token_env: the environment has no NONE"),
        ('push = { token_env = "WEAK" }', 3, "push.token_env: a secret that can be guessed"),
        ('push = { token_file = "none" }', 3, "push.token_file: cannot read .*none: No such"),
        ('push = { token_file = "open" }', 3, "push.token_file: others may read .*: chmod 600"),
        ('push = { token = "x" }', 3, "push.token: there is no such key; did you mean"),
        ("syslog = {}", 3, "syslog: Object missing required field `port`"),
        ("syslog = { port = 99999 }", 3, "syslog.port: Expected `int` <= 65535"),
        ('syslog = { port = 1, from = ["x"] }', 3, "syslog.from: .*is not a network"),
        ("syslog = { port = 1, udp = false, tcp = false }", 3, "syslog: want udp or tcp"),
        ('syslog = { port = 1, tls_cert = "a" }', 3, "syslog: want tls_cert and tls_key"),
        (
            'syslog = { port = 1, tls_cert = "a", tls_key = "b" }',
            3,
            "syslog.tls_cert: TLS is for tcp",
        ),
        ('[source.syslog]\nhost = "::1"\nprot = 1', 5, "syslog.prot: there is no such key; did"),
        (
            'hpfeeds = { ident = "a", channels = ["b"], secret_env = "GOOD" }',
            3,
            "hpfeeds: want hpfeeds_port among the settings",
        ),
        (
            'imap = { host = "imap.example.jp", user = "a", password_env = "GOOD", tls = false }',
            3,
            "imap.tls: the password would be readable on the way",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(table: str, line: int, wrong: str, tmp_path: Path):
    secret_file(tmp_path, 0o640).rename(tmp_path / "open")
    with pytest.raises(ConfigError) as told:
        read(tmp_path, source(table), GOOD=SECRET, WEAK="short")

    where, _, what = str(told.value).partition(": source 1 (cowrie")
    assert where == f"{tmp_path / 'cure.toml'}:{line}"
    assert re.fullmatch(rf"(@.*)?\): {wrong}.*", what, re.DOTALL), what


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[[source]]\nfollow = "a"', r":1: source 1 \(no publisher\): .*`publisher`"),
        (source('follow = "a"', "cowry"), r":2: source 1 \(cowry\): publisher: there is none"),
        ("source = 1", ":1: want .*source.*, in two pairs of brackets"),
        (source('follow = "a"') * 2, r":5: source 2 \(cowrie\): publisher: there is such"),
        ('include = ["none.toml"]', "cannot read .*none.toml"),
    ],
)
def test_so_is_one_of_the_whole(text: str, wrong: str, tmp_path: Path):
    with pytest.raises(ConfigError, match=wrong):
        read(tmp_path, text)


def test_sources_that_do_not_go_together_are_refused(tmp_path: Path):
    def told(*ways: str) -> str:
        tables = [source(f'instance = "{n}"\n{way}') for n, way in enumerate(ways)]
        text = "hpfeeds_port = 1\n" + "".join(tables)
        with pytest.raises(ConfigError) as error:
            read(tmp_path, text, ONE=SECRET, TWO=SECRET[::-1])
        return str(error.value)

    sensor = 'hpfeeds = {{ ident = "a", channels = ["{}"], secret_env = "{}" }}'
    hec = 'hec = { token_env = "ONE" }'

    assert "another secret" in told(sensor.format("b", "ONE"), sensor.format("c", "TWO"))
    assert "the same channel" in told(sensor.format("b", "ONE"), sensor.format("b", "ONE"))
    assert "the same token" in told(hec, hec)


def test_of_a_source_that_is_off_only_the_form_is_looked_at(tmp_path: Path):
    off = 'enabled = false\npush = { token_file = "not there yet" }'

    assert read(tmp_path, source(off, "someone")) == []
    with pytest.raises(ConfigError, match=r"pull: there is no such key"):
        read(tmp_path, source(f"{off}\npull = 1"))


def test_included_files_hold_more_sources_and_mistakes_name_them(tmp_path: Path):
    (tmp_path / "more.toml").write_text(source('follow = "b"\ninstance = "b"'))
    main = 'include = ["more.toml"]\n' + source('follow = "a"')

    assert [one.name for one in read(tmp_path, main)] == ["cowrie", "cowrie@b"]
    (tmp_path / "more.toml").write_text("\n" + source("follow = 1"))
    with pytest.raises(ConfigError, match=r"more\.toml:4: source 1 \(cowrie\): follow: "):
        read(tmp_path, main)


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "aaaaaaaaaaaaaaaaaaaa",
        "changeme-changeme-1",
        "password12345678",
        "Example-secret-77",
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_and_not_told(weak: str):
    with pytest.raises(ConfigError) as told:
        strong(weak)
    assert weak not in str(told.value)


def test_a_secret_is_read_without_the_end_of_its_line(tmp_path: Path):
    assert read_secret(secret_file(tmp_path), None, {}) == SECRET
    for data, wrong in ((b"\n", "is empty"), (b"\xff", "is not text")):
        path = secret_file(tmp_path)
        path.write_bytes(data)
        with pytest.raises(ConfigError, match=wrong):
            read_secret(path, None, {})


@given(
    before=st.lists(st.sampled_from(["", "# a comment", 'a{} = """x\ny"""', "b{} = [\n1,\n2]"])),
    between=st.lists(st.sampled_from(["", "# key = 1", "c{} = '''\nkey = 2'''", "[t{}]"])),
)
def test_the_line_of_a_key_is_that_on_which_it_begins(before: list[str], between: list[str]):
    head = "\n".join(one.format(n) for n, one in enumerate([*before, *between]))
    text = f"{head}\n[[source]]\nx = 1\n[[source]]\nkey = [\n  1,\n]\n"
    start = head.count("\n") + 2

    assert line_of(text, ("source", 0)) == start
    assert line_of(text, ("source", 1)) == start + 2
    assert line_of(text, ("source", 1, "key")) == start + 3


def test_the_template_is_right_also_with_all_its_examples_in_use(tmp_path: Path):
    text = TEMPLATES.joinpath("cure.toml").read_text("utf-8")
    in_use = re.sub(r"^#(?=[\[a-z])", "", text, flags=re.MULTILINE)
    assert in_use.count("\n[[source]]") == 12
    for name in re.findall(r'"([^"]+\.(?:secret|token|password))"', in_use):
        secret_file(tmp_path).rename(tmp_path / name)
    (tmp_path / "feeds.toml").write_text(TEMPLATES.joinpath("feeds.toml").read_text("utf-8"))
    file = tmp_path / "cure.toml"
    file.write_text(in_use)
    names = re.findall(r'publisher = "(\w+)"', in_use)
    known = {name: publisher(name) for name in names}

    found = read_sources(read_settings(file, {}), known, {"WARPDRIVE_TOKEN": SECRET})

    assert len(found) == 12


def test_the_public_feeds_are_right_and_polite_and_off(tmp_path: Path):
    text = TEMPLATES.joinpath("feeds.toml").read_text("utf-8")
    tables = text.count("\n[[source]]")
    assert text.count("enabled = false") == text.count("# Licence: ") == tables
    all_on = "social_media = true\n" + text.replace("enabled = false", "enabled = true")
    (tmp_path / "cure.toml").write_text(all_on)
    for name in re.findall(r'key_file = "([^"]+)"', text):
        secret_file(tmp_path).rename(tmp_path / name)
    known = {name: publisher(name) for name in re.findall(r'publisher = "(\w+)"', text)}

    found = read_sources(read_settings(tmp_path / "cure.toml", {}), known, {})

    assert len(found) == tables >= 25
    assert all(isinstance(one.way, Looked) and one.way.every_s >= 3600 for one in found)
