"""HTTP requests as they came over the wire, from whoever: what was asked of whom, by what program.

Read generously: attackers end lines with a bare line feed, leave headers out and break off.
Source: https://www.rfc-editor.org/rfc/rfc9112.
"""

import re
from typing import NamedTuple

from cure.errors import MalformedError
from cure.model import domain

_MAX_TEXT_CHARS = 1000
_REQUEST_LINE = re.compile(
    rb"(?P<method>[A-Z][A-Z0-9_-]{0,31}) (?P<target>[^\r\n]+?) HTTP/\d\.\d[ \t]*(?:\r?\n|$)"
)
_HEADER = re.compile(rb"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):[ \t]*(?P<value>[^\r\n]*)\r?\n?")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*://(?P<host>[^/?#]*)(?P<path>.*)", re.IGNORECASE)
_PORT = re.compile(r":\d*$", re.ASCII)


class HttpRequest(NamedTuple):
    """What we use of a request; long texts are cut at 1,000 characters.

    Attributes:
        method: Such as ``"GET"``.
        path: What was asked for, with the query; empty where a proxy was to connect to a host.
        host: The name that was asked, in lower case; empty where it was an address, which most
            often is that of the machine that was attacked.
        user_agent: The program, as it calls itself; empty where left out.
    """

    method: str
    path: str
    host: str
    user_agent: str


def http_request(data: bytes) -> HttpRequest | None:
    r"""Read the request that the data begins with.

    Returns:
        None, if they begin with no request line of HTTP/1.

    >>> http_request(b"GET /a HTTP/1.1\r\nHost: example.com:8080\r\nUser-Agent: x\r\n\r\n")
    HttpRequest(method='GET', path='/a', host='example.com', user_agent='x')
    """
    line = _REQUEST_LINE.match(data)
    if line is None:
        return None
    method, target = line["method"].decode(), _text(line["target"])
    host = user_agent = ""
    header = _HEADER.match(data, line.end())
    while header:
        name = header["name"].lower()
        if name == b"host" and not host:
            host = _text(header["value"])
        elif name == b"user-agent" and not user_agent:
            user_agent = _text(header["value"])
        header = _HEADER.match(data, header.end())
    if method == "CONNECT":
        host, target = target, ""
    elif absolute := _ABSOLUTE.fullmatch(target):
        host, target = absolute["host"], absolute["path"] or "/"
    return HttpRequest(method, target, host_name(_PORT.sub("", host)), user_agent)


def host_name(text: str) -> str:
    """Return the name of a host in lower case; nothing for an address or what is no name."""
    try:
        return domain(text).value
    except MalformedError:
        return ""


def _text(raw: bytes) -> str:
    return raw[: 4 * _MAX_TEXT_CHARS].decode(errors="backslashreplace").strip()[:_MAX_TEXT_CHARS]
