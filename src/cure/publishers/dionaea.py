"""Dionaea: who attacked our file shares, databases and telephones, and what was left there.

Read are the lines of log_json, the SQLite database, messages of the hpfeeds channels
dionaea.connections and dionaea.capture, and sessions that a Modern Honey Network exported.
A honeypot that keeps both log_json and the database says the same in both: one record for each
connection and for each login, in whole seconds, as the two take the time some 0.2 ms apart.

Whoever came is an attacker, if only to a closed port (`pcap` is the protocol then). Whom the
honeypot itself connected to is none.
"""

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from hashlib import md5, sha512
from typing import Any

from cure.formats.dionaea_logs import Connection, connections, database_lines
from cure.formats.exports import each_event
from cure.formats.lines import UNREADABLE, read_one, reason, whole_file
from cure.formats.moments import in_utc
from cure.formats.shell import fetched
from cure.formats.sqlite_file import MAGIC
from cure.formats.typed import typed_url
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, filehash, ip, mention

_MAX_TEXT_CHARS = 1000
_MAX_COMMANDS = 50
_EMPTY_FILE = {digest(usedforsecurity=False).hexdigest() for digest in (md5, sha512)} | {""}


def read(source: Input) -> Iterator[Reading]:
    """Tell a database from lines by its first bytes, and read it."""
    parse = partial(_parse, zone=source.setting.zone)
    if not source.head.startswith(MAGIC):
        yield from each_event(parse, "dionaea")(source)
        return
    number = 0
    try:
        for number, row in enumerate(database_lines(whole_file(source.blocks)), 1):
            yield read_one(parse, number, row)
    except UNREADABLE as error:
        yield Reading(number + 1, source.head, why=reason(error))


def _parse(line: bytes, zone: tzinfo) -> Iterator[Finding]:
    """Yield what a line or row says of who came, and of what was said and left."""
    if not line or line.isspace():
        return
    for one in connections(line, zone):
        mentions = tuple(_left(one))
        if one.is_visit:
            mentions = (mention(ip(one.remote_host), "attacker"), *mentions)
        if mentions:
            seen = one.connection_timestamp
            if seen is not None:
                seen = in_utc(seen).replace(microsecond=0)
            yield Finding(Kind.SIGHTING, mentions, seen, seen, attributes=_attributes(one))


def _left(one: Connection) -> Iterator[Mention]:
    """Yield the files that were left, and the URLs of files that were to be fetched."""
    for text in (one.download_md5_hash, one.download_sha512_hash):
        if text not in _EMPTY_FILE:
            yield mention(filehash(text), "sample")
    for text in (one.download_url, one.offer_url):
        if found := typed_url(text):
            yield mention(found, "payload")
    for found in fetched(one.mssql_command_cmd):
        yield mention(found, "payload")


def _attributes(one: Connection) -> dict[str, Any]:
    """Return what else was said; a URL only if it is no observable (``emulate://``)."""
    url = one.download_url or one.offer_url
    attributes = {
        "protocol": one.connection_protocol or None,
        "transport": one.connection_transport or None,
        "port": one.local_port,
        "src_port": one.remote_port,
        "username": one.login_username,
        "password": one.login_password,
        "commands": one.ftp_commands[:_MAX_COMMANDS] or None,
        "command": one.mssql_command_cmd or None,
        "url": url if url and not typed_url(url) else None,
    }
    return {
        name: value[:_MAX_TEXT_CHARS] if isinstance(value, str) else value
        for name, value in attributes.items()
        if value is not None
    }


PUBLISHER = Publisher(
    name="dionaea",
    title="Dionaea: honeypot for file shares, databases and telephony",
    title_ja="Dionaea: ファイル共有・データベース・SIP ハニーポット",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH}),
    tlp=Tlp.GREEN,
    read=read,
    reference="https://dionaea.readthedocs.io/en/latest/ihandler/log_json.html",
)
