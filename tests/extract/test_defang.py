"""Every common way to defang a value is undone, wherever the value stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.extract.defang import is_defanged
from cure.extract.observables import observables
from cure.extract.text import Document
from cure.model import Observable, domain, email, ip, url

# .onion and .bit are outside the DNS, and no name of the DNS has an underscore (RFC 952).
LABELS = st.from_regex(r"[a-z][a-z0-9]{2,8}_[a-z0-9]{2,8}", fullmatch=True)
NAMES = st.builds(
    lambda a, b, root: f"{a}.{b}.{root}", LABELS, LABELS, st.sampled_from(["com", "onion"])
)
ADDRESSES = st.integers(1, 254).map(lambda last: f"192.88.99.{last}")  # retired, RFC 7526

DOTS = [
    "[.]",
    "(.)",
    "{.}",
    "[dot]",
    "(dot)",
    "[DOT]",
    " [.] ",
    " (dot) ",
    " . ",
    " dot ",
    "[.",
    ".]",
]
DOTS += ["\\.", "．", "。", "｡", "<.>", "[[.]]", "[。]"]
SCHEMES = [
    "hxxp://",
    "hXXp://",
    "h**p://",
    "http[:]//",
    "http[://]",
    "hxxp[:]//",
    "http:[//]",
    "ttp://",
]
SCHEMES += [
    "hxxp[:]///",
    "hxxp[]://",
    "htp://",
    "http: //",
    "ｈｔｔｐ：／／",
    "http(:)//",
    "hxxp:\\/\\/",
    "xxp://",
    "meow://",
]
ATS = ["[@]", "(@)", "[at]", "(at)", "{at}", " [at] ", "＠", "\\@"]
SURROUNDINGS = [
    "{}",
    "It called {} at noon.",
    "- {}",
    "| {} |",
    "`{}`",
    "({})",
    "「{}」と通信",
    "通信先は{}です。",
]


def found_in(text: str) -> list[tuple[Observable, str]]:
    document = Document(text)
    found, _ = observables(document)
    for one in found:
        assert text[one.start : one.end] == one.as_written
    return [(one.observable, one.as_written) for one in found]


@given(NAMES, st.sampled_from(DOTS), st.sampled_from(SURROUNDINGS))
def test_a_defanged_name_is_found_again(name: str, dot: str, around: str) -> None:
    written = name.replace(".", dot)

    assert found_in(around.format(written)) == [(domain(name), written)]


@given(ADDRESSES, st.sampled_from(DOTS), st.sampled_from(SURROUNDINGS))
def test_a_defanged_address_is_found_again(address: str, dot: str, around: str) -> None:
    written = address.replace(".", dot)

    assert found_in(around.format(written)) == [(ip(address), written)]


@given(NAMES, st.sampled_from(DOTS), st.sampled_from(SCHEMES), st.sampled_from(SURROUNDINGS))
def test_a_defanged_url_is_found_again(name: str, dot: str, scheme: str, around: str) -> None:
    written = f"{scheme}{name.replace('.', dot)}/gate.php?id=7"

    assert found_in(around.format(written)) == [(url(f"http://{name}/gate.php?id=7"), written)]


@given(LABELS, NAMES, st.sampled_from(["[.]", "(dot)", " [.] ", "．", "."]), st.sampled_from(ATS))
def test_a_defanged_mail_address_is_found_again(local: str, name: str, dot: str, at: str) -> None:
    written = f"{local}{at}{name.replace('.', dot)}"

    assert found_in(f"From {written}, today") == [(email(f"{local}@{name}"), written)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hxxps[:]//c2_a[.]onion[:]8080/a", url("https://c2_a.onion:8080/a")),
        ("hxxp://c2_a[.]onion/index[.]php", url("http://c2_a.onion/index.php")),
        ("hxxp://user:pw@c2_a[.]onion/", url("http://user:pw@c2_a.onion/")),
        ("hxxp://[2002:c058:6301::1]:80/a", url("http://[2002:c058:6301::1]/a")),
        ("hxxp://192[.]88[.]99[.]7/x", url("http://192.88.99.7/x")),
        ("hxxp://日本語[.]onion/", url("http://日本語.onion/")),
        ("hxxp://b[.]c_d@c2_a[.]onion/a", url("http://b.c_d@c2_a.onion/a")),
        ("fxp://c2_a[.]onion/a", url("ftp://c2_a.onion/a")),
        ("hxxp://a_b[.]onion/r?u=hxxp://c_d[.]onion", url("http://a_b.onion/r?u=http://c_d.onion")),
        ("hxxps://a_b[.]onion/?u=hxxps[:]//c[.]d", url("https://a_b.onion/?u=https://c.d")),
        ("http:\\/\\/c2_a.onion\\/a", url("http://c2_a.onion/a")),
        ("hxxp://c2_a[.]onion/read\\_me", url("http://c2_a.onion/read_me")),
        ("2002[:]c058[:]6301[:][:]1", ip("2002:c058:6301::1")),
        ("192.88.99[.]0/24", ip("192.88.99.0/24")),
    ],
)
def test_a_form_of_its_own_is_read(written: str, meant: Observable) -> None:
    assert found_in(f"to {written} then") == [(meant, written)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("- hxxp://c2_a[.]onion/gate?\n  id=7&to=9\n- next", "http://c2_a.onion/gate?id=7&to=9"),
        ("- hxxp://c2_a[.]onion/?a=1\n  &b=2\n  &c=3\n", "http://c2_a.onion/?a=1&b=2&c=3"),
        ("- hxxp://c2_a[.]onion/o/\n  an_installer%20.exe?alt=media\n", None),
        ("- hxxp://c2_a[.]onion/o%2F\n  an_installer%20.exe?alt=media\n", None),
    ],
)
def test_a_url_that_goes_on_in_the_next_line_is_one(text: str, meant: str | None) -> None:
    meant = meant or "".join(text.split()).removeprefix("-").replace("[.]", ".")

    assert [one for one, _ in found_in(text)] == [url(meant)]


@pytest.mark.parametrize("after", ["\n  c2_b.onion\n", "\nid=7&to=9 are sent\n", "\n- a_b?c=d\n"])
def test_what_is_no_rest_of_a_url_is_not_joined(after: str) -> None:
    assert found_in(f"- hxxp://c2_a[.]onion/{after}")[0][0] == url("http://c2_a.onion/")


def test_two_sentences_are_no_name() -> None:
    assert found_in("Then it ended . Net gain was small.") == []
    assert found_in("感染した。netstatを実行。") == []


def test_only_the_host_of_a_link_without_a_scheme_is_said() -> None:
    assert found_in("GET c2_a[.]onion/gate.php") == [(domain("c2_a.onion"), "c2_a[.]onion")]


@pytest.mark.parametrize("port", ["80", "8443", "SSL", "ssl"])
def test_only_the_host_of_a_share_is_said(port: str) -> None:
    assert found_in(f"file://c2_a[.]onion@{port}/a/b.lnk")[0][0] == domain("c2_a.onion")
    assert found_in(f"file://192.88.99[.]7@{port}/a")[0][0] == ip("192.88.99.7")


def test_a_plain_value_is_not_called_defanged() -> None:
    assert not is_defanged("http://c2_a.onion/a[1](b)")
    assert not is_defanged("http://[2002::1]/")
    assert is_defanged("hxxp://c2_a.onion")
