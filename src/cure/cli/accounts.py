"""What became of every line, in words."""

from collections.abc import Iterator

from cure.hub.intake import Account

_SHOWN_REASONS = 20


def account_in_words(source: str, files: int, account: Account) -> Iterator[str]:
    """Yield the lines of an account, the most frequent reasons first."""
    yield f"{source}: {counted(files, 'file')}, {counted(account.lines, 'line')}"
    width = len(f"{account.lines:,}")
    for name in ("spoke", "silent", "quarantined"):
        yield f"  {name:11}  {getattr(account, name):{width},}"
    for why, count in account.reasons.most_common(_SHOWN_REASONS):
        yield f"    {count:{width},}  {why}"
    others = account.reasons.most_common()[_SHOWN_REASONS:]
    if others:
        lines = sum(count for _, count in others)
        yield f"    {lines:{width},}  for {counted(len(others), 'other reason')}"


def counted(count: int, thing: str) -> str:
    """Write a number of things.

    >>> counted(1, "file"), counted(1200, "line")
    ('1 file', '1,200 lines')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
