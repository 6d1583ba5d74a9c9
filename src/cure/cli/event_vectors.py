"""`cure similar --events FILE --vectors OUT.npz`: vectors of a list of events, to score them."""

from pathlib import Path

from cure.cli.accounts import counted
from cure.cli.output import show, show_json
from cure.errors import ConfigError

_SHOWN = 5


def list_vectors(events: Path, out: Path, *, json: bool) -> None:
    """Read a list of events and write the vectors of its addresses; nothing is kept.

    Raises:
        ConfigError: If no row could be read, or the vectors cannot be written.
    """
    # SciPy takes a while to load, and other commands need not wait for it.
    from cure.enrichers.behaviour.event_lists import read_events  # noqa: PLC0415
    from cure.enrichers.behaviour.vector_files import write_vectors  # noqa: PLC0415
    from cure.enrichers.behaviour.vectors import build  # noqa: PLC0415

    read = read_events(events)
    if not len(read.events.ip):
        raise ConfigError(f"{events} has no readable row: {_reasons(read.unreadable)}")
    write_vectors(build(read.events), out)
    told = {
        "events": len(read.events.ip),
        "ips": len(read.events.ips),
        "unreadable": len(read.unreadable),
        "ignored": read.ignored,
        "vectors": str(out),
    }
    if json:
        show_json(told)
        return
    show(f"{counted(told['events'], 'event')} of {told['ips']:,} addresses: {out}")
    if read.ignored:
        show(f"Columns that were not read: {', '.join(read.ignored)}.")
    if read.unreadable:
        lost = counted(len(read.unreadable), "row")
        show(f"{lost} could not be read: {_reasons(read.unreadable)}", "yellow")


def _reasons(unreadable: list[tuple[int, str]]) -> str:
    told = [f"line {line}: {why}" for line, why in unreadable[:_SHOWN]]
    return "; ".join(told) + (" …" if len(unreadable) > _SHOWN else "")
