"""Malmail in the generated world: attack mails, one a file or all in a mailbox."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from cure.demo.bystanders import HOME, mailer
from cure.demo.files import write_bytes
from cure.demo.web_history import lures
from cure.demo.world import Delivery, World, happens

_OTHERS_A_DAY = 6
_ATTACHED = 0.3
_SUBJECTS = ("荷物のお届けについて", "Your invoice", "【重要】お支払い方法", "会員情報のご確認")


class AttackMail(NamedTuple):
    """A mail.

    Attributes:
        sent: When.
        address: The address that it came from.
        sender: The mailbox that it pretends to come from.
        subject: What it is about.
        link: What it links to.
        file: The content of the file that it carries.
    """

    sent: datetime
    address: str
    sender: str
    subject: str
    link: str = ""
    file: str = ""


def campaign_mails(world: World) -> list[AttackMail]:
    """Return the mails of the campaigns: of the loader, the kit and the targeted attack."""
    dice = world.dice("campaign mails")
    _, loader, phishing, _, targeted = world.campaigns
    mails = [
        AttackMail(
            world.told(loader, dice.uniform(0, 0.3)),
            dice.choice(loader.attackers),
            f"keiri{dice.randrange(4)}@tide.example3.jp",
            "ご請求書の送付につきまして",
            loader.dropper,
            dice.choice((*loader.files, "")),
        )
        for _ in range(world.many(40))
    ]
    pages = lures(world)
    for _ in range(world.many(60)):
        age = dice.uniform(0, 5)
        page = pages[min(int(age * 4 + dice.random()), len(pages) - 1)]
        address, number = dice.choice(phishing.attackers), dice.randrange(6)
        sender = f"info{number}@mirror.example4.jp"
        subject = f"【{page.brand}】ご利用の確認"
        mails.append(AttackMail(world.told(phishing, age), address, sender, subject, page.url))
    mails += [
        AttackMail(
            world.told(targeted, 0.05 + 0.01 * number),
            targeted.attackers[0],
            "jimukyoku@reed.example7.jp",
            "会議資料の送付（第３回検討会）",
            file=targeted.files[0],
        )
        for number in range(3)
    ]
    return sorted(mails)


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the mails of the campaigns one a file, and all others in one mailbox."""
    own = folder / "malmail"
    for number, mail in enumerate(campaign_mails(world)):
        write_bytes(own / "campaigns" / f"{number:04}.eml", _message(mail).encode())
    box = "".join(
        f"From {mail.sender} {mail.sent:%a %b %d %H:%M:%S %Y}\n{_message(mail)}\n"
        for mail in _others(world)
    )
    write_bytes(own / "others.mbox", box.encode())
    yield Delivery("malmail", None, own)


def _others(world: World) -> Iterator[AttackMail]:
    dice = world.dice("other mails")
    for moment in world.moments(dice, _OTHERS_A_DAY):
        site = f"{dice.getrandbits(32):x}.example.com"
        sender = f"{dice.choice(('info', 'news', 'shop'))}{dice.randrange(90)}@example.com"
        subject = dice.choice(_SUBJECTS)
        file = f"{world.seed} attached {dice.random()}" if happens(dice, _ATTACHED) else ""
        yield AttackMail(moment, mailer(world, dice), sender, subject, f"https://{site}/", file)


def _message(mail: AttackMail) -> str:
    """Return the mail as the own server kept it; all is in Base64, as it is Japanese."""
    time = format_datetime(mail.sent)
    domain = mail.sender.partition("@")[2]
    parts = [("text/plain; charset=utf-8", f"{mail.subject}\n\n詳細はこちら:\n{mail.link}\n")]
    if mail.file:
        parts.append(("application/zip; name=shiryo.zip", mail.file))
    return "\n".join(
        (
            f"Return-Path: <{mail.sender}>",
            f"Received: from {domain} (unknown [{mail.address}])",
            f"\tby mx.{HOME} (Postfix) with ESMTP id 4AB1 for <user@{HOME}>; {time}",
            f"Date: {time}",
            f"From: {_encoded('ご案内')} <{mail.sender}>",
            f"To: user@{HOME}",
            f"Subject: {_encoded(mail.subject)}",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=part",
            *(line for kind, content in parts for line in _part(kind, content)),
            "",
            "--part--",
            "",
        )
    )


def _part(kind: str, content: str) -> Iterator[str]:
    yield from ("", "--part", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", "")
    text = b64encode(content.encode()).decode()
    yield from (text[start : start + 76] for start in range(0, len(text), 76))


def _encoded(text: str) -> str:
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="
