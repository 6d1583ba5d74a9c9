"""WarpDrive: visits of own users to sites that a block list names, and how they came there.

Read are HTTP archives, histories of Chrome and Firefox, and the logs of web proxies; and, among
the source's own files, the block lists: that of JPCERT/CC, hosts in JSON, and plain lists. They
speak as well. What is told of a visit, `cure.formats.visits` says.
"""

from collections import deque
from collections.abc import Callable, Iterator

from cure.errors import MalformedError
from cure.formats.block_list import block_list
from cure.formats.browser_history import history
from cure.formats.entries import Listing, feed_name
from cure.formats.har import is_har, requests
from cure.formats.lines import UNREADABLE, each_line, reason, whole, whole_file
from cure.formats.phish_list import is_host_list, is_jpcert_list, jpcert_lines, listed_hosts
from cure.formats.plain import plain_line
from cure.formats.proxy_log import is_proxy_log, proxy_lines
from cure.formats.sqlite_file import MAGIC
from cure.formats.visits import Visit, visit_readings
from cure.interfaces import Input, Publisher, Reading
from cure.model import Layer, Observable, Tlp, Topic


def read(source: Input) -> Iterator[Reading]:
    """Tell the format by the first bytes, and read it."""
    if source.head.startswith(MAGIC):
        yield from _visits(source, lambda: history(whole_file(source.blocks)))
    elif is_har(source.head):
        yield from _visits(source, lambda: requests(whole(source.lines)))
    elif is_proxy_log(source.head):
        yield from proxy_lines(source, block_list(source.setting.listed))
    else:
        yield from _list(source)


def _visits(source: Input, visits: Callable[[], list[Visit]]) -> Iterator[Reading]:
    try:
        found = visits()
    except UNREADABLE as error:
        yield from _unread(source, error)
        return
    yield from visit_readings(found, block_list(source.setting.listed), source.setting.own)
    if not found:
        yield Reading(1, source.head)


def _list(source: Input) -> Iterator[Reading]:
    if is_jpcert_list(source.head):
        yield from jpcert_lines(source)
    elif is_host_list(source.head):
        try:
            document = whole(source.lines)
        except MalformedError as error:
            yield from _unread(source, error)
            return
        yield from listed_hosts(document)
    else:
        yield from each_line(plain_line(Listing(feed_name(source.name))))(source)


def _unread(source: Input, error: Exception) -> Iterator[Reading]:
    """Say that a document cannot be read, and leave nothing of it: its parts mean nothing."""
    deque(source.blocks, maxlen=0)
    deque(source.lines, maxlen=0)
    yield Reading(1, source.head, why=reason(error))


def lists(source: Input) -> Iterator[Observable]:
    """Yield what a block list names, and nothing for other files."""
    head = source.head
    if head.startswith(MAGIC) or is_har(head) or is_proxy_log(head):
        return
    for reading in _list(source):
        for finding in reading.findings:
            for one in finding.observables:
                if one.role == "listed":
                    yield Observable(one.topic, one.value)


PUBLISHER = Publisher(
    name="warpdrive",
    title="WarpDrive: visits to sites on block lists",
    title_ja="WarpDrive: ブロックリストに一致した Web アクセス",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.URL, Topic.DOMAIN, Topic.IP}),
    tlp=Tlp.AMBER,
    read=read,
    reference="https://warpdrive-project.jp/",
    lists=lists,
)
