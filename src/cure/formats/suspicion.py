"""Suspicion: what makes a process on an own machine worth a second look, in a few rules.

A rule accuses nobody; its name goes with what the process did. Sources: the tools are those of
https://lolbas-project.github.io/ that fetch or run foreign code, the rest is ATT&CK T1027.010,
T1036.003, T1047, T1059, T1204.002 and T1505.003.
"""

import re
from functools import lru_cache

import msgspec

_OF_WINDOWS = frozenset(
    {
        *("cmd", "powershell", "pwsh", "wscript", "cscript", "mshta", "regsvr32", "rundll32"),
        *("certutil", "bitsadmin", "msiexec", "installutil", "msbuild", "regasm", "regsvcs"),
        *("cmstp", "hh", "wmic", "msxsl", "odbcconf", "mavinject", "forfiles"),
        "presentationhost",
    }
)
_TOOLS = _OF_WINDOWS | {"sh", "bash", "dash", "python", "python3", "perl", "php"}
_FETCHERS = _TOOLS | {"curl", "wget"}
_PARENTS = {
    **dict.fromkeys(("winword", "excel", "powerpnt", "outlook", "onenote"), "of-office"),
    **dict.fromkeys(("msaccess", "mspub"), "of-office"),
    **dict.fromkeys(("eqnedt32", "acrord32", "acrobat", "winrar", "7zfm"), "of-document"),
    **dict.fromkeys(("w3wp", "httpd", "nginx", "apache2", "tomcat9", "php-cgi"), "of-web-server"),
    **dict.fromkeys(("wmiprvse", "wsmprovhost", "psexesvc", "winrshost"), "of-remote-control"),
}
"""Programs that have no business to start shells and tools, and the rule that says so."""
_ENCODED = re.compile(r"\s[-/]e(?:n?c?|nco\w*)\s+[\"']?[A-Za-z0-9+/=]{24,}", re.IGNORECASE)
_WEB = re.compile(r"\b(?:https?|ftp)://", re.IGNORECASE)
_CRADLE = re.compile(
    r"Download(?:String|File|Data)|FromBase64String|Invoke-(?:WebRequest|Expression)|\bIEX\b"
    r"|Start-BitsTransfer|/dev/tcp/",
    re.IGNORECASE,
)
_ANYBODYS = re.compile(
    r"\\temp\\|\\tmp\\|\\users\\public\\|\\perflogs\\|\\\$recycle\.bin\\|\\programdata\\[^\\]*$"
    r"|^/(?:tmp|var/tmp|dev/shm)/",
    re.IGNORECASE,
)
_USERS = re.compile(r"\\appdata\\|\\downloads\\|\\desktop\\|/\.cache/", re.IGNORECASE)
_NO_COMPANY = frozenset({"-", "?"})


MAX_COMMAND = 4096
"""How much of a command is looked at; 32,767 characters are possible."""


class Process(msgspec.Struct, frozen=True):
    """A process, as far as it is known.

    Attributes:
        image: Path of its program.
        command: Its command line, or the beginning of it.
        parent: Path or name of the program that started it.
        original_name: The name that the program's maker gave to it.
        company: Its maker; ``-``: it names none; empty: unknown.
        machine: Name of the machine.
    """

    image: str
    command: str = ""
    parent: str = ""
    original_name: str = ""
    company: str = ""
    machine: str = ""


@lru_cache(maxsize=1 << 12)
def suspicion(process: Process) -> str:
    r"""Return the name of the first rule that a process meets, or nothing.

    - ``of-office``, ``of-document``, ``of-web-server``, ``of-remote-control``: a shell or a tool
      that such a program started;
    - ``renamed-tool``: a shell or a tool under another name;
    - ``encoded-command``: its command is in Base64;
    - ``fetching-tool``: a shell or a tool with a URL in its command;
    - ``download-cradle``: a shell that downloads and runs;
    - ``anybodys-folder``: a program in a folder where everybody may write, or one without a maker
      in a user's own.

    >>> suspicion(Process(r"C:\\Windows\\Temp\\a.exe")), suspicion(Process("/usr/bin/ssh"))
    ('anybodys-folder', '')
    """
    name = _program(process.image)
    original = _program(process.original_name.lower().removesuffix(".mui"))
    usable = {name, original} & _TOOLS
    if usable and (rule := _PARENTS.get(_program(process.parent))):
        return rule
    if original in _OF_WINDOWS and name != original:
        return "renamed-tool"
    if usable and _ENCODED.search(process.command):
        return "encoded-command"
    if {name, original} & _FETCHERS and _WEB.search(process.command):
        return "fetching-tool"
    if usable and _CRADLE.search(process.command):
        return "download-cradle"
    is_unmade = process.company in _NO_COMPANY and _USERS.search(process.image)
    return "anybodys-folder" if is_unmade or _ANYBODYS.search(process.image) else ""


def _program(path: str) -> str:
    """Return the name of a program without folder and suffix, in lower case."""
    return re.split(r"[\\/]", path)[-1].strip('"').lower().removesuffix(".exe")
