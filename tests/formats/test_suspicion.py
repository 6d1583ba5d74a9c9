"""Which processes are suspicious, and by which rule."""

import pytest

from cure.formats.suspicion import Process, suspicion

SYSTEM = r"C:\Windows\System32"
POWERSHELL = rf"{SYSTEM}\WindowsPowerShell\v1.0\powershell.exe"


@pytest.mark.parametrize(
    ("process", "rule"),
    [
        (Process(rf"{SYSTEM}\cmd.exe", parent=r"C:\Office\EXCEL.EXE"), "of-office"),
        (Process(rf"{SYSTEM}\mshta.exe", parent="WinRAR.exe"), "of-document"),
        (Process(rf"{SYSTEM}\cmd.exe", parent=rf"{SYSTEM}\inetsrv\w3wp.exe"), "of-web-server"),
        (Process("/bin/sh", parent="/usr/sbin/nginx"), "of-web-server"),
        (
            Process(POWERSHELL, parent=rf"{SYSTEM}\wbem\WmiPrvSE.exe"),
            "of-remote-control",
        ),
        (Process(r"C:\a\chat.exe", original_name="REGSVR32.EXE.MUI"), "renamed-tool"),
        (Process(POWERSHELL, f"powershell -enc {'QUJD' * 9}"), "encoded-command"),
        (Process(POWERSHELL, "powershell /EncodedCommand " + "QUJD" * 9), "encoded-command"),
        (Process(rf"{SYSTEM}\mshta.exe", "mshta https://example.com/x"), "fetching-tool"),
        (Process("/usr/bin/curl", "curl -s http://192.0.2.1/x"), "fetching-tool"),
        (Process(POWERSHELL, "iex (gc x)"), "download-cradle"),
        (Process(r"C:\Windows\Temp\x.exe", company="Example"), "anybodys-folder"),
        (Process(r"C:\Users\Public\x.exe"), "anybodys-folder"),
        (Process(r"C:\ProgramData\x.exe"), "anybodys-folder"),
        (Process("/dev/shm/x"), "anybodys-folder"),  # noqa: S108 - a name, no file
        (Process(r"C:\Users\a\AppData\Roaming\x.exe", company="-"), "anybodys-folder"),
    ],
)
def test_a_rule_has_a_name(process, rule):
    assert suspicion(process) == rule


@pytest.mark.parametrize(
    "process",
    [
        Process(POWERSHELL, "powershell -ExecutionPolicy Bypass -File a.ps1"),
        Process(r"C:\Office\EXCEL.EXE", "excel https://example.com/a.xlsx", "explorer.exe"),
        Process(rf"{SYSTEM}\splwow64.exe", parent=r"C:\Office\WINWORD.EXE"),
        Process(r"C:\Users\a\AppData\Roaming\Meet\meet.exe", company="Example Corporation"),
        Process(r"C:\Users\a\AppData\Roaming\Meet\meet.exe"),
        Process(r"C:\ProgramData\Vendor\agent.exe"),
        Process("/home/a/template/x"),
        Process(""),
    ],
)
def test_what_users_do_all_day_is_not_suspicious(process):
    assert suspicion(process) == ""
