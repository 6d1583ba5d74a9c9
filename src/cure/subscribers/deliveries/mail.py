"""Hits as mails that people read, in plain text and HTML, in Japanese or English.

Values are defanged and never links, nothing is fetched from elsewhere when a mail is opened, and
whatever a value or a name holds becomes text: it cannot add a header or a tag.
"""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from html import escape
from typing import NamedTuple

from cure.model import Topic
from cure.subscribers.deliveries.channel import Parcel
from cure.subscribers.deliveries.delivery import Language, Pace, time_zone
from cure.subscribers.watches.hit import HitShown

SHOWN_HITS = 100
_SUBJECT_CHARS = 120


class _Words(NamedTuple):
    """What is said in one language."""

    one: str
    many: str
    digest: str
    test: str
    fields: tuple[str, str, str, str, str, str]
    more: str
    see: str
    why: str


_EN = _Words(
    "[CURE] {name}: {value}",
    "[CURE] {count} hits: {names}",
    "[CURE] Digest, {count} hits: {names}",
    "[CURE] Test of a delivery; what follows is invented",
    ("Watch", "Found", "Said by", "Times", "Seen", "Tags"),
    "… and {count} more.",
    "See: {url}",
    "You are told because your organisation, {organisation}, watches these. "
    "Values are written so that nothing opens them by accident.",
)
_JA = _Words(
    "[CURE] {name}: {value}",
    "[CURE] 検知 {count} 件: {names}",
    "[CURE] まとめ 検知 {count} 件: {names}",
    "[CURE] 配信テスト(内容は架空です)",
    ("ウォッチ", "検知", "情報源", "件数", "観測期間", "タグ"),
    "… ほか {count} 件",
    "確認: {url}",
    "このメールは {organisation} のウォッチに該当したためお送りしています。"
    "値は誤って開かれないように書き換えてあります。",
)
_WORDS = {Language.EN: _EN, Language.JA: _JA}
_STYLE = "font-family:sans-serif;font-size:14px;color:#111"


def mail_of(parcel: Parcel, sender: str, public_url: str | None) -> EmailMessage:
    """Return the mail that tells of the hits of a parcel.

    Args:
        parcel: What is to be told, and to whom.
        sender: The address it comes from.
        public_url: Where people find CURE.
    """
    delivery = parcel.delivery
    words = _WORDS[delivery.language]
    own = Address(addr_spec=sender)
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _subject(parcel, words)
    made["From"] = Address("CURE", own.username, own.domain)
    made["To"] = Address(addr_spec=delivery.address)
    made["Date"] = format_datetime(parcel.at)
    made["Message-ID"] = make_msgid(domain=own.domain)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers by himself
    made["X-Auto-Response-Suppress"] = "All"
    made["Precedence"] = "bulk"
    parts = [_told(hit, words, parcel) for hit in parcel.hits[:SHOWN_HITS]]
    end = _end(parcel, words, public_url)
    made.set_content("\n\n".join([*map(_in_text, parts), *end]) + "\n")
    made.add_alternative(_in_html(parts, end, delivery.language), subtype="html")
    made["Content-Language"] = delivery.language.value
    return made


def defanged(value: str) -> str:
    """Write a value so that no program makes a link of it.

    >>> defanged("http://www.example.com/a.b"), defanged("a@example.jp"), defanged("2001:db8::1")
    ('hxxp[:]//www[.]example[.]com/a[.]b', 'a[@]example[.]jp', '2001[:]db8[:][:]1')
    """
    clean = value
    for scheme in ("http", "ftp"):
        if clean.startswith(scheme):
            clean = clean.replace("t", "x", 2 if scheme == "http" else 1)
    return clean.replace(".", "[.]").replace("@", "[@]").replace(":", "[:]")


def _subject(parcel: Parcel, words: _Words) -> str:
    hits = parcel.hits
    if parcel.is_test:
        return words.test
    names = ", ".join(dict.fromkeys(hit.name for hit in hits))
    digest = parcel.delivery.pace is not Pace.IMMEDIATE
    text = words.digest if digest else words.one if len(hits) == 1 else words.many
    value = _value(hits[0])
    filled = text.format(name=names, names=names, value=value, count=len(hits))
    line = "".join(char if char.isprintable() else " " for char in filled)
    return line if len(line) <= _SUBJECT_CHARS else line[: _SUBJECT_CHARS - 1] + "…"


class _Told(NamedTuple):
    """A hit in words."""

    head: str
    meaning: str
    rows: Sequence[tuple[str, str]]


def _value(hit: HitShown) -> str:
    return hit.value if hit.topic in {Topic.TAG, Topic.HASH} else defanged(hit.value)


def _told(hit: HitShown, words: _Words, parcel: Parcel) -> _Told:
    zone = time_zone(parcel.delivery.zone)

    def moment(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"

    said = (
        hit.name,
        moment(hit.at),
        ", ".join(sorted(hit.sources)),
        str(hit.count),
        f"{moment(hit.first_seen)} – {moment(hit.last_seen)}",
        ", ".join(hit.tags),
    )
    is_ja = parcel.delivery.language is Language.JA
    rows = [(name, text) for name, text in zip(words.fields, said, strict=True) if text]
    return _Told(_value(hit), hit.text.ja if is_ja else hit.text.en, rows)


def _end(parcel: Parcel, words: _Words, public_url: str | None) -> list[str]:
    rest = len(parcel.hits) - SHOWN_HITS
    return [
        *([words.more.format(count=rest)] if rest > 0 else []),
        *([words.see.format(url=public_url)] if public_url else []),
        words.why.format(organisation=parcel.delivery.organisation),
    ]


def _in_text(told: _Told) -> str:
    lines = (f"  {name}: {text}" for name, text in told.rows)
    return "\n".join((told.head, f"  {told.meaning}", *map(_one_line, lines)))


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _in_html(parts: Sequence[_Told], end: Sequence[str], language: Language) -> str:
    hits = "".join(map(_hit_in_html, parts))
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in end)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>CURE</title>'
        f'</head><body style="{_STYLE}">{hits}{paragraphs}</body></html>'
    )


def _hit_in_html(told: _Told) -> str:
    rows = "".join(
        f'<tr><th align="left">{escape(name)}</th><td>{escape(text)}</td></tr>'
        for name, text in told.rows
    )
    return (
        f"<h3><code>{escape(told.head)}</code></h3>"
        f"<p>{escape(told.meaning)}</p><table>{rows}</table>"
    )
