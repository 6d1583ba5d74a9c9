"""Lines of the logs of mail servers."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.errors import MalformedError
from cure.formats.mta_log import Step, mta_step

AS_OF = datetime(2026, 2, 1, tzinfo=UTC)
SEEN = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
REAL = Path(__file__).parents[3] / "shared" / "data" / "spamdb" / "postfix-grok-tests.txt.gz"


def postfix(said: str, service: str = "smtpd") -> Step:
    return mta_step(f"Jan  5 10:00:00 mx postfix/{service}[7]: {said}", AS_OF)


def sendmail(said: str) -> Step:
    return mta_step(f"<22>Jan  5 10:00:00 mx sm-mta[7]: {said}", AS_OF)


def exim(said: str) -> Step:
    return mta_step(f"2026-01-05 10:00:00 {said}", AS_OF)


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("4A1: client=a[203.0.113.1]", {}),  # too short for an id
        ("4A1B2: client=a[203.0.113.1], sasl_method=PLAIN", {"client": "203.0.113.1"}),
        ("4A1B2: client=unknown[unknown]", None),
        (
            "4A1B2: from=<a@example.com>, size=9, nrcpt=1 (queue active)",
            {"sender": "a@example.com"},
        ),
        ("4A1B2: from=<>, size=9, nrcpt=1 (queue active)", {"sender": ""}),
        ("4A1B2: to=<a@b>, relay=none, dsn=5.4.4, status=bounced (x)", {"recipient": "a@b"}),
        ("4A1B2: to=<a@b>, relay=none, dsn=2.1.5, status=deliverable (x)", None),
        ("4A1B2: sender non-delivery notification: 5B2C3", {"bounce": "5B2C3"}),
        ("4A1B2: sender delay notification: 5B2C3", None),
        (
            "4A1B2: postmaster non-delivery notification: 5B2C3",
            {"bounce": "5B2C3", "has_failed": True},
        ),
        ("warning: 4A1B2: undeliverable postmaster notification discarded", None),
        ("4A1B2: removed", None),
        ("48rT2v1hQrz1J0N: removed", None),
    ],
)
def test_lines_of_postfix(said, step):
    found = postfix(said)
    if step == {}:
        assert found == Step(SEEN)
    else:
        name = "48rT2v1hQrz1J0N" if "48r" in said else "4A1B2"
        assert found == Step(SEEN, name, **(step or {}))


@pytest.mark.parametrize(
    "said",
    [
        "NOQUEUE: reject: RCPT from a[203.0.113.1]: 451; from=<a@b> to=<c@d>",
        "connect from a[203.0.113.1]",
        "statistics: max cache size 1 at Oct 26 18:13:50",
        "warning: dict_ldap_lookup: Search error -1",
    ],
)
def test_lines_that_tell_of_no_mail(said):
    assert postfix(said) == Step(SEEN)


def test_lines_of_sendmail():
    mail = "i0DKRMYc025163"
    assert sendmail(f"{mail}: from=<a@example.com>, size=1, relay=b [203.0.113.1]") == Step(
        SEEN, mail, sender="a@example.com", client="203.0.113.1"
    )
    assert sendmail(f"{mail}: from=a@example.com, relay=[IPv6:2001:db8::1] (may be forged)") == (
        Step(SEEN, mail, sender="a@example.com", client="2001:db8::1")
    )
    assert sendmail(f"{mail}: to=<a@b>, delay=1, dsn=5.1.1, stat=User unknown") == Step(
        SEEN, mail, recipient="a@b"
    )
    assert sendmail(f"{mail}: i0DKRMYd025163: DSN: User unknown") == Step(
        SEEN, mail, bounce="i0DKRMYd025163"
    )
    assert sendmail(f"{mail}: i0DKRMYe025163: return to sender: User unknown") == Step(
        SEEN, mail, bounce="i0DKRMYe025163", has_failed=True
    )
    assert sendmail(f"{mail}: i0DKRMYe025163: postmaster notify: x") == Step(SEEN, mail)


def test_lines_of_exim():
    mail, before = "1IWZoL-0004gE-Hg", "1IWZoI-0004gB-Da"
    assert exim(f"{before} <= a@example.com H=b (c) [203.0.113.1]:25 P=esmtp") == Step(
        SEEN, before, sender="a@example.com", client="203.0.113.1"
    )
    assert exim(f"{before} <= a@b H=([10.0.0.1]) [2001:db8::1] P=esmtp").client == "2001:db8::1"
    assert exim(f"{mail} <= <> R={before} U=exim P=local") == Step(
        SEEN, mail, sender="", bounce_of=before
    )
    assert exim(f"{mail} ** a@b R=c T=d: 550") == Step(SEEN, mail, recipient="a@b")
    assert exim(f"{mail} Frozen (delivery error message)") == Step(SEEN, mail, has_failed=True)
    assert exim(f"{mail} Completed") == Step(SEEN, mail)
    assert exim("Start queue run: pid=7").mail == ""


def test_exim_may_write_a_zone_a_process_number_and_to_syslog():
    said = "[77] 1IWZoL-0004gE-Hg Completed"
    named = mta_step(f"2026-01-05 19:00:00.123 +0900 {said}", AS_OF)
    assert (named.seen, named.mail) == (SEEN.replace(microsecond=123_000), "1IWZoL-0004gE-Hg")
    assert mta_step(f"Jan  5 10:00:00 mx exim[7]: 2026-01-05 10:00:00 {said}", AS_OF).mail


def test_other_programs_tell_of_no_mail():
    assert mta_step("Jan  5 10:00:00 mx CRON[7]: 4A1B2: removed", AS_OF) == Step(SEEN)


def test_a_line_without_a_time_is_quarantined():
    with pytest.raises(MalformedError, match="no time at its beginning"):
        mta_step("4A1B2: removed", AS_OF)


@pytest.mark.skipif(not REAL.is_file(), reason="the grok tests are not beside this checkout")
def test_ids_are_read_as_the_grok_patterns_for_postfix_read_them():
    """191 messages as Postfix wrote them, with the fields that others read from them."""
    text = gzip.decompress(REAL.read_bytes()).decode()
    messages = re.findall(r'(?m)^pattern:.*POSTFIX_(\w+).*\n(?:#.*\n)*data: "?(.*?)"?\s*$', text)
    told = [
        re.findall(r"(?m)^ +postfix_queueid: \"?(\w+)", block)
        for block in text.split("\n# test/")
        if "\ndata:" in block
    ]
    assert len(messages) == len(told) == 191
    ids = [postfix(said, service.lower()).mail for service, said in messages]
    read = [(ours, theirs[0]) for ours, theirs in zip(ids, told, strict=True) if theirs]
    assert len(read) == 69
    assert all(ours == ("" if theirs == "NOQUEUE" else theirs) for ours, theirs in read)
