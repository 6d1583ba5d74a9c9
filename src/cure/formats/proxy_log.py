"""Access logs of web proxies: Squid's formats, and the extended log file format of W3C.

The host of a request is looked up in the block list before anything else of it is read.
Source: https://www.w3.org/TR/WD-logfile.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cure.errors import MalformedError
from cure.formats.block_list import BlockList
from cure.formats.lines import read_one
from cure.formats.moments import in_utc
from cure.formats.squid_log import Request, is_squid, squid_line
from cure.formats.visits import Visited, nobodys, said_of, web_address
from cure.interfaces import Input, Reading, Setting
from cure.model import Finding, Observable, host

_DIRECTIVE = re.compile(
    rb"#(Software|Version|Fields|Date|Start-Date|End-Date|Remark):\s*(.*)", re.IGNORECASE
)
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/?#@]*@)?\[?((?<=\[)[^\]]*|[^/?#:]*)", re.IGNORECASE)
_CELL = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LOOKED_AT = 5
"""In how many of the first lines a request to another host is looked for."""


def is_proxy_log(head: bytes) -> bool:
    """Tell whether a file begins as the log of a proxy does."""
    lines = [line.rstrip(b"\r") for line in head.split(b"\n", _LOOKED_AT)[:_LOOKED_AT]]
    return bool(_DIRECTIVE.match(lines[0])) or any(map(is_squid, lines))


def proxy_lines(source: Input, listed: BlockList) -> Iterator[Reading]:
    """Yield a reading for each line; a request that no list names is silent."""
    log = _Log(listed, source.setting)
    for number, line in enumerate(source.lines, 1):
        yield read_one(log.read, number, line)


class _Log:
    """Reads the lines of one log, whose directives tell the columns of those that follow."""

    def __init__(self, listed: BlockList, setting: Setting) -> None:
        self._listed = listed
        self._setting = setting
        self._columns: Sequence[str] = ()
        self._date = ""

    def read(self, line: bytes) -> Sequence[Finding]:
        if line.startswith(b"#"):
            self._take_directive(line)
            return ()
        if not line.strip():
            return ()
        if not self._columns:
            return self._squid(line)
        return self._w3c(line.decode(errors="backslashreplace"))

    def _take_directive(self, line: bytes) -> None:
        found = _DIRECTIVE.match(line)
        if found is None:
            return
        text = found[2].decode(errors="replace")
        match found[1].lower():
            case b"fields":
                self._columns = text.lower().split()
            case b"date" if day := _DATE.search(text):
                self._date = day[0]

    def _squid(self, line: bytes) -> Sequence[Finding]:
        found = squid_line(line)
        if found is None:
            text = line.decode(errors="replace")
            raise MalformedError("request", text, "neither a format of Squid nor below #Fields")
        return self._said(found.request()) if self._may_name(found.url) else ()

    def _w3c(self, line: str) -> Sequence[Finding]:
        if '"' in line:
            cells = [quoted or plain for quoted, plain in _CELL.findall(line)]
        else:
            cells = line.split("\t") if "\t" in line else line.split()
        if len(cells) != len(self._columns):
            raise MalformedError("request", line, f"want {len(self._columns)} columns")
        said = {name: cell for name, cell in zip(self._columns, cells, strict=True) if cell != "-"}
        url = _url_of(said)
        if not self._may_name(url):
            return ()
        seen = self._moment(said)
        result = said.get("sc-filter-result") or said.get("s-action") or said.get("sc-status", "")
        referrer = said.get("cs(referer)", "")
        return self._said(Request(seen, said.get("cs-method", ""), url, result, referrer))

    def _may_name(self, url: str) -> bool:
        found = _HOST.match(url)
        return found is not None and self._listed.may_name(found[1].lower())

    def _moment(self, said: Mapping[str, str]) -> datetime:
        text = f"{said.get('date', self._date)}T{said.get('time', '')}"
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise MalformedError("time", text, "want columns date and time") from error
        return in_utc(moment if moment.tzinfo else moment.replace(tzinfo=self._setting.zone))

    def _said(self, request: Request) -> Sequence[Finding]:
        address = _address(request.url)
        match = self._listed.find(address)
        if match is None:
            return ()
        referrer = web_address(request.referrer)
        about = {"method": request.method, "result": request.result}
        visited = Visited(
            nobodys(address),
            match,
            (nobodys(referrer, is_page=True),) if referrer else (),
            (request.seen,),
            attributes={name: said for name, said in about.items() if said},
        )
        return (said_of(visited, self._listed, self._setting.own),)


def _address(url: str) -> Observable:
    """Read a URL; of a tunnel, and of a URL that is none, the host."""
    found = web_address(url)
    if found is None:
        name = _HOST.match(url)
        return host(name[1].lower() if name else url)
    return found


def _url_of(said: Mapping[str, str]) -> str:
    """Put the URL of a request together: proxies log it whole or in parts."""
    whole = said.get("cs-uri") or said.get("c-uri") or ""
    if "://" in whole:
        return whole
    name = said.get("cs-host") or said.get("r-host") or said.get("cs(host)") or ""
    port = said.get("cs-uri-port") or said.get("r-port") or ""
    scheme = said.get("cs-uri-scheme", "http").lower()
    if not name:
        raise MalformedError("request", whole, "no column names its host")
    if said.get("cs-method", "") == "CONNECT" or scheme in {"tcp", "ssl"}:
        return f"{name}:{port}"
    path = said.get("cs-uri-path") or said.get("cs-uri-stem") or whole or "/"
    query = said.get("cs-uri-query", "").lstrip("?")
    place = f"{name}:{port}" if port and ":" not in name else name
    return f"{scheme}://{place}{path}" + (f"?{query}" if query else "")
