"""What a hit may mean: by whose the value is, its role, its topic, and who speaks of it."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from cure.model import Topic


class Sentence(msgspec.Struct, frozen=True):
    """What a hit may mean, in words.

    Attributes:
        en: In English.
        ja: In Japanese.
    """

    en: str
    ja: str


MEANINGS: dict[str, Sentence] = {
    "own-address-reflection-target": Sentence(
        "Your address is the target of a reflection attack (DDoS): it is a victim.",
        "自組織のアドレスがリフレクション攻撃(DDoS)の標的になっています。",
    ),
    "own-address-under-attack": Sentence(
        "Your address was attacked or is infected: it stands on the own side of an alert.",
        "自組織のアドレスが攻撃を受けたか、感染しています(アラートの被害側)。",
    ),
    "own-address-c2": Sentence(
        "Your address is named as a server that commands malware (C2).",
        "自組織のアドレスがマルウェアの指令サーバー(C2)とされています。",
    ),
    "own-address-abused": Sentence(
        "Your address reflects attacks on others: a service there is open to abuse.",
        "自組織のアドレスが他者へのリフレクション攻撃に悪用されています。",
    ),
    "own-address-attacks": Sentence(
        "Your address attacks others: perhaps the machine is infected.",
        "自組織のアドレスから攻撃が観測されました。感染の可能性があります。",
    ),
    "own-address-serves-malware": Sentence(
        "Your address delivers malware or stands behind harmful links.",
        "自組織のアドレスからマルウェアや有害なリンクが配布されています。",
    ),
    "own-address-sends-mail": Sentence(
        "Your address sends harmful or unwanted mail.",
        "自組織のアドレスから有害または迷惑なメールが送信されています。",
    ),
    "own-address-listed": Sentence(
        "Your address is on a block list: perhaps the machine is infected.",
        "自組織のアドレスがブロックリストに載っています。感染の可能性があります。",
    ),
    "own-domain-phishing": Sentence(
        "Your domain is named as a phishing site: a page of yours is abused, or your name is.",
        "自組織のドメインがフィッシングサイトとされています。",
    ),
    "own-domain-c2": Sentence(
        "Your domain is named as a server that commands malware (C2).",
        "自組織のドメインがマルウェアの指令サーバー(C2)とされています。",
    ),
    "own-domain-serves-malware": Sentence(
        "Your domain delivers malware or stands behind harmful links.",
        "自組織のドメインからマルウェアや有害なリンクが配布されています。",
    ),
    "own-domain-listed": Sentence(
        "Your domain is on a block list.",
        "自組織のドメインがブロックリストに載っています。",
    ),
    "own-mail-abused": Sentence(
        "Harmful mail comes in the name of your address: it is forged, or the mailbox is taken.",
        "自組織のメールアドレスを名乗る有害なメールがあります。なりすまし、または乗っ取りです。",
    ),
    "own-file-seen": Sentence(
        "A file of yours was met where harmful files are met.",
        "自組織のファイルが有害なファイルとともに観測されました。",
    ),
    "known-bad-seen": Sentence(
        "What you follow was seen at work.",
        "注目している値の活動が観測されました。",
    ),
    "listed": Sentence(
        "What you follow is on a list.",
        "注目している値がリストに載りました。",
    ),
    "withdrawn": Sentence(
        "It is no longer said: its source has taken it back or corrected it.",
        "情報源により取り消しまたは訂正されました。",
    ),
    "named": Sentence(
        "It is spoken of.",
        "言及されています。",
    ),
}
"""Code → what to tell people of it."""

_ADDRESS = frozenset({Topic.IP})
_NAME = frozenset({Topic.DOMAIN, Topic.URL})
_MAIL = frozenset({Topic.EMAIL})
_FILE = frozenset({Topic.HASH})
_BAD_PLACE = frozenset({"payload", "host", "link", "redirector"})
_REFLECTORS = frozenset({"amppot"})  # publishers that see reflection attacks
_PHISHING = "phish"


class _Rule(NamedTuple):
    """When a hit has a meaning; the first rule that fits holds.

    Attributes:
        code: The meaning.
        topics: Of which topics.
        roles: It had one of these roles.
        publishers: One of these speaks of it; empty: anybody.
        tagged: A tag beside it holds this text; empty: no matter.
    """

    code: str
    topics: frozenset[Topic]
    roles: frozenset[str]
    publishers: frozenset[str] = frozenset()
    tagged: str = ""


_LISTED = frozenset({"listed"})
_FILES = frozenset({"sample", "written", "process", "listed", "payload"})
_OWN = (
    _Rule("own-address-reflection-target", _ADDRESS, frozenset({"victim"}), _REFLECTORS),
    _Rule("own-address-under-attack", _ADDRESS, frozenset({"victim"})),
    _Rule("own-address-c2", _ADDRESS, frozenset({"c2"})),
    _Rule("own-address-abused", _ADDRESS, frozenset({"abused"})),
    _Rule("own-address-attacks", _ADDRESS, frozenset({"attacker"})),
    _Rule("own-address-serves-malware", _ADDRESS, _BAD_PLACE),
    _Rule("own-address-sends-mail", _ADDRESS, frozenset({"sender"})),
    _Rule("own-address-listed", _ADDRESS, _LISTED),
    _Rule("own-domain-phishing", _NAME, _LISTED | _BAD_PLACE, tagged=_PHISHING),
    _Rule("own-domain-c2", _NAME, frozenset({"c2"})),
    _Rule("own-domain-serves-malware", _NAME, _BAD_PLACE),
    _Rule("own-domain-listed", _NAME, _LISTED),
    _Rule("own-mail-abused", _MAIL, frozenset({"sender", "listed"})),
    _Rule("own-file-seen", _FILE, _FILES),
)
_EVERY = frozenset(Topic)
_AT_WORK = (
    frozenset({"attacker", "victim", "target", "c2", "abused", "sender"}) | _BAD_PLACE | _FILES
) - _LISTED
_OF_INTEREST = (
    _Rule("known-bad-seen", _EVERY, _AT_WORK),
    _Rule("listed", _EVERY, _LISTED),
)
NAMED = "named"


def meaning_of(
    topic: Topic, roles: Iterable[str], sources: Iterable[str], tags: Iterable[str], *, own: bool
) -> str:
    """Return the code of what a hit may mean; the gravest, where there are several.

    Args:
        topic: Topic of the value.
        roles: The roles that it had.
        sources: Who said so.
        tags: The tags beside it.
        own: Whether the value belongs to the organisation.
    """
    had, beside = set(roles), tuple(tags)
    publishers = {source.partition("@")[0] for source in sources}
    for rule in _OWN if own else _OF_INTEREST:
        if (
            topic in rule.topics
            and not rule.roles.isdisjoint(had)
            and (not rule.publishers or not rule.publishers.isdisjoint(publishers))
            and (not rule.tagged or any(rule.tagged in tag for tag in beside))
        ):
            return rule.code
    return NAMED
