"""What the first bytes of a connection ask for, of any port: a page, a name over TLS, or a file."""

from typing import Any

from cure.formats.http_request import host_name, http_request
from cure.formats.injected import injected
from cure.formats.shell import fetched
from cure.formats.tls_hello import client_hello
from cure.model import Observable

_MAX_COMMAND_CHARS = 1000


def asked(data: bytes) -> tuple[dict[str, Any], list[Observable]]:
    """Read what a client sent first.

    Returns:
        Attributes: of HTTP `method`, `path`, `host` and `user_agent`, of TLS `sni`, `ja3` and
        `ja4`, and the first injected `command`; nothing empty, and no host that is an address,
        for it is that of the machine that was attacked. And the URLs that the commands would fetch.
    """
    said: dict[str, Any] = {}
    if hello := client_hello(data):
        said = {"sni": host_name(hello.server_name), "ja3": hello.ja3, "ja4": hello.ja4}
    elif request := http_request(data):
        said = request._asdict()
    commands = injected(data.decode(errors="backslashreplace"))
    if commands:
        said["command"] = commands[0][:_MAX_COMMAND_CHARS]
    urls = dict.fromkeys(url for command in commands for url in fetched(command))
    return {name: text for name, text in said.items() if text}, list(urls)
