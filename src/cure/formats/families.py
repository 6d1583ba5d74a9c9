"""Families: names of malware in a cell of a feed, as tags."""

from functools import lru_cache

from cure.formats.cells import LEFT_OUT
from cure.model import Mention, mention, tag

# Detections of Spamhaus and Team Cymru that name a behaviour, and what is said of no family.
_NO_FAMILIES = frozenset(
    {
        *("auto", "extortion", "generic", "malware", "misc", "unknown", "scanner", "spam", "other"),
        *("authspoofbadehlo", "http_post", "imap", "l_spamlink", "openrelay", "pop", "proxyget"),
        *("iotcmd", "iotlogin", "iotrdp", "iotscan", "iotuser", "rdp", "smtpauth", "sshauth"),
        *("telnetauth", "w_commentspam", "w_wplogin", "wpscanner"),
    }
)


@lru_cache(maxsize=1 << 12)
def family_tags(names: str) -> tuple[Mention, ...]:
    """Return the tags of the malware families that a cell names, parted by commas.

    >>> [one.value for one in family_tags("Cobalt Strike, Unknown malware")]
    ['malware:cobalt-strike']
    """
    folded = [name.strip().lower() for name in names.split(",")]
    return tuple(
        mention(tag(f"malware:{name}"), "tag")
        for name in folded
        if name not in LEFT_OUT | _NO_FAMILIES and not name.startswith("unknown ")
    )
