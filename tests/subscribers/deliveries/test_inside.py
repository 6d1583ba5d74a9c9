"""No delivery reaches anything inside, however its address is spelt, unless it is allowed."""

import asyncio

import msgspec
import pytest

from cure.access.principal import local
from cure.errors import MalformedError
from cure.subscribers.deliveries.channel import Parcel
from cure.subscribers.deliveries.channels import Channels, PushSetting
from cure.subscribers.deliveries.delivery import DeliveryForm, Way, delivery_of
from cure.subscribers.deliveries.samples import sample_hit
from subscribers.deliveries.test_times import at, delivery
from web.test_ssrf import CORPUS, INSIDE, LOOPBACK, Sentinels

NOW = at("2026-01-15T12:00Z")


async def outcomes(way: Way, addresses: list[str]) -> list[str]:
    """Send to addresses that got past the door; return what went wrong with each."""
    found: list[str] = []
    channels = Channels(PushSetting("urn:cure:test"))
    for address in addresses:
        to = msgspec.structs.replace(delivery(), way=way, address=address)
        async with channels.opened(to) as channel:
            found.append((await channel.send(Parcel(to, "s", [sample_hit(NOW)], NOW))).why)
    await channels.close()
    return found


def test_no_webhook_reaches_a_sentinel():
    with Sentinels() as sentinels:
        addresses = [one.replace("{port}", str(sentinels.port)) for one in CORPUS]
        addresses = [one for one in addresses if one.isprintable()]
        whys = asyncio.run(outcomes(Way.WEBHOOK, addresses))

        assert all(whys)
        assert sentinels.reached == []
        assert not [why for why in whys if "127.0.0.1" in why or "169.254" in why]


def test_no_line_of_syslog_reaches_a_sentinel():
    with Sentinels() as sentinels:
        hosts = [one for one in (*LOOPBACK, *INSIDE) if one.isascii() and "%" not in one]
        addresses = [f"tcp://{host}:{sentinels.port}" for host in hosts]
        whys = asyncio.run(outcomes(Way.SYSLOG, addresses))

        assert set(whys) == {"its host has no address, or one that is not public"}
        assert sentinels.reached == []


@pytest.mark.parametrize("address", [one for one in CORPUS if not one.startswith("https://")])
def test_the_door_takes_https_only(address: str):
    form = DeliveryForm(way=Way.WEBHOOK, address=address.replace("{port}", "8080"))
    with pytest.raises(MalformedError):
        delivery_of(form, local("soc"), NOW, allow_private=False)
