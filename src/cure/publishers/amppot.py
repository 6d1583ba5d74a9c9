"""AmpPot: whom reflection attacks (DDoS) hit, as the honeypots saw that were to reflect them.

Read are the logs and the databases of DDoSPot, whose honeypots work as AmpPot's do.

The source of a request is forged: of an attack it is the victim. But those who look for
reflectors ask, too, a few times and from addresses of their own: they are attackers. What has at
least 100 requests counts as an attack, as for AmpPot (Krämer et al., RAID 2015), and so does, in a
log, which counts none, what the honeypot stopped answering. While more requests may still come,
a source is neither. A row of a database has a key, for it grows while the attack goes on.

A name asked for is abused by an attack. Those of scans may hold the address that was asked, which
is that of our honeypot: such names are not published, nor are packets.
"""

import re
from collections.abc import Iterator

import msgspec

from cure.errors import MalformedError
from cure.formats.ddospot import Attack
from cure.formats.ddospot_database import database_readings
from cure.formats.ddospot_log import log_readings
from cure.formats.exports import as_written
from cure.formats.sqlite_file import MAGIC
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, domain, mention

THRESHOLD = 100
_MAX_TEXT_CHARS = 1000
# 192-0-2-7.example.com, 192.0.2.7.example.com, c0000207.example.com
_WITH_ADDRESS = re.compile(
    r"(?:^|[^0-9])(?:\d{1,3}[.-]){3}\d{1,3}(?![0-9])|(?:^|\.)[0-9a-f]{8}\.", re.IGNORECASE
)


def read(source: Input) -> Iterator[Reading]:
    """Read a database or a log."""
    if source.head.startswith(MAGIC):
        return database_readings(source, _growing)
    return log_readings(as_written(source, "ddospot"), finding_of)


def finding_of(attack: Attack) -> Finding:
    """Return what an attack, or a scan, says."""
    is_attack = attack.is_cut_off or attack.count >= THRESHOLD
    role = "victim" if is_attack else "subject" if attack.may_go_on else "attacker"
    name = "" if _WITH_ADDRESS.search(attack.name) else attack.name
    attributes = {
        "service": attack.service,
        "below_threshold": None if is_attack else True,
        "dns_name": name or None,
        **attack.attributes,
    }
    return Finding(
        Kind.SIGHTING,
        (
            mention(attack.source, role),
            *_named(name, "abused" if is_attack else "asked"),
        ),
        attack.first_seen,
        attack.last_seen,
        attack.count,
        {
            key: value[:_MAX_TEXT_CHARS] if isinstance(value, str) else value
            for key, value in attributes.items()
            if value is not None
        },
    )


def _growing(attack: Attack) -> Finding:
    """Return what a row says, under a key that it keeps while it grows."""
    finding = finding_of(attack)
    if attack.first_seen is None:
        return finding
    key = f"{attack.service}:{attack.source.value}:{attack.first_seen.isoformat()}"
    return msgspec.structs.replace(finding, key=key)


def _named(name: str, role: str) -> Iterator[Mention]:
    try:
        yield mention(domain(name), role)
    except MalformedError:  # whoever asks may ask for anything, such as `sl` or nothing
        return


PUBLISHER = Publisher(
    name="amppot",
    title="AmpPot: victims of reflection attacks (DDoS)",
    title_ja="AmpPot: リフレクション型 DDoS 攻撃の観測",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN}),
    tlp=Tlp.GREEN,
    read=read,
    reference="https://github.com/aelth/ddospot",
)
