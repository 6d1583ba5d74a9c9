"""Columns: what the names at the head of a table mean, in the words of many feeds."""

import re
from collections.abc import Sequence
from enum import StrEnum, auto
from functools import lru_cache

import msgspec


class Meaning(StrEnum):
    """What a column holds."""

    URL = auto()
    VALUE = auto()  # a name, an address, a URL or a hash
    IP = auto()
    HASH = auto()
    START = auto()  # of a range of addresses
    END = auto()
    PORT = auto()
    FIRST_SEEN = auto()
    LAST_SEEN = auto()
    FAMILY = auto()
    CATEGORY = auto()
    REMARK = auto()
    KIND = auto()  # of the value
    TAGS = auto()
    TEXT = auto()


_SPELLINGS: dict[Meaning, str] = {
    Meaning.URL: "url urls uri full_url phish_url phishing_url malicious_url c2_url ioc_url",
    Meaning.VALUE: "indicator ioc ioc_value observable value indicator_value entry"
    " domain domains domain_name hostname host fqdn site dns dst_host c2 c2_domain domainaddress"
    " email email_address mail sender",
    Meaning.IP: "ip ips ip_s ip_address ipaddress ip_addresses ip_address_es ipaddr address addr"
    " ipv4 ipv6 ip_addr saddr src_ip srcip source_ip sourceip dst_ip dstip dest_ip"
    " destination_ip c2_ip host_ip attacker_ip network cidr prefix subnet ip_range",
    Meaning.HASH: "hash filehash file_hash md5 md5_hash sha1 sha1_hash sha_1 sha256 sha256_hash"
    " sha_256 sha512 sha512_hash sample response_md5 response_sha256",
    Meaning.START: "start start_ip range_start first_ip ip_from",
    Meaning.END: "end end_ip range_end last_ip ip_to",
    Meaning.PORT: "port dst_port dstport dest_port destination_port c2_port",
    Meaning.FIRST_SEEN: "first_seen firstseen first_seen_at first dateadded date_added added date"
    " add_date time timestamp datetime created created_at listingdate listing_date listed"
    " submission_time reported detected discovered seen utc firstseenat insertdate",
    Meaning.LAST_SEEN: "last_seen lastseen last_seen_at last last_online lastonline updated"
    " lastreportedat last_reported_at last_reported lastseenat",
    Meaning.FAMILY: "malware malware_printable malware_family malware_name family signature botname"
    " bot_name",
    Meaning.CATEGORY: "category report category_name threat_type",
    Meaning.REMARK: "optional_information comments comment description",
    Meaning.KIND: "type indicator_type ioc_type kind",
    Meaning.TAGS: "tags",
    Meaning.TEXT: "id asn asname as_name asn_name asninfo country cc status netblock source"
    " threat reporter reference references count attacks name target confidence isp as"
    " registrar level",
}
_MEANINGS = {name: meaning for meaning, names in _SPELLINGS.items() for name in names.split()}
_VALUES = {Meaning.URL, Meaning.VALUE, Meaning.IP, Meaning.HASH, Meaning.START}


class Known(msgspec.Struct, frozen=True):
    """A table that is known by its columns.

    Attributes:
        marks: Columns that no other table has together.
        role: What the table says that its values are.
        key: The column with the feed's own id, and what to put before it.
        hides: Columns that do not hold what their name says.
    """

    marks: frozenset[str]
    role: str = ""
    key: tuple[str, str] | None = None
    hides: frozenset[str] = frozenset()


def _known(
    marks: str, role: str = "", key: tuple[str, str] | None = None, hides: str = ""
) -> Known:
    return Known(frozenset(marks.split()), role, key, frozenset(hides.split()))


_KNOWN = (
    _known("urlhaus_link", "payload", ("id", "urlhaus")),  # https://urlhaus.abuse.ch/api/
    _known("urlhaus_reference", "payload", ("id", "urlhaus")),
    _known("url_status", "payload"),
    # https://feodotracker.abuse.ch/blocklist/ as CSV and as JSON
    _known("c2_status", "c2"),
    _known("dst_ip dst_port last_online", "c2"),
    _known("as_number last_online malware", "c2", hides="hostname"),
    # https://sslbl.abuse.ch/blacklist/; its SHA-1 and MD5 are of certificates and handshakes
    _known("listingreason", "c2", hides="sha1 md5"),
    _known("dstip dstport", "c2", hides="sha1 md5"),
    _known("phish_id", key=("phish_id", "phishtank")),  # https://phishtank.org/developer_info.php
    _known("defacement_id", "victim"),  # Zone-H
    _known("abuseconfidencescore", "attacker"),  # https://docs.abuseipdb.com/
    _known("malware url ip firstseen", "c2"),  # https://tracker.viriback.com/
    _known("family url ip firstseen", "c2"),
    _known("botname remote_ip", hides="domain remote_ip"),  # Spamhaus CERT: it names sinkholes
)

ROLE_OF_CATEGORY = {
    **dict.fromkeys(("controller", "c2", "c&c", "cc", "botnet_cc"), "c2"),
    # Team Cymru; and dataplane.org, whose sensors are what the sources spoke to
    **dict.fromkeys(("bruteforce", "scanner", "honeypot", "darknet", "spam"), "attacker"),
    **dict.fromkeys(("dnsrd", "dnsrdany", "dnsversion", "proto41", "smtpdata"), "attacker"),
    **dict.fromkeys(("smtpgreet", "sipquery", "sipinvitation", "sipregistration"), "attacker"),
    **dict.fromkeys(("sshclient", "sshpwauth", "telnetlogin", "vncrfb"), "attacker"),
}
"""What a value is, by the category that the feed puts it in."""


class Columns(msgspec.Struct, frozen=True):
    """Where to find what in the rows of a table; numbers of columns, from 0.

    Attributes:
        names: Names of all columns.
        meanings: Their meanings.
        each: Number, name and meaning of each.
        values: The columns with the value that is listed, the likeliest first.
        role: What the table says that its values are, or nothing.
        key: The column with the feed's own id, and what to put before it.
    """

    names: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    each: tuple[tuple[int, str, Meaning], ...]
    values: tuple[int, ...]
    role: str = ""
    key: tuple[str, str] | None = None


def column_name(text: str) -> str:
    """Return the name of a column as we compare it.

    >>> column_name(' "First seen (UTC)"'), column_name("ipAddress")
    ('first_seen', 'ipaddress')
    """
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return name.removesuffix("_utc")


@lru_cache(maxsize=256)
def columns_of(names: tuple[str, ...]) -> Columns | None:
    """Return what the columns of a table mean, or None if it is unknown which hold values."""
    present = frozenset(names)
    known = next((one for one in _KNOWN if one.marks <= present), Known(frozenset()))
    meanings = tuple(
        Meaning.TEXT if name in known.hides else _MEANINGS.get(name, Meaning.TEXT) for name in names
    )
    values = [place for place, meaning in enumerate(meanings) if meaning in _VALUES]
    if not values and not known.marks:
        return None
    # A URL says most; a hash is of what the others name; else the first column is what is listed.
    values.sort(
        key=lambda place: (meanings[place] is Meaning.HASH, meanings[place] is not Meaning.URL)
    )
    each = tuple((place, *pair) for place, pair in enumerate(zip(names, meanings, strict=True)))
    return Columns(names, meanings, each, tuple(values), known.role, known.key)


_MAX_NAME = 40
_MAX_WORDS = 4


def heading_of(cells: Sequence[str]) -> Columns | None:
    """Return what the columns mean if the cells are names of columns, else None."""
    if any(not 0 < len(cell) <= _MAX_NAME or len(cell.split()) > _MAX_WORDS for cell in cells):
        return None
    names = tuple(column_name(cell) for cell in cells)
    if len(names) > 1 and sum(name in _MEANINGS for name in names) > 1:
        return columns_of(names)
    return None


def is_heading(text: str) -> bool:
    """Tell whether a line is the name of a single column of values.

    >>> is_heading("Site"), is_heading("example.com")
    (True, False)
    """
    return _MEANINGS.get(column_name(text)) in _VALUES and "." not in text
