"""Why an alert matters: what others say of its outside values, in clauses."""

from collections.abc import Collection, Iterator, Sequence

from cure.subscribers.alerts.alert import Reason
from cure.subscribers.watches.meaning import Sentence

_NAMES = ("malware", "botnet", "actor", "group", "tool", "campaign")
"""The vocabularies whose terms are names of somebody or something."""
_SHOWN = 3
_SUSPICIOUS = 50.0
_ROLES = {
    "c2": Sentence("named as a C2 server", "C2サーバーとして報告"),
    "listed": Sentence("on a block list", "ブロックリストに掲載"),
    "payload": Sentence("delivers malware", "マルウェアを配布"),
    "attacker": Sentence("seen attacking elsewhere", "他でも攻撃を観測"),
    "sender": Sentence("sends harmful mail", "有害なメールを送信"),
}


def reasons(
    sources: Collection[str], roles: Sequence[str], tags: Sequence[str], score: float | None
) -> Iterator[Reason]:
    """Yield why an outside value matters, the gravest first.

    Args:
        sources: Who else speaks of it.
        roles: The roles that it had with them.
        tags: The tags beside it, the most used first.
        score: How malicious it is, 0 to 100.
    """
    if not sources:
        return
    yield Reason(
        "also-in",
        Sentence(
            f"also in {len(sources)} other source{'s' if len(sources) > 1 else ''}: "
            f"{_some(sorted(sources))}",
            f"他の{len(sources)}情報源にも: {_some(sorted(sources))}",
        ),
    )
    for role, text in _ROLES.items():
        if role in roles:
            yield Reason(role, text)
    if named := [tag for tag in tags if tag.partition(":")[0] in _NAMES]:
        yield Reason("named", Sentence(f"named with {_some(named)}", f"関連: {_some(named)}"))
    if score is not None and score >= _SUSPICIOUS:
        yield Reason("score", Sentence(f"score {score:.0f} of 100", f"悪性度 {score:.0f}/100"))


def _some(names: Sequence[str]) -> str:
    more = f" +{len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
