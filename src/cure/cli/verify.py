"""`cure verify`: does the log still give what a start would load?"""

from time import perf_counter

import typer

from cure.cli.accounts import counted
from cure.cli.opening import opened, replay_bar
from cure.cli.options import Data, Json, settings_of
from cure.cli.output import show, show_json
from cure.errors import LogError


def verify(*, data: Data = None, json: Json = False) -> None:
    """Replay the log and compare with what a start would load.

    Prints the hash of both states, and ends with code 1 if they differ.

    Example: cure verify --data cure-data
    """
    started = perf_counter()
    with opened(settings_of(data)) as installation, replay_bar() as shown:
        records = replayed_records = len(installation)

        def replayed(done: int, every: int) -> None:
            nonlocal replayed_records
            replayed_records = done
            shown(done, every)

        loaded = installation.state_hash()
        recomputed = installation.replayed_hash(replayed)
        if replayed_records != records:
            raise LogError("the log grew meanwhile; stop what writes to it, then verify again")
    seconds = round(perf_counter() - started, 3)
    same = loaded == recomputed
    if json:
        show_json(
            {
                "same": same,
                "loaded": loaded,
                "replayed": recomputed,
                "records": records,
                "seconds": seconds,
            }
        )
    else:
        show(f"loaded    {loaded}")
        show(f"replayed  {recomputed}")
        verdict = "the same" if same else "they differ; delete hub.snapshot, it will be made again"
        style = "green" if same else "red"
        show(f"{counted(records, 'record')}, {seconds:.1f} s: {verdict}", style)
    if not same:
        raise typer.Exit(1)
