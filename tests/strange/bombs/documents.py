"""Bombs in XML, PDF, HTML and mail."""

import base64
import zlib

from strange.bombs.bomb import DEEP, MEGA, Bomb, Bombs, laughs


def xml() -> Bombs:
    yield Bomb("laughs.xml", ("exist", "reports", "attack"), laughs("rss"))
    yield Bomb("laughs.stix.xml", ("reports", "attack"), laughs("STIX_Package"))
    quadratic = b'<!DOCTYPE x [<!ENTITY a "%s">]><rss>%s</rss>' % (b"A" * 50_000, b"&a;" * 50_000)
    yield Bomb("quadratic.xml", ("exist",), quadratic)
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'
    yield Bomb("external.xml", ("exist",), outside)
    yield Bomb("parameter.xml", ("exist",), b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><rss/>')
    deep = b"<rss>" + b"<a>" * DEEP + b"</a>" * DEEP + b"</rss>"
    yield Bomb("deep.xml", ("exist", "endpoint"), deep)
    many = b"".join(b" a%d='1'" % n for n in range(200_000))
    yield Bomb("attributes.xml", ("exist",), b"<rss><item" + many + b"/></rss>")


def pdf() -> Bombs:
    flate = _stream(bytes(512 * MEGA), b"/Filter /FlateDecode")
    yield Bomb("zeros.pdf", ("reports",), _pdf_of(flate))
    pages = b"<</Type /Pages /Count 2000000000 /Kids [3 0 R]>>"
    yield Bomb("pages.pdf", ("reports",), _pdf_of(pages))
    yield Bomb("cycle.pdf", ("reports",), _pdf_of(b"<</Type /Pages /Count 1 /Kids [2 0 R 3 0 R]>>"))
    yield Bomb("deep.pdf", ("reports",), _pdf_of(b"[" * DEEP))
    text = b"BT /F1 1 Tf " + b"(x) Tj " * 500_000 + b"ET"
    yield Bomb("text.pdf", ("reports",), _pdf_of(_stream(text, b"/Filter /FlateDecode")))


def _stream(data: bytes, about: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<</Length %d %s>>stream\n%s\nendstream" % (len(packed), about, packed)


def _pdf_of(third: bytes) -> bytes:
    page = b"<</Type /Page /Parent 2 0 R /Contents 3 0 R /MediaBox [0 0 600 800]>>"
    tree = b"<</Type /Pages /Count 1 /Kids [4 0 R]>>"
    parts = [b"<</Type /Catalog /Pages 2 0 R>>", tree, third, page]
    body = b"%PDF-1.7\n"
    starts: list[int] = []
    for number, part in enumerate(parts, 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 5\n0000000000 65535 f \n" + table
    return body + head + b"trailer <</Size 5 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def html() -> Bombs:
    yield Bomb("deep.html", ("reports", "exist"), b"<html>" + b"<div>" * DEEP + b"192.0.2.1")
    yield Bomb("tables.html", ("reports", "exist"), b"<html>" + b"<table><tr><td>" * DEEP)
    links = b"".join(b'<a href="http://a%d.example.net/">x</a>' % n for n in range(50_000))
    yield Bomb("links.html", ("reports",), b"<html>" + links)
    yield Bomb("open.html", ("reports", "exist"), b"<html><" + b"a" * (4 * MEGA))


def mail() -> Bombs:
    head = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    kind = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    kinds = (kind % (number, number) for number in range(10_000))
    yield Bomb("parts.eml", ("malmail", "reports"), head + b"".join(kinds))
    letters = b"Content-Type: message/rfc822\r\n\r\n" * 10_000
    yield Bomb("letters.eml", ("malmail", "reports"), head + letters)
    body = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000
    yield Bomb("many.eml", ("malmail", "reports"), head + body)
    received = b"Received: from a (b [192.0.2.1]) by c; Thu, 1 Jan 2026 00:00:00 +0000\r\n" * 20_000
    yield Bomb("received.eml", ("malmail",), received + head + b"\r\n")
    words = b"Subject: " + b"=?utf-8?B?" + base64.b64encode(b"x" * 30) + b"?=\r\n"
    folded = b"Subject: " + b"=?utf-8?q?x?=\r\n " * 20_000 + b"\r\n\r\n"
    yield Bomb("words.eml", ("malmail",), words + head[:-2] + b"\r\n" + folded)
