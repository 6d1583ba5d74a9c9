"""The Linux audit log: records of one event stand together, mixed or not."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cure.formats.auditd import audit_events, is_audit_log
from cure.interfaces import Input, Reading, Unreadable

TIME = "1767323045.678"
CALL = 'arch=c000003e syscall=42 success=yes exit=0 pid=1 exe="/usr/bin/nc"'
ADDRESS = "saddr=02000050C63364070000000000000000"  # 198.51.100.7:80


def record(kind: str, serial: int, fields: str = "", node: str = "") -> bytes:
    return f"{node}type={kind} msg=audit({TIME}:{serial}): {fields}".encode()


def read(*lines: bytes | Unreadable) -> list[Reading]:
    return list(
        audit_events(Input(name="a", as_of=datetime(2026, 1, 3, tzinfo=UTC), lines=iter(lines)))
    )


def spoken(*lines: bytes) -> list[str]:
    return [
        f"{one.role} {one.value}"
        for reading in read(*lines)
        for finding in reading.findings
        for one in finding.observables
    ]


def test_the_records_of_two_events_may_be_mixed():
    lines = [
        record("SYSCALL", 1, CALL),
        record("SYSCALL", 2, CALL.replace("=42", "=43")),
        record("SOCKADDR", 1, ADDRESS),
        record("SOCKADDR", 2, ADDRESS.replace("C6336407", "CB007109")),
        record("EOE", 2),
        record("EOE", 1),
    ]
    inbound, outbound = read(*lines)
    assert (inbound.number, inbound.lines) == (2, 3)
    assert (outbound.number, outbound.lines) == (1, 3)
    assert spoken(*lines) == ["client 203.0.113.9", "target 198.51.100.7"]


def test_the_same_serial_on_two_machines_is_two_events():
    lines = [
        record("SYSCALL", 1, CALL, "node=a "),
        record("SYSCALL", 1, CALL, "node=b "),
        record("SOCKADDR", 1, ADDRESS, "node=b "),
    ]
    assert [reading.lines for reading in read(*lines)] == [1, 2]


def test_a_connection_that_was_refused_is_silent_and_one_that_has_begun_speaks():
    address = record("SOCKADDR", 1, ADDRESS)
    refused = CALL.replace("success=yes exit=0", "success=no exit=-111")
    begun = CALL.replace("success=yes exit=0", "success=no exit=-115")
    assert spoken(record("SYSCALL", 1, refused), address) == []
    assert spoken(record("SYSCALL", 1, begun), address) == ["target 198.51.100.7"]


def test_other_system_calls_and_addresses_are_silent():
    other = CALL.replace("syscall=42", "syscall=49")  # bind
    assert spoken(record("SYSCALL", 1, other), record("SOCKADDR", 1, ADDRESS)) == []
    assert spoken(record("SYSCALL", 1, CALL), record("SOCKADDR", 1, "saddr=01002F61")) == []


def test_a_socket_address_that_is_cut_off_is_quarantined():
    (reading,) = read(record("SYSCALL", 1, CALL), record("SOCKADDR", 1, "saddr=02000050C6"))
    assert "cut off" in reading.why
    assert reading.lines == 2


def test_a_line_that_is_no_record_is_quarantined_alone():
    lines = (record("SYSCALL", 1, CALL), b"?", b"", Unreadable(b"", "broken"))
    assert [reading.why != "" for reading in read(*lines)] == [True, False, True, False]


def test_an_audit_log_is_told_by_its_first_line():
    assert is_audit_log(record("SYSCALL", 1, CALL))
    assert not is_audit_log(b"type=SYSCALL")


KINDS = st.sampled_from(["SYSCALL", "SOCKADDR", "EXECVE", "PROCTITLE", "EOE", "CWD"])
FIELDS = st.sampled_from([CALL, ADDRESS, 'a0="x" a1=7879', "proctitle=6E63", "a0=7", ""])


@given(st.lists(st.builds(record, KINDS, st.integers(0, 40), FIELDS) | st.binary(max_size=9)))
def test_every_line_belongs_to_one_reading(lines):
    readings = read(*lines)
    assert sum(reading.lines for reading in readings) == len(lines)
    assert len({reading.number for reading in readings}) == len(readings)


def test_names_that_auditd_adds_do_not_hide_what_the_kernel_says():
    enriched = ADDRESS + "\x1dSADDR={ saddr_fam=inet laddr=198.51.100.7 lport=80 }"
    for address in (enriched, enriched.replace("\x1d", "")):
        lines = [
            record("SYSCALL", 1, CALL + "\x1dARCH=x86_64 SYSCALL=connect"),
            record("SOCKADDR", 1, address),
        ]
        assert spoken(*lines) == ["target 198.51.100.7"]


def test_records_may_come_by_syslog():
    lines = [record("SYSCALL", 1, CALL), record("SOCKADDR", 1, ADDRESS)]
    lines = [b"Jan  2 03:04:05 host audispd[7]: " + line for line in lines]
    assert is_audit_log(lines[0])
    assert spoken(*lines) == ["target 198.51.100.7"]


def test_what_ausearch_puts_between_events_is_silent():
    lines = [b"----", b"time->Fri Jan  2 03:04:05 2026", record("UNKNOWN[1420]", 1)]
    assert is_audit_log(b"\n".join(lines))
    assert [reading.why for reading in read(*lines)] == ["", "", ""]


def test_the_daemon_leaves_a_colon_out():
    (reading,) = read(b"type=DAEMON_CONFIG msg=audit(1767323045.678:1) config changed, auid=0")
    assert not reading.why
