"""Tags that people put on things by hand, as canonical tags: hashtags, bare words, MISP's tags."""

import re
from functools import lru_cache

from cure.errors import MalformedError
from cure.extract.plain_words import never_names
from cure.extract.vocabulary import key, vocabulary
from cure.model import Observable, tag

_GALAXY = re.compile(r'misp-galaxy:(?P<galaxy>[\w-]+)="(?P<name>[^"]+)"')
_WITH_ID = re.compile(r"(?P<name>.*) - (?P<id>(?:TA|[TGSC])\d{4}(?:\.\d{3})?)")
_CVE = re.compile(r"(?:cve:)?(?P<number>cve-\d{4}-\d{4,7})", re.IGNORECASE)
_KIND_OF_GALAXY = {
    **dict.fromkeys(("threat-actor", "mitre-intrusion-set", "microsoft-activity-group"), "actor"),
    **dict.fromkeys(("malpedia", "ransomware", "tool", "rat", "botnet", "banker"), "malware"),
    **dict.fromkeys(("stealer", "backdoor", "exploit-kit", "android"), "malware"),
    **dict.fromkeys(("mitre-malware", "mitre-tool", "mitre-mobile-attack-malware"), "malware"),
    **dict.fromkeys(("mitre-enterprise-attack-malware", "mitre-enterprise-attack-tool"), "malware"),
    "mitre-enterprise-attack-intrusion-set": "actor",
    **dict.fromkeys(("country", "target-information"), "country"),
    "sector": "sector",
}


@lru_cache(maxsize=1 << 14)
def canonical(text: str) -> Observable | None:
    """Return the canonical tag of a tag that people wrote, or None if it means no thing we know.

    A galaxy of MISP says of what kind a thing is, so that its tag is made even where no
    catalogue has the name.

    >>> canonical("#CobaltStrike").value, canonical('misp-galaxy:banker="Geodo"').value
    ('malware:cobalt-strike', 'malware:emotet')
    """
    label = text.strip().removeprefix("#")
    galaxy = _GALAXY.fullmatch(label)
    if galaxy:
        return _of_galaxy(galaxy["galaxy"], galaxy["name"])
    numbered = _CVE.fullmatch(label)
    if numbered:
        return tag(f"cve:{numbered['number']}")
    if key(label) in never_names():
        return None
    term = vocabulary().with_id(label.upper()) or vocabulary().named(
        label, "malware", "actor", "campaign", "attack"
    )
    return tag(term.tag) if term else None


def _of_galaxy(galaxy: str, text: str) -> Observable | None:
    found = _WITH_ID.fullmatch(text)
    name, attack_id = (found["name"], found["id"]) if found else (text, "")
    if galaxy.endswith("attack-pattern"):
        return tag(f"attack:{attack_id}") if attack_id else None
    kind = _KIND_OF_GALAXY.get(galaxy)
    if kind is None:
        return None
    term = vocabulary().with_id(attack_id) or vocabulary().named(name, kind)
    try:
        return tag(term.tag if term else f"{kind}:{name}")
    except MalformedError:  # the name is nothing but quotes or blanks
        return None
