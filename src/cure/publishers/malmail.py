"""Malmail: who sent attack mails from where, what they link to, and which files they carry.

A mail (.eml, Maildir), a mailbox file (mbox), notes on a wave of mails, or the list of the files
that came with mails: its first bytes tell which. The domain of a sender is never published, as
most are of great providers; nor is whom a mail was for.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from cure.errors import MalformedError
from cure.extract.feed_tags import canonically_tagged
from cure.formats.encoded_words import decoded
from cure.formats.lines import each_line
from cure.formats.mail import File, Mail, read_mail
from cure.formats.mail_notes import is_notes, read_notes
from cure.formats.mbox import each_mail, is_mail
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, mention

_MAX_TEXT_CHARS = 1000
_MAX_NAME_CHARS = 200
_MAX_NAMES = 20


def read(source: Input) -> Iterator[Reading]:
    """Choose the reader by the first bytes, and yield what it reads."""
    if is_mail(source.head):
        yield from each_mail(source, partial(_said_by, source))
    elif is_notes(source.head):
        yield from canonically_tagged(read_notes(source))
    else:
        yield from each_line(parse_file)(source)


def _said_by(source: Input, raw: bytes) -> Sequence[Finding]:
    """Return what a mail says.

    Raises:
        MalformedError: If it names nothing at all.
    """
    mail = read_mail(raw, source.as_of, source.setting.own)
    mentions = tuple(_mentions(mail))
    if not mentions:
        raise MalformedError("mail", mail.subject, "no mailbox, address, link or file in it")
    names = [one.name[:_MAX_NAME_CHARS] for one in mail.files if one.name]
    attributes = {
        "subject": mail.subject[:_MAX_TEXT_CHARS],
        "from_name": mail.name[:_MAX_NAME_CHARS],
        "attachments": names[:_MAX_NAMES],
        **mail.results,
    }
    told = {name: value for name, value in attributes.items() if value}
    return (Finding(Kind.SIGHTING, mentions, mail.sent, mail.sent, attributes=told),)


def _mentions(mail: Mail) -> Iterator[Mention]:
    for sender in mail.senders:
        yield mention(sender, "sender")
    if mail.address:
        yield mention(mail.address, "sender")
    for link in mail.links:
        yield mention(link, "link")
    for file in mail.files:
        for found in file.hashes():
            yield mention(found, "sample")


_decode = msgspec.json.Decoder(File).decode


def parse_file(line: bytes) -> tuple[Finding, ...]:
    """Return the hashes of a file in a list of files, one JSON object a line."""
    if not line or line.isspace():
        return ()
    file = _decode(line)
    mentions = tuple(mention(found, "sample") for found in file.hashes())
    if not mentions:
        return ()
    attributes = {
        "attachments": [decoded(file.name)[:_MAX_NAME_CHARS]] if file.name else [],
        "content_type": file.content_type[:_MAX_NAME_CHARS],
        "size": file.size,
    }
    told = {name: value for name, value in attributes.items() if value}
    return (Finding(Kind.SIGHTING, mentions, attributes=told),)


PUBLISHER = Publisher(
    name="malmail",
    title="Malmail: attack mails",
    title_ja="Malmail: 攻撃メール",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.EMAIL, Topic.TAG}),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://www.rfc-editor.org/rfc/rfc5322",
)
