"""Names and links that tell who wrote, or where to read more, and nothing of the attack."""

import re
from collections.abc import Callable

from cure.extract.candidates import Form
from cure.extract.surroundings import Surroundings
from cure.model import Observable, Topic
from cure.model.observable import host_of

# Vendors, researchers, the press, reference works. Small on purpose: the rules below find most.
_AUTHORS = frozenset(
    {"welivesecurity.com", "eset.com", "virusradar.com", "kaspersky.com", "securelist.com"}
    | {"avast.io", "avast.com", "gendigital.com", "talosintelligence.com", "cisco.com"}
    | {"paloaltonetworks.com", "unit42.com", "crowdstrike.com", "mandiant.com", "fireeye.com"}
    | {"microsoft.com", "symantec.com", "broadcom.com", "security.com", "trendmicro.com"}
    | {"sophos.com", "proofpoint.com", "zscaler.com", "netskope.com", "fortinet.com"}
    | {"checkpoint.com", "mcafee.com", "trellix.com", "bitdefender.com", "malwarebytes.com"}
    | {"f-secure.com", "withsecure.com", "recordedfuture.com", "intel471.com", "group-ib.com"}
    | {"sentinelone.com", "secureworks.com", "volexity.com", "sekoia.io", "cybereason.com"}
    | {"anomali.com", "intezer.com", "elastic.co", "huntress.com", "lab52.io", "cleafy.com"}
    | {"threatfabric.com", "objective-see.com", "clearskysec.com", "virusbulletin.com"}
    | {"virustotal.com", "any.run", "hybrid-analysis.com", "joesandbox.com", "urlscan.io"}
    | {"abuse.ch", "tria.ge", "malware-traffic-analysis.net", "misp-project.org", "shodan.io"}
    | {"mitre.org", "nist.gov", "cisa.gov", "us-cert.gov", "ic3.gov", "sans.edu", "sans.org"}
    | {"first.org", "cert.org", "ncsc.gov.uk", "cert.gov.ua", "jpcert.or.jp", "ipa.go.jp"}
    | {"nict.go.jp", "lac.co.jp", "macnica.co.jp", "wikipedia.org", "bleepingcomputer.com"}
    | {"thehackernews.com", "krebsonsecurity.com", "zdnet.com", "arstechnica.com", "wired.com"}
    | {"reuters.com", "nytimes.com", "theregister.com", "darkreading.com", "bbc.com"}
    | {"fraunhofer.de"}
)
# Where authors have accounts, and attackers have, too.
_PLATFORMS = frozenset(
    {"twitter.com", "x.com", "linkedin.com", "facebook.com", "medium.com", "youtube.com"}
)

_HEADING = re.compile(
    r"\b(?:references?|sources?|bibliography|footnotes|further reading|see also|external links"
    r"|^links$|related (?:work|articles|posts)|acknowledge?ments?|authors?|credits?|contacts?"
    r"|about (?:us|the author)|background information"
    r"|additional (?:information|reading|resources))\b"
    r"|参考|出典|引用|関連(?:記事|情報)|著者|問い?合わ?せ|リンク集",
    re.IGNORECASE,
)
# Those under which authors list what they read, defanged or not.
_READ = re.compile(
    r"(?:[\d.]+ )?(?:references?|bibliography|further reading|see also|external links"
    r"|(?:more|additional) info(?:rmation)?\b.*)|参考(?:文献|資料|リンク|情報)?",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?<![\w./=-])(?:available|published|posted|described|documented|reported|detailed|see|refer"
    r"|read|visit|learn|blog(?:post)?|article|white ?paper|report|paper|analysis|research|advisory"
    r"|source|reference[sd]?|more info(?:rmation)?|details|according to|contact|inquiries|follow"
    r"|documentation|tweet(?:ed)?|wrote|credits? to)\b[^.!?]{0,80}$"
    r"|(?:参照|参考|出典|詳細|記事|レポート|ブログ|解説|公開|お問い合わせ)[^。]{0,40}$",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"\b(?:references?|sources?|available|published|read|see|more information|articles?|blogs?"
    r"|reports?|posts?|research|links?)\b|参考|出典|詳細|参照",
    re.IGNORECASE,
)
_REPOSITORY = re.compile(
    r"https?://(?:www\.)?git(?:hub|lab)\.com/[^/]+/[^/]+/(?:-/)?(?:blob|tree)/"
)
# As OpenSSL prints where a certificate's issuer is asked.
_ISSUER = re.compile(r"\bURI:$")
_BIBLIOGRAPHY = re.compile(r"\s*\[[^\]]{1,40}\]:\s*$|\s*\[\d{1,3}\]")


def why_author(observable: Observable) -> str:
    """Say whether a value belongs to those who write reports; empty: it does not."""
    if observable.topic in {Topic.HASH, Topic.IP} or not _is_of(observable, _AUTHORS):
        return ""
    return "a vendor, the press or a service for analysts"


def why_read(place: Surroundings) -> str:
    """Say why even a defanged name or link is only a reference; empty: it is none."""
    is_read = place.block.kind == "item" and place.lead.kind == "heading"
    return "in a section of references" if is_read and _READ.fullmatch(_heading(place)) else ""


def why_reference(observable: Observable, place: Surroundings) -> str:
    """Say why a name or link that nobody defanged is only a reference; empty: it is none."""
    return next((reason for holds, reason in _RULES if holds(observable, place)), "")


def host_name(observable: Observable) -> Observable:
    """Return the host of a URL, the domain of an e-mail address, and any other as it is."""
    if observable.topic is Topic.URL:
        return host_of(observable.value)
    if observable.topic is Topic.EMAIL:
        return Observable(Topic.DOMAIN, observable.value.rpartition("@")[2])
    return observable


def _is_of(observable: Observable, names: frozenset[str]) -> bool:
    labels = host_name(observable).value.split(".")
    return any(".".join(labels[at:]) in names for at in range(len(labels) - 1))


def _heading(place: Surroundings) -> str:
    return place.block.section.rpartition(" / ")[2]


def _is_link(place: Surroundings) -> bool:
    return place.candidate.form is Form.URL


def _is_target(place: Surroundings) -> bool:
    """Tell whether markup, or the form of a bibliography, makes a link of it."""
    before, after = place.before, place.after
    return _is_link(place) and (
        before.endswith("](")
        or after.startswith("[")
        or (before.endswith("<") and after.startswith(">") and not place.is_marked)
        or bool(_BIBLIOGRAPHY.match(place.line_before))
    )


def _is_introduced(place: Surroundings) -> bool:
    """Tell whether the words before it announce something to read."""
    return place.block.kind != "row" and bool(
        _CUE.search(place.before) or (_is_link(place) and _INTRODUCTION.search(place.introduction))
    )


_RULES: tuple[tuple[Callable[[Observable, Surroundings], object], str], ...] = (
    (
        lambda _, place: not place.is_marked and _HEADING.search(_heading(place)),
        "in a section of references",
    ),
    (lambda _, place: _is_target(place), "the target of a link"),
    (lambda _, place: _ISSUER.search(place.line_before), "the issuer of a certificate"),
    (lambda one, _: _is_of(one, _AUTHORS), "a vendor, the press or a service for analysts"),
    (
        lambda one, place: (
            not place.is_marked and place.block.kind != "row" and _is_of(one, _PLATFORMS)
        ),
        "an account or a post of an author",
    ),
    (
        lambda _, place: not place.is_marked and _REPOSITORY.match(place.candidate.plain),
        "a file in a repository, to be read",
    ),
    (
        lambda _, place: (
            not place.is_marked
            and place.is_in_defanged_document
            and (_is_link(place) or place.is_in_sentence)
        ),
        "not defanged in a document that defangs",
    ),
    (
        lambda _, place: not place.is_marked and _is_introduced(place),
        "a reference in the text",
    ),
)
