"""New names: what a text calls malware or a group, and no catalogue has yet, with the evidence."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cure.extract.names import in_address
from cure.extract.vocabulary import key, vocabulary

_NAME = r"[A-Z][A-Za-z0-9_-]{2,30}(?: [A-Z][A-Za-z0-9_-]{2,30})?"
_NOUN = (
    r"ransomware|malware|backdoor|trojan|RAT|botnet|(?:info)?stealer|loader|downloader|dropper"
    r"|wiper|rootkit|spyware|worm|implant|(?:threat )?(?:group|actor)"
)
_SPOKEN = (
    re.compile(
        r"(?P<cue>dubbed|named|called|tracked as|known as|code-?named|refer(?:red)? to as)"
        rf" (?:it |them |the )?[\"“'‘]?(?P<name>{_NAME})"
    ),
    re.compile(rf"(?P<name>{_NAME}) (?P<cue>{_NOUN})(?![a-z])"),
    re.compile(
        r"(?P<cue>マルウェア|ランサムウェア|バックドア|ローダー|ボット|攻撃グループ)"
        r"[「『](?P<name>[^」』\s]{2,30})[」』]"
    ),
    re.compile(r"[「『](?P<name>[^」』\s]{2,30})[」』](?P<cue>と呼ばれる|と名付け|と命名)"),
)
_CALLED = ("dubbed", "named", "called", "tracked as", "known as", "codenamed", "code-named")
# What begins a sentence, says of what kind it is or whose, and names nothing.
_NO_NAMES = re.compile(
    r"(?:The|This|That|These|Those|An?|New|Our|Their|Its|His|Another|Other|Any|All|Some|Such|Both"
    r"|Each|Most|Many|First|Second|Third|One|Two|Three|When|While|With|From|For|And|But|As|In|On"
    r"|Windows|Linux|Android|Mac|MacOS|macOS|iOS|IoT|Mobile|Banking|Bank|Remote|Access|Custom|Go"
    r"|Golang|Python|Java|JavaScript|Rust|PowerShell|Visual|Web|Cyber|Crypto|Email|Fake|Open|Source"
    r"|Russian|Chinese|Iranian|North|South|Korean|Ukrainian|Indian|Turkish|Advanced|Persistent"
    r"|Microsoft|Google|Apple|Known|Unknown|Similar|Malicious|Stage|Final|Main|Download|Initial"
    r"|Threat|Intelligence|Security|Research|Analysis|Team|Labs?|Operators?|File|HTTP|DLL|Win32"
    r"|Win64|Trojan|Ransomware|Malware|Backdoor|Type|APT|TDS|DDoS|RAT|Commodity|Information|Mentioned"
    r"|Project|Default|Operation|Invoice|ATM|PoS|CVE)\b"
)
_ENOUGH = 2


class NewName(NamedTuple):
    """A name that no catalogue has, where the text has it.

    Attributes:
        name: It.
        start: Its first character.
        end: The character after its last.
        why: What speaks for it.
    """

    name: str
    start: int
    end: int
    why: str


def new_names(text: str) -> Iterator[NewName]:
    """Yield the names for which enough speaks.

    Enough is that the text says that something is called so, that the noun stands beside it
    twice, or that it is written as nobody writes a plain word: ``NewLoader``, ``NEWLOADER``.
    """
    found = [
        (one["name"], one.start("name"), one["cue"])
        for spoken in _SPOKEN
        for one in spoken.finditer(text)
        if _is_unknown(one["name"]) and not in_address(text, one.start("name"))
    ]
    times = Counter(name for name, _, _ in found)
    for name, start, cue in found:
        if cue in _CALLED or times[name] >= _ENOUGH or not _reads_as_word(name):
            why = f"{cue!r} stands beside it; no catalogue has it"
            yield NewName(name, start, start + len(name), why)


def _is_unknown(name: str) -> bool:
    if not name.isprintable() or not key(name) or _NO_NAMES.match(name):
        return False
    return not any(vocabulary().named(part) for part in (name, *name.split()))


def _reads_as_word(name: str) -> bool:
    return all(re.fullmatch(r"[A-Z][a-z-]+", part) for part in name.split())
