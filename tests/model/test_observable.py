"""Canonical forms: fixed points, and what is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.hub.packing import pack, pack_all, unpack
from cure.model import Observable, Topic, domain, email, filehash, host, ip, recognise, tag, url
from cure.model.observable import CONSTRUCTORS, host_of
from cure.model.refang import refang

octets = st.integers(0, 255)
addresses = st.ip_addresses().map(str) | st.ip_addresses().map(
    lambda a: f"{a}/{a.max_prefixlen - 3}"
)
label = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_あ日éß❤", min_size=1, max_size=12)
names = st.lists(label, min_size=1, max_size=4).map(".".join).map(lambda n: f"{n}.example.jp")
paths = st.text(max_size=30)
urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "HTTPS", "hxxp", "ftp", "ldap", "tcp"]),
    names | st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(lambda a: f"[{a}]"),
    st.sampled_from(["", ":80", ":8443", "."]),
    st.just("") | paths.map(lambda p: f"/{p}"),
)
tags = st.builds(
    "{}:{}".format, st.sampled_from(["malware", "Attack", "misp-galaxy"]), st.text(max_size=20)
)
texts = {
    Topic.IP: addresses | st.text(max_size=20),
    Topic.DOMAIN: names | st.text(max_size=20),
    Topic.URL: urls | st.text(max_size=20),
    Topic.HASH: st.binary(min_size=16, max_size=20).map(bytes.hex) | st.text(max_size=40),
    Topic.EMAIL: st.builds("{}@{}".format, st.text(max_size=8), names),
    Topic.TAG: tags | st.text(max_size=20),
}


@pytest.mark.parametrize("topic", Topic)
@given(data=st.data())
def test_a_canonical_form_is_a_fixed_point(topic: Topic, data: st.DataObject) -> None:
    text = data.draw(texts[topic])
    try:
        once = CONSTRUCTORS[topic](text)
    except MalformedError as error:
        assert error.why
        return

    assert CONSTRUCTORS[topic](once.value) == once
    assert once.topic is topic
    assert once.value.isprintable()
    assert unpack(pack(once)) == once


@given(st.sampled_from(list(Topic)), st.data())
def test_what_a_constructor_makes_is_recognised_as_that(topic: Topic, data: st.DataObject) -> None:
    text = data.draw(texts[topic])
    try:
        once = CONSTRUCTORS[topic](text)
    except MalformedError:
        return
    # A term may itself look like a host and a port, or an address; a tag is only a tag when told.
    if topic is not Topic.TAG:
        assert recognise(once.value) == once


@given(urls)
def test_the_host_of_a_url_is_an_observable(text: str) -> None:
    try:
        once = url(text)
    except MalformedError:
        return
    found = host_of(once.value)

    assert found.topic in {Topic.IP, Topic.DOMAIN}
    assert host(found.value) == found


@given(st.text())
@example("hxxp[:]//[")
@example("[.]" * 100)
def test_any_text_is_recognised_or_refused_with_a_reason(text: str) -> None:
    try:
        found = recognise(text)
    except MalformedError as error:
        assert error.why
    else:
        assert isinstance(found, Observable)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1/32", "192.0.2.1"),
        ("192.0.2.77/24", "192.0.2.0/24"),
        ("2001:0DB8:0:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192[.]0[.]2[.]1", "192.0.2.1"),
        ("192.0.2(.)1", "192.0.2.1"),
    ],
)
def test_addresses_are_read_in_every_spelling(text: str, value: str) -> None:
    assert ip(text).value == value


@pytest.mark.parametrize(
    "text", ["", "192.0.2", "192.0.2.256", "192.0.2.1/33", "fe80::1%eth0", "010.0.0.1", "1.2.3.4.5"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        ip(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("EXAMPLE.com.", "example.com"),
        ("bücher.example.jp", "xn--bcher-kva.example.jp"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("r4---sn-abc.example.com", "r4---sn-abc.example.com"),
        ("expyuzz4wqqyqhjn.onion", "expyuzz4wqqyqhjn.onion"),
        ("evil[.]example[dot]com", "evil.example.com"),
        ("*.example.com", "example.com"),
    ],
)
def test_names_are_read_in_every_spelling(text: str, value: str) -> None:
    assert domain(text).value == value


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "readme.txt", "invoice.exe", "a..com", "-a.com", "a b.com", "192.0.2.1"],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        domain(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("HTTP://Example.com", "http://example.com/"),
        ("hxxps://example[.]com/a%2fb", "https://example.com/a%2Fb"),
        ("http://example.com:80/../x", "http://example.com/x"),
        ("http://0xc0.0.2.1/", "http://192.0.2.1/"),
        ("http://user:pw@example.com/", "http://user:pw@example.com/"),
        ("ldap://EXAMPLE.com:1389/a", "ldap://example.com:1389/a"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://日本語.example.jp/あ", "http://xn--wgv71a119e.example.jp/%E3%81%82"),
        (
            "https://www.example.jp%E2%88%95x@evil.example.net/",
            "https://www.example.jp%E2%88%95x@evil.example.net/",
        ),
    ],
)
def test_urls_are_read_as_a_browser_does(text: str, value: str) -> None:
    assert url(text).value == value


def test_user_info_with_a_look_alike_slash_does_not_hide_the_host() -> None:
    assert host_of(url("https://www.example.jp%E2%88%95x@evil.example.net/").value) == domain(
        "evil.example.net"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "/dev/null",
        "http://",
        "http://localhost/",
        "http://..example.com/",
        "http://a b.com/",
        "http://example.com/" + "a" * 3000,
    ],
)
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        url(text)


def test_other_topics_are_read_in_every_spelling() -> None:
    assert filehash("SHA1:" + "AB" * 20).value == "ab" * 20
    assert filehash("c" * 128).value == "c" * 128
    assert email("Ann <Ann.B[at]EXAMPLE[.]com>").value == "Ann.B@example.com"
    assert (
        tag('misp-galaxy:threat-actor="Turla Group"').value
        == "misp-galaxy:threat-actor=turla-group"
    )
    assert tag("attack:t1059.001").value == "attack:T1059.001"
    assert tag("malware:エモテット").value == "malware:エモテット"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("hxxp://example[.]com/a[.]b", "http://example.com/a[.]b"),
        ("http[:]//example[.]com", "http://example.com"),
        ("http[://]example(.)com", "http://example.com"),
        ("user[@]example{.}com", "user@example.com"),
        ("http://[2001:db8::1]/[x]", "http://[2001:db8::1]/[x]"),
        ("192.0.2[.1", "192.0.2.1"),
    ],
)
def test_defanged_text_is_read(text: str, clean: str) -> None:
    assert refang(text) == clean


@given(st.lists(st.sampled_from(list(Topic)).flatmap(lambda t: texts[t].map(lambda x: (t, x)))))
def test_many_values_are_packed_as_each_one_is(pairs: list[tuple[Topic, str]]) -> None:
    items: list[Observable] = []
    for topic, text in pairs:
        try:
            items.append(CONSTRUCTORS[topic](text))
        except MalformedError:
            continue
    packed = pack_all(items)

    assert [
        packed.words[a:b].tobytes() for a, b in zip(packed.starts, packed.starts[1:], strict=False)
    ] == [pack(item) for item in items]
