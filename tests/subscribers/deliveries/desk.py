"""An installation with watches and deliveries, and no server, for tests: time passes when told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from cure.access.principal import local
from cure.hub.gate import Gate
from cure.installation import Installation
from cure.model import Audience, Caveat, Finding, Kind, Label, Purpose, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.subscribers.deliveries.channels import Channels, PushSetting
from cure.subscribers.deliveries.delivery import Delivery, DeliveryForm, Way, delivery_of
from cure.subscribers.deliveries.mail_server import MailSetting
from cure.subscribers.deliveries.outlook import Outlook
from cure.subscribers.deliveries.progress import DeliveryState, Progress
from cure.subscribers.deliveries.sender import Sender
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.store import WatchStore
from cure.subscribers.watches.watch import Watch, read_entries
from cure.subscribers.watches.watching import Watching

SOURCE = "https://cure.example.jp/"
ORGANISATION = "soc"
GREEN = Label(Tlp.GREEN, ORGANISATION)
SHY = Label(Tlp.GREEN, ORGANISATION, caveats=(Caveat.NO_PUSH,))


@dataclass
class Clock:
    """What time it is."""

    now: datetime = datetime(2026, 1, 15, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Desk:
    """What tests work with.

    Attributes:
        watches: The watches; one watches 192.0.2.0/24.
        chance: What the next back-off draws.
    """

    installation: Installation
    watches: WatchStore
    store: DeliveryStore
    watching: Watching
    clock: Clock
    sender: Sender
    outlook: Outlook
    chance: float = 1.0
    mail: MailSetting | None = None
    secrets: dict[str, str] = field(default_factory=dict)

    def watch(self, name: str, *entries: str, own: bool = True) -> str:
        made = Watch(f"w-{name}", ORGANISATION, name, own, self.clock(), ORGANISATION)
        self.watches.add(made, read_entries(entries).entries)
        self.watching.match()
        return made.id

    def see(
        self,
        *addresses: str,
        source: str = "nicter",
        label: Label = GREEN,
        key: str | None = None,
    ) -> list[Record]:
        """Let records of addresses come, and the watches meet them."""
        now = self.clock()
        said = [
            Finding(Kind.SIGHTING, (mention(ip(one), "attacker"),), now, now, key=key)
            for one in addresses
        ]
        records = [Record(source, label, digest_of(source, one), one) for one in said]
        self.installation.append(records)
        self.watching.match()
        return records

    def deliver(self, way: Way, address: str, **more: object) -> Delivery:
        form = msgspec.convert({"way": way, "address": address, **more}, DeliveryForm)
        made, secret = delivery_of(form, local(ORGANISATION), self.clock(), allow_private=True)
        self.store.add(made, secret, self.watches.last_position(ORGANISATION))
        self.secrets[made.id] = secret
        return made

    def send(self, delivery: Delivery, *, times: int = 20) -> None:
        """Send what is due, until nothing is, or it is to wait."""

        async def send() -> None:
            channels = Channels(PushSetting(SOURCE, allow_private=True, mail=self.mail))
            async with channels.opened(delivery) as channel:
                for _ in range(times):
                    again_at = await self.sender.send_due(delivery, channel)
                    if again_at is None or again_at > self.clock():
                        break
            await channels.close()

        asyncio.run(send())

    def progress(self, delivery: Delivery) -> Progress:
        found = self.store.progress(delivery.id)
        assert found is not None
        return found

    def state(self, delivery: Delivery) -> DeliveryState:
        [found] = [one for one in self.store.of(ORGANISATION) if one.delivery == delivery]
        return found


@contextmanager
def desk(directory: Path) -> Iterator[Desk]:
    """Open an installation."""
    clock = Clock()
    with (
        Installation(directory, write=True, link_reserved=True) as installation,
        WatchStore(directory) as watches,
        DeliveryStore(directory) as store,
    ):
        audiences = Audiences(Audience(ORGANISATION, Tlp.RED, purpose=Purpose.PUSH))
        gate: Gate = installation.gate
        outlook = Outlook(gate, watches, audiences, None, clock)
        watching = Watching(watches, gate, audiences, clock)
        at: list[Desk] = []
        sender = Sender(store, watches, outlook, clock, lambda: at[0].chance)
        at.append(Desk(installation, watches, store, watching, clock, sender, outlook))
        at[0].watch("office", "192.0.2.0/24")
        yield at[0]
        asyncio.run(sender.close())
