"""What is no observable of interest is ignored, with the reason."""

import pytest

from cure.extract.documents import read
from cure.extract.observables import observables

MD5 = "098f6bcd4621d373cade4e832627b4f6"


def fate(text: str, value: str) -> str:
    """Return why a value of a text is ignored; empty: it is found."""
    found, ignored = observables(read(text.encode(), "report"))
    if any(one.as_written == value for one in found):
        return ""
    return next(one.reason for one in ignored if one.value == value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("192.0.2.7", "an address for documentation"),
        ("2001:db8::1", "an address for documentation"),
        ("10.1.2.3", "a private or reserved address"),
        ("127.0.0.1", "a private or reserved address"),
        ("192.168.0.0/16", "a private or reserved address"),
        ("hxxp://10.0.0.1/a", "a private or reserved address"),
        ("www[.]example[.]com", "a name for examples"),
        ("user@host.example.jp", "a name for examples"),
        ("d41d8cd98f00b204e9800998ecf8427e", "the hash of an empty file"),
        ("00000000000000000000000000000000", "a placeholder, not a digest"),
    ],
)
def test_a_value_is_worthless_wherever_it_stands(value: str, reason: str) -> None:
    assert fate(f"C2: {value} \n", value) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Firefox version 192.88.99.1 was used",
        "Affected: v. 192.88.99.1",
        "Chrome/192.88.99.1 Safari",
        "build: 192.88.99.1",
        "バージョン192.88.99.1を使用",
    ],
)
def test_a_version_is_no_address(text: str) -> None:
    assert fate(text, "192.88.99.1") == "a version number"


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("it drops the file run.pl then", "run.pl", "the name of a file"),
        ("it runs update.sh then", "update.sh", "the name of a file"),
        ("opens order_2024.zip and", "order_2024.zip", "the name of a file"),
        ("in C:\\Users\\tool.com it", "tool.com", "part of a path"),
        ("in Mail\\.outlook.com\\a", "Mail\\.outlook.com", "part of a path"),
        ("in tool\\192.88.99.1\\tool.exe", "192.88.99.1", "part of a path"),
        ("GET /a.php?l=one1.cab then", "one1.cab", "part of a URL"),
        ("to %2Fc2[.]dev and", "2Fc2[.]dev", "part of a URL"),
        ('Object("wscript.shell") or', "wscript.shell", "part of code"),
        ("among others, .co.uk and", "co.uk", "a suffix under which others have names"),
        ("at <name>.pages[.]dev it", "pages[.]dev", "a suffix under which others have names"),
        ("as c_d.onion-[a-z]* then", "c_d.onion", "the begin of a name that ends with a pattern"),
        ("~ [APPS.NET].zip is", "APPS.NET", "the name of a file"),
        ("the file /etc/cron.so is", "cron.so", "part of a path"),
        ("calls client.open() then", "client.open", "part of code"),
        ("the class System.Net is", "System.Net", "a name in a text or in code"),
        ("detected as Agent.ME there", "Agent.ME", "a name in a text or in code"),
        ("It ended.Then it", "ended.Then", None),
        ("the app com.game.fun asks", "com.game.fun", "the name of a package"),
        ("hosted by Hoster.com, LLC in", "Hoster.com", "the name of a company"),
        (
            "a{1,30}[.]seen_x.onion is",
            "seen_x.onion",
            "the rest of a name that begins with a pattern",
        ),
    ],
)
def test_a_name_may_be_no_host(text: str, value: str, reason: str | None) -> None:
    if reason is None:
        assert observables(read(text.encode(), "report")) == ([], [])
    else:
        assert fate(text, value) == reason


@pytest.mark.parametrize("value", ["update.sh", "order_2024.zip", "run.pl"])
def test_a_name_that_was_defanged_is_no_file(value: str) -> None:
    written = value.replace(".", "[.]")

    assert fate(f"it runs {written} then", written) == ""


def test_a_column_of_files_holds_files() -> None:
    text = "# IOCs\n\n| SHA-1 | Filename |\n|---|---|\n| - | setup.app |\n"

    assert fate(text, "setup.app") == "the name of a file"


def test_a_key_is_no_hash() -> None:
    assert fate(f"AES key: {MD5}", MD5) == "a key or a fingerprint, not the hash of a file"
    assert fate(f"| JA3 | {MD5} |", MD5) == "a key or a fingerprint, not the hash of a file"
    assert fate(f"| MD5 | {MD5} |", MD5) == ""


def test_digits_in_a_query_are_no_hash() -> None:
    assert fate(f"&track_id={MD5}\n", MD5) == "part of a URL"
    assert fate(f"GET /a?auth=1_{MD5}\n", MD5) == "part of a URL"


def test_who_issued_a_certificate_is_of_no_interest() -> None:
    text = "    Full Name:\n      URI:http://crl_a.onion/a.crl\n"

    assert fate(text, "http://crl_a.onion/a.crl") == "the issuer of a certificate"


@pytest.mark.parametrize(
    "header", ["From: Credit Dept <{}>", "- Return-Path: {}", "X-Sender: {}", "Reply-To: <{}>"]
)
def test_what_stands_in_the_header_of_a_mail_is_found(header: str) -> None:
    text = f"It called hxxp://c2_a[.]onion and hxxp://c2_b[.]onion\n\n{header}\n"

    assert fate(text.format("a.b@c_d.onion"), "a.b@c_d.onion") == ""


def test_what_is_listed_as_read_is_a_reference_though_it_was_defanged() -> None:
    text = "REFERENCES:\n\n- post_a[.]onion/x\n\nHOSTS:\n\n- c2_a[.]onion\n"

    assert fate(text, "post_a[.]onion") == "in a section of references"
    assert fate(text, "c2_a[.]onion") == ""


def test_files_do_not_hide_that_a_document_defangs() -> None:
    text = "From c2_a[.]onion, c2_b[.]onion: a.zip, b.zip, c.zip, d.zip\n\nhttps://post_a.onion/x\n"

    assert fate(text, "https://post_a.onion/x") == "not defanged in a document that defangs"


def test_a_heading_that_only_speaks_of_links_is_none_of_references() -> None:
    text = "# linked with\n\n# This mail links to the old hosts\n\nc2_a.onion\nc2_b.onion\n"

    assert fate(text, "c2_a.onion") == ""


def test_a_list_of_hosts_is_no_reference_for_the_words_in_it() -> None:
    text = "HOSTS:\n\nhttp://c2_a.onion/blog\nc2_b.onion\n"

    assert fate(text, "c2_b.onion") == ""


@pytest.mark.parametrize(
    "text",
    [
        "= Report\n\nSee https://post_a.onion/x[our post].\n",
        "# Report\n\nAs [they](https://post_a.onion/x) say\n",
        "# Report\n\n[1]: https://post_a.onion/x\n",
        "# Report\n\n* It is there: <https://post_a.onion/x>\n",
        "# Report\n\n## References\n\n* https://post_a.onion/x\n",
        "REPORT\n\n参考文献:\n- https://post_a.onion/x\n",
        "More information is available at https://post_a.onion/x\n",
        "詳細は次を参照: https://post_a.onion/x\n",
        "Others wrote of it. Reports include:\n\n- https://post_a.onion/x\n",
        "NOTES:\n\n- It is new.\n- More information is at:\n  -- https://post_a.onion/x\n",
        "It called hxxp://c2_a[.]onion and hxxp://c2_b[.]onion\n\nhttps://post_a.onion/x\n",
        "Rules are in https://github.com/post_a/rules/blob/main/x.yar\n",
        "It resembles https://www.welivesecurity.com/x\n",
    ],
)
def test_a_reference_is_ignored(text: str) -> None:
    found, ignored = observables(read(text.encode(), "report"))

    assert not [one for one in found if "[.]" not in one.as_written]
    assert len(ignored) == 1


@pytest.mark.parametrize(
    "text",
    [
        "C2 servers:\n\n- https://c2_a.onion/x\n- https://c2_b.onion/x\n",
        "# Report\n\n```\nhttps://c2_a.onion/x\n```\nsee hxxp://c2_b[.]onion, hxxp://c2_c[.]onion\n",
        "= Report\n\n* `https://c2_a.onion/x`\n* `hxxp://c2_b.onion`\n* `c2_c[.]onion`\n",
        "| IP | URL |\n|---|---|\n| 192.88.99.7 | https://c2_a.onion/x |\n",
    ],
)
def test_a_plain_link_that_is_no_reference_is_found(text: str) -> None:
    found, _ = observables(read(text.encode(), "report"))

    assert "https://c2_a.onion/x" in {one.as_written for one in found}


def test_what_stands_around_a_page_is_ignored() -> None:
    page = "<html><body><nav>vendor_a.onion</nav><p>It calls c2_a.onion.</p></body></html>"

    assert fate(page, "vendor_a.onion") == "in the frame of the page, not in its text"
    assert fate(page, "c2_a.onion") == ""
