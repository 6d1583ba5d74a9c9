"""NIRVANA-Kai: alerts of security appliances, grouped per minute.

Read are Suricata's EVE, CEF and LEEF, each with a syslog header or without, and Zeek's notices and
matches of intelligence. All else that appliances log (flows, DNS, TLS, traffic) is silent.

Who is who follows from the setting `own`:

- The own side is the victim, whether it is attacked or infected.
- Outside, who opened a connection to us is the attacker, and whom we opened one to the target;
  or the C2 server, if the category of the signature speaks of malware. (Emerging Threats gives
  such a category to mere matters of policy, too.)
- Between two outsiders, who opened the connection is the attacker, the other the target.
- A name or URL of the destination has its role; but no URL of the own side is published.
- Of a name looked up or a URL fetched through another, that one is the target or the C2 server,
  and the resolver or proxy only a target.
"""

import re
from collections.abc import Iterator

from cure.formats import zeek
from cure.formats.alerts import Alert
from cure.formats.appliance import appliance_alert
from cure.formats.exports import as_written
from cure.formats.lines import read_one
from cure.formats.minutes import by_minute
from cure.formats.zeek_alerts import zeek_alert
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Mention, Observable, Tlp, Topic, mention
from cure.model.networks import Networks

_MAX_TEXT_CHARS = 1000
_ATTRIBUTES = (
    *("signature", "signature_id", "category", "severity", "action"),
    *("product", "port", "protocol", "message"),
)
_MALWARE = re.compile(r"(?i:command.and.control|\bc2\b|\bcnc\b|trojan|malware|spyware|botnet)")
_POLICY = re.compile(r"ET(?:PRO)? (?:POLICY|INFO|USER_AGENTS) ")
# They never leave their own machine or link, and are no machine's: RFC 1122, RFC 5771, RFC 4291.
_NOBODY = Networks(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8"))


def read(source: Input) -> Iterator[Reading]:
    """Read a file and group what its alerts say."""
    yield from by_minute(_readings(as_written(source, "suricata")))


def _readings(source: Input) -> Iterator[Reading]:
    as_of, setting = source.as_of, source.setting

    def row_said(path: str, row: zeek.Row) -> tuple[Finding, ...]:
        return _said(zeek_alert(path, row), setting.own)

    def line_said(line: bytes) -> tuple[Finding, ...]:
        return _said(appliance_alert(line, as_of, setting.zone), setting.own)

    if zeek.is_zeek(source.head):
        yield from zeek.readings(source, row_said)
    else:
        for number, line in enumerate(source.lines, 1):
            yield read_one(line_said, number, line)


def _said(alert: Alert | None, own: Networks) -> tuple[Finding, ...]:
    """Return what an alert says; nothing, if it names nobody."""
    mentions = dict.fromkeys(_mentions(alert, own)) if alert else {}
    if alert is None or not mentions:
        return ()
    attributes: dict[str, int | str] = {"direction": _direction(alert, own)}
    for name in _ATTRIBUTES:
        value = getattr(alert, name)
        if value is not None:
            attributes[name] = value[:_MAX_TEXT_CHARS] if isinstance(value, str) else value
    first, last = alert.seen or alert.until, alert.until or alert.seen
    return (Finding(Kind.SIGHTING, tuple(mentions), first, last, alert.count, attributes),)


def _direction(alert: Alert, own: Networks) -> str:
    if _is_own(alert.source, own):
        return "internal" if _is_to_us(alert, own) else "outbound"
    return "inbound" if _is_to_us(alert, own) else "external"


def _is_to_us(alert: Alert, own: Networks) -> bool:
    """Tell who was reached; whom a web application firewall protects, it does not say."""
    if alert.destination is None:
        return alert.source is not None and not _is_own(alert.source, own)
    return _is_own(alert.destination, own)


def _is_own(address: Observable | None, own: Networks) -> bool:
    return address is not None and (address.value in own or address.value in _NOBODY)


def _mentions(alert: Alert, own: Networks) -> Iterator[Mention]:
    is_from_us, is_to_us = _is_own(alert.source, own), _is_to_us(alert, own)
    is_malware = _MALWARE.search(alert.category or "") and not _POLICY.match(alert.signature)
    wanted = "c2" if is_from_us and is_malware else "target"
    reached = "victim" if is_to_us else "target" if alert.asked else wanted
    if alert.source and alert.source.value not in _NOBODY:
        yield mention(alert.source, "victim" if is_from_us else "attacker")
    if alert.destination and alert.destination.value not in _NOBODY:
        yield mention(alert.destination, reached)
    if named := alert.server if is_to_us or alert.url is None else alert.url:
        yield mention(named, reached)
    for one in alert.asked:
        yield mention(one, wanted)
    yield from alert.others


PUBLISHER = Publisher(
    name="nirvana",
    title="NIRVANA-Kai: alerts of security appliances",
    title_ja="NIRVANA改: セキュリティ機器のアラート",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.EMAIL}),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
)
