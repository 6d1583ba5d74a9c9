"""Input that once broke a parser, cut down to what it takes; it was found by fuzzing."""

from strange.bombs.archives import zip_of

_ITEM = b'<IndicatorItem id="1"><Content>192.0.2.1</Content><Other/></IndicatorItem>'

_EDGE = b"0001-01-01T00:00:00+23:59"
_ID = b"indicator--00000000-0000-4000-8000-000000000001"
_OBJECT = b'{"objects":[{"type":"indicator","id":"' + _ID + b'","created":"%s"}]}'

_ARCHIVE = zip_of({"a": b"b"})
_ENTRY = _ARCHIVE.rindex(b"PK\1\2") + 28

FOUND = [
    ("door.envelope", _OBJECT % _EDGE),
    ("publisher.exist", b"<OpenIOC>" + _ITEM + b"</OpenIOC>"),
    ("publisher.social", b'2025-10-01 08:00:00,a,ip,192.0.2.1,"#c2",x\ry'),
    ("publisher.chorus", b'"first_seen","url"\r "x"\n'),
    (
        "publisher.chorus",
        b"Files,URLs as captured on 2026-01-00\n%s,203.0.113.1/p.exe\n" % (b"a" * 64),
    ),
    ("publisher.exist", b"<rss>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</rss>"),
    ("publisher.malmail", b"THREAT IDENTIFICATION: a\0b\n\nSENDER\na@example.com\n"),
    ("extract.documents", b"<html><![CDAT[x]]>"),
    ("formats.page_links", b"<html><![CDAT[x]]>"),
    ("extract.documents.mail", b'Date: x\nFrom: "": "";u\nTo: y\n\nx\n'),
    ("door.file", _ARCHIVE[:_ENTRY] + b"\0\0\1\0" + _ARCHIVE[_ENTRY + 4 :]),  # it has no name
    ("door.file", _ARCHIVE[:-6] + b"\x22\0\x40\0\0\0"),
    ("publisher.reports", b"a,b\n" * 30 + b'"e,' + b"f" * 140_000),
]
