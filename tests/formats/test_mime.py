"""MIME: messages taken apart, broken ones and hostile ones too."""

from hypothesis import given
from hypothesis import strategies as st

from cure.formats.mime import Entity, entity, leaves


def types(raw: bytes) -> list[str]:
    return [part.content_type for part in leaves(entity(raw))]


def multipart(boundary: str, *parts: bytes, end: str = "--") -> bytes:
    line = f"--{boundary}".encode()
    head = f"Content-Type: multipart/mixed; boundary={boundary}\n\n".encode()
    return head + b"".join(line + b"\n" + part + b"\n" for part in parts) + line + end.encode()


def test_a_header_is_unfolded_and_names_are_alike_in_either_case():
    message = entity(b"SUBJECT: one\r\n two\r\n\tthree\r\nX: y\r\n\r\nbody")
    assert message.header("subject") == "one two three"
    assert message.body == b"body"


def test_of_several_headers_the_topmost_comes_first():
    message = entity(b"Received: 2\nReceived: 1\n\n")
    assert message.headers("received") == ["2", "1"]
    assert message.header("received") == "2"
    assert message.header("date") == ""


def test_lines_may_end_in_a_carriage_return_alone():
    message = entity(b"Subject: a\r b\rX: y\r\rbody\rbody")
    assert message.header("subject") == "a b"
    assert message.body == b"body\nbody"


def test_bytes_beyond_ascii_in_a_header_are_utf8_or_replaced():
    assert entity("Subject: é".encode()).header("subject") == "é"
    assert entity(b"Subject: \xe9").header("subject") == "\ufffd"


def test_parts_of_parts_are_leaves_in_order():
    inner = multipart("in", b"Content-Type: text/plain\n\na", b"Content-Type: text/html\n\nb")
    assert types(multipart("out", inner, b"Content-Type: image/png\n\nc")) == [
        "text/plain",
        "text/html",
        "image/png",
    ]


def test_a_missing_end_loses_no_part():
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo"
    assert [part.text for part in leaves(entity(raw))] == ["one", "two"]


def test_what_follows_the_end_is_no_part():
    raw = multipart("b", b"\none") + b"\n--b\n\nafter"
    assert [part.text for part in leaves(entity(raw))] == ["one"]


def test_a_message_in_a_message_is_gone_into_or_not():
    raw = multipart("b", b"Content-Type: message/rfc822\n\nContent-Type: text/html\n\nx")
    assert types(raw) == ["text/html"]
    (whole,) = leaves(entity(raw), into_messages=False)
    assert whole.content_type == "message/rfc822"
    assert whole.enclosed().content_type == "text/html"


def test_the_charset_of_a_text_is_followed():
    raw = b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
    assert entity(raw + b"base64\n\n/A==").text == "ü"
    assert entity(raw + b"quoted-printable\n\n=FC").text == "ü"
    assert entity(raw + b"8bit\n\n\xfc").text == "ü"


def test_names_of_files_are_decoded():
    def name(disposition: str) -> str:
        return entity(f"Content-Disposition: {disposition}\n\n".encode()).file_name

    assert name('attachment; filename="=?utf-8?q?=E6=97=A5?=.zip"') == "日.zip"
    assert name("attachment; filename*0*=utf-8''%E6%97; filename*1*=%A5.zip") == "日.zip"
    assert name("attachment; filename*=idna''%FF") == "?"
    assert name("inline") == ""


def test_a_message_nested_without_end_ends_soon():
    raw = b"leaf"
    for depth in range(2000):
        raw = multipart(f"b{depth}", raw)
    assert types(raw) == []


def test_parts_without_number_are_not_all_read():
    assert len(types(multipart("b", *[b"\nx"] * 5000))) < 500


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message(raw):
    for part in leaves(entity(b"Content-Type: multipart/mixed; boundary=b\n" + raw)):
        assert isinstance(part, Entity)
        assert isinstance(part.text + part.file_name, str)
