"""What the stores of a data directory tell, in JSON; older versions ran it, too, over their own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewKey, NewOrganisation, NewUser
from cure.access.principal import local
from cure.hub.view import Touch
from cure.model import ip
from cure.subscribers.alerts.alert import AlertState, Mark
from cure.subscribers.alerts.store import AlertStore
from cure.subscribers.deliveries.delivery import Delivery, Limits, Way
from cure.subscribers.deliveries.progress import Progress
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.taxii.asked import Asked
from cure.subscribers.taxii.collections import Collection
from cure.subscribers.taxii.store import Kept, Store
from cure.subscribers.watches.keeping import Met
from cure.subscribers.watches.store import WatchStore
from cure.subscribers.watches.watch import Watch, read_entries

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
OPERATOR = local("soc")
HERE = ("soc", "11111111-2222-4333-8444-555555555555")


def fill(directory: Path) -> None:
    """Fill every store with a little of everything."""
    with Audit(directory) as audit, Accounts(directory, audit) as accounts:
        accounts.organisations.add(OPERATOR, NewOrganisation(name="soc", operates=True), NOW)
        bank = NewOrganisation(name="bank", tlp="TLP:AMBER")
        accounts.organisations.add(OPERATOR, bank, NOW)
        accounts.users.add(OPERATOR, NewUser(name="rin@bank"), NOW)
        accounts.keys.add(OPERATOR, NewKey(organisation="bank", title="SIEM"), NOW)
    with WatchStore(directory) as watches:
        watch = Watch("w1", "bank", "ours", own=True, created=NOW, by="rin@bank")
        watches.add(watch, read_entries(["192.0.2.0/24", "example.jp"]).entries)
        touch = Touch(0, ["192.0.2.0/24"], ip("192.0.2.7"), 3, 5, frozenset({"cowrie"}))
        watches.keep("bank", [Met(watch, touch)], 5, [("w1", 0)], NOW)
        alerts = AlertStore(watches)
        alerts.mark("bank", 4, Mark(AlertState.ACKNOWLEDGED, "seen to", "rin@bank", NOW, 0))
    with DeliveryStore(directory) as deliveries:
        limits = Limits("TLP:GREEN", OPERATOR.confidentiality, None)
        one = Delivery(
            id="d1",
            organisation="bank",
            way=Way.WEBHOOK,
            address="https://hooks.example.com/cure",
            created=NOW,
            by="rin@bank",
            limits=limits,
        )
        deliveries.add(one, "a secret", 0)
        deliveries.put("d1", Progress(position=2, sent=1, why="HTTP 410"), dead=[(2, "h2")], at=NOW)
    taxii = Store(directory)
    taxii.add_collection(HERE[0], Collection(HERE[1], "Of partners", can_read=True, can_write=True))
    body = b'{"type":"ipv4-addr","id":"ipv4-addr--1","value":"192.0.2.9"}'
    taxii.add(*HERE, [Kept("ipv4-addr--1", "ipv4-addr", "2.1", "", 0, body)], 1_768_478_400_000_000)
    taxii.add_status("soc", "s1", b'{"status":"complete"}', 1_768_478_400_000_000)
    taxii.close()


def told(directory: Path) -> Any:  # noqa: ANN401 - JSON
    """Return what all stores tell."""
    with Audit(directory) as audit, Accounts(directory, audit) as accounts:
        access = {
            "organisations": accounts.organisations.all(OPERATOR),
            "users": accounts.users.of(OPERATOR, "bank"),
            "keys": accounts.keys.of(OPERATOR, "bank"),
            "policy": accounts.policy_version,
            "audit": [(one.seq, one.entry, one.hash) for one in audit.entries()],
            "audit is whole": audit.verify(),
        }
    with WatchStore(directory) as watches:
        found = {
            "watches": watches.watches("bank"),
            "entries": watches.entries("bank", "w1"),
            "hits": watches.after("bank", 0, 10),
            "matched": watches.matched("bank"),
            "marks": list(AlertStore(watches).marks("bank").items()),
            "version": watches.version,
        }
    with DeliveryStore(directory) as deliveries:
        sent = {
            "deliveries": deliveries.of("bank"),
            "secret": deliveries.secret("d1"),
            "dead": deliveries.dead("bank", "d1"),
            "version": deliveries.version,
        }
    taxii = Store(directory)
    posted = {
        "collections": taxii.collections("soc"),
        "objects": taxii.page(*HERE, Asked(), (0, 0), 10),
        "status": taxii.status("soc", "s1"),
    }
    taxii.close()
    stores = [access, found, sent, posted]
    return msgspec.json.decode(msgspec.json.encode(stores, order="deterministic"))
