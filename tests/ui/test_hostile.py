"""Whatever publishers send stays text: nothing of it runs, becomes markup, or spoils a page."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from cure.errors import MalformedError
from cure.model import tag, url
from hostile import HOSTILE, NAMES_OF_ALL
from pages import Pages, ready
from program import Program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VALUE, OWN = "203.0.113.66", "192.0.2.10"
SOURCES = ("reports@blog", "social@posts", "nirvana@edge", "endpoint@laptops", "malmail@mx")
TAG = f"malware:{HOSTILE[57]}"  # a script element
URL = f"http://evil.example.com/{HOSTILE[58]}"
_NAMES = (
    *("title", "signature", "category", "message", "text", "subject", "sender", "comment"),
    *("file", "filename", "path", "command", "user_agent", "product", "action", "reason", "url"),
)
_LONG = 400
_HOOKS = """
window.__ran = [];
window.hostile = window.alert = window.confirm = window.prompt = () => window.__ran.push('ran');
addEventListener('error', ({ error }) => error && window.__ran.push(`error ${error}`));
"""
_FOREIGN = (
    "iframe, object, embed, base, math, video, audio, marquee, foreignObject, animate, template, "
    "x-hostile, [data-hostile], [srcdoc], [contenteditable], [onerror], [onload], "
    "body script, body link, body meta, body style, img:not([src^='/'])"
)
_FOUND = """(foreign) => {
  const found = [...window.__ran, ...(window.__refused ?? [])];
  if ({}.polluted !== undefined) found.push('a prototype was changed');
  for (const one of document.querySelectorAll(foreign)) found.push(one.outerHTML.slice(0, 200));
  for (const one of document.querySelectorAll('*'))
    for (const { name, value } of one.attributes) {
      const isAddress = /^(href|src|action|formaction|xlink:href)$/i.test(name);
      const isForeign = isAddress && new URL(value, location.href).origin !== location.origin;
      if (/^on/i.test(name) || isForeign) found.push(`${name}=${value.slice(0, 80)}`);
    }
  const unseen = document.body.textContent.match(/[\\u200b\\u200e\\u2028-\\u202e\\u2060-\\u2069]/);
  if (unseen) found.push('a character that nobody sees');
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
  if (!document.querySelector('main h1, main h2')) found.push('no heading');
  return found;
}"""
_SHOWN = "() => new Set(document.body.textContent.match(/h[01]\\d\\d/g) ?? []).size"


def _said(one: str) -> Iterator[dict[str, str]]:
    """Yield the values that carry a string: those that the model does not refuse."""
    yield {"topic": "ip", "value": VALUE, "role": "attacker"}
    yield {"topic": "ip", "value": OWN, "role": "victim"}
    for role, text in (("tag", f"malware:{one}"), ("target", f"http://evil.example.com/{one}")):
        with suppress(MalformedError):
            found = (tag if role == "tag" else url)(text)
            yield {"topic": found.topic, "value": found.value, "role": role}


def _findings() -> Iterator[bytes]:
    """Yield, for each hostile string, a finding with it in every field that takes it."""
    now = datetime.now(UTC).isoformat()
    at = {"first_seen": now, "last_seen": now}
    for number, one in enumerate(HOSTILE):
        names = _NAMES if len(one) < _LONG else _NAMES[:2]
        attributes = {
            **dict.fromkeys(names, one),
            **dict.fromkeys((*NAMES_OF_ALL, one[:60]), one[-60:]),
        }
        said = {"observables": list(_said(one)), "attributes": attributes, "key": f"{number}", **at}
        yield json.dumps(said).encode()
        yield one.encode("utf-8", "replace").replace(b"\n", b" ")  # no finding: to the quarantine
    yield b'{"observables": [{"topic": "tag", "value": "malware:\\ud800"}]}'


def _post(client: httpx.Client, path: str, **more: object) -> None:
    answer = client.post(f"api/v1/{path}", **more)  # pyright: ignore[reportArgumentType] - httpx's own
    assert answer.is_success, answer.text


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a world that only hostile publishers filled."""
    program = Program(tmp_path_factory.mktemp("hostile"))
    log = program.directory / "<img src=x onerror=hostile()>\u202egol.json"
    log.write_bytes(b"\n".join(one.encode("utf-8", "replace") for one in HOSTILE))
    assert program("ingest", "nirvana", log, "--data", "d").code == 0
    with program.serving("--data", "d") as url, httpx.Client(base_url=url) as client:
        entries = [VALUE, "malware:*", *HOSTILE]
        _post(client, "watches", json={"name": HOSTILE[57][:60], "own": True, "entries": entries})
        for source in SOURCES:
            _post(client, "records", params={"source": source}, content=b"\n".join(_findings()))
        text = "\n".join([VALUE, *HOSTILE])[:20_000]
        _post(
            client,
            "tickets",
            json={"title": HOSTILE[58][:120], "text": text, "tags": HOSTILE[57:60]},
        )
        _post(
            client, "ratings", json={"about": VALUE, "admiralty": "B2", "note": HOSTILE[60][:400]}
        )
        yield url


@pytest.fixture(scope="module")
def page(browser: "Browser", hostile_url: str) -> Iterator["Page"]:
    """Open one page for all: parts that were loaded once are there for the next view."""
    with Pages(browser, hostile_url) as pages:
        opened = pages.open("/lookup", size=(1280, 800))
        opened.add_init_script(_HOOKS)
        opened.on("dialog", lambda one: pages.problems.append(f"dialog {one.message}"))
        opened.on(
            "console", lambda one: pages.problems.append(one.text) if "Policy" in one.text else None
        )
        yield opened


def _see(page: "Page", url: str, address: str) -> int:
    """Open an address; return how many of the strings it shows, of which nothing may be found."""
    page.goto(f"{url.rstrip('/')}{address}")
    ready(page)
    assert page.evaluate(_FOUND, _FOREIGN) == []
    page.get_by_role("searchbox", name="Look up").click()  # nothing lies above it
    return page.evaluate(_SHOWN)


def _segment(topic: str, value: str) -> str:
    return f"/{topic}/{quote(value, safe='')}"


SEEN = {
    "/?view=table": 0,
    "/?view=map&db=reports": 1,
    f"/?view=map&campaign={quote(TAG)}": 1,
    "/?view=map&link=reports~social": 0,
    "/lookup?pattern=malware%3A*": 10,
    "/lookup?pattern=*.example.com": 0,
    f"/ip/{VALUE}": 3,
    f"/ip/{VALUE}/similar": 0,
    _segment("tag", TAG): 1,
    _segment("url", URL): 1,
    "/topic/tag": 1,
    "/topic/url": 1,
    "/campaigns": 1,
    _segment("campaigns", TAG): 1,
    "/alerts": 100,
    "/watch": 1,
    f"/graph?value={VALUE}": 0,
    "/sources": 0,
    "/sources/reports@blog": 0,
    "/quarantine": 1,
    "/quarantine?source=reports@blog": 1,
    "/quarantine?source=nirvana": 1,
    "/admin": 0,
}
"""What is looked at, and how many of the strings it has to show at least."""


@pytest.mark.parametrize("address", SEEN)
def test_what_publishers_send_stays_text(page: "Page", hostile_url: str, address: str):
    assert _see(page, hostile_url, address) >= SEEN[address]


def test_what_did_not_stay_text_would_be_found(page: "Page", hostile_url: str):
    assert _see(page, hostile_url, "/watch") > 0
    page.evaluate("""() => {
      hostile();
      const link = document.createElement('a');
      link.setAttribute('href', 'javascript:hostile()');
      document.body.append(document.createElement('x-hostile'), link);
    }""")

    assert len(page.evaluate(_FOUND, _FOREIGN)) == 3


def test_what_is_pasted_stays_text(page: "Page", hostile_url: str):
    page.goto(f"{hostile_url}lookup")
    ready(page)
    page.get_by_role("textbox").fill("\n".join(HOSTILE))
    page.keyboard.press("Control+Enter")
    page.locator("section[aria-busy=false]").wait_for()

    assert page.evaluate(_FOUND, _FOREIGN) == []
    assert page.evaluate(_SHOWN) > 10


@pytest.mark.parametrize("name", [*NAMES_OF_ALL[:2], HOSTILE[57], HOSTILE[104]])
def test_what_an_address_says_stays_text(page: "Page", hostile_url: str, name: str):
    said = quote(name, safe="")
    query = "&".join(
        f"{key}={said}"
        for key in (
            *("db", "link", "campaign", "topic", "from", "to", "sel", "state", "source", "pattern"),
            *("lang", "theme", "zone", "now", "view", "value", "status", "last", "group", "path"),
        )
    )
    for path in (
        "/",
        "/lookup",
        "/alerts",
        "/graph",
        "/sources",
        "/watch",
        f"/tag/{said}",
        f"/{said}",
    ):
        page.goto(f"{hostile_url.rstrip('/')}{path}?{query}")
        page.wait_for_load_state()

        assert [one for one in page.evaluate(_FOUND, _FOREIGN) if one != "no heading"] == []
