"""How real clients ask, quirks and all: each drains 10,000 objects, and gets every one once.

What each does comes from its source code and its issues; docs/taxii.md names them.
"""

import re
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from taxii2client.v21 import Server, as_pages

from cure.access.principal import Scope
from guarded import World
from servers import ndjson, running
from taxii.world import ACCEPT, ALL, Taxii, attacks, last_of, trusted

RECORDS = 2000
UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FIRST = "2020-01-01T00:00:00.000000Z"


class Full:
    """A server with 10,000 objects for the bank.

    Attributes:
        url: Where it is.
        world: What it serves.
    """

    def __init__(self, url: str, world: World) -> None:
        self.url = url
        self.world = world

    def post(self, start: int, count: int) -> None:
        answer = httpx.post(
            f"{self.url}/api/v1/records?source=nicter",
            content=ndjson(*attacks(count, start)),
            headers={"Authorization": f"Bearer {self.world.tokens['soc']}"},
            timeout=30,
        )
        assert answer.is_success, answer.text

    @property
    def basic(self) -> tuple[str, str]:
        _, key, secret = self.world.tokens["bank"].split("_")
        return key, secret


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    directory: Path = tmp_path_factory.mktemp("taxii")
    with trusted(directory, is_served=False) as world, running(world.app) as url:
        one = Full(url, world)
        for start in range(0, RECORDS, 500):
            one.post(start, 500)
        yield one


@pytest.fixture
def client(full: Full) -> Iterator[Taxii]:
    with httpx.Client(base_url=full.url, auth=full.basic, timeout=30) as http:
        yield Taxii(http)


@pytest.fixture(scope="module")
def everything(full: Full) -> list[str]:
    with httpx.Client(base_url=full.url, auth=full.basic, timeout=30) as http:
        one = Taxii(http)
        page = one.ask(limit=1000).json()
        while page["more"]:
            page = one.ask(limit=1000, next=page["next"]).json()
    assert len(one.ids) == len(set(one.ids)) >= 10_000
    return one.ids


def test_elastic_of_old_sends_next_and_limit_alone_and_goes_on_from_the_header(
    client: Taxii, everything: list[str]
):
    page = client.ask(limit=1000, added_after=FIRST)
    while page.json()["more"]:
        last = last_of(page)
        page = client.ask(limit=1000, next=page.json()["next"])
        assert last_of(page) > last
    nothing = client.ask(limit=1000, added_after=last_of(page))

    assert client.ids == everything
    assert nothing.json() == {"more": False, "objects": []}
    assert not [name for name in nothing.headers if name.startswith("x-taxii")]


def test_elastic_of_today_repeats_the_moment_beside_next(client: Taxii, everything: list[str]):
    page = client.ask(limit=1000, added_after=FIRST).json()
    while page["more"]:
        page = client.ask(limit=1000, added_after=FIRST, next=page["next"]).json()

    assert client.ids == everything


def test_opencti_keeps_an_old_next_beside_a_new_moment(client: Taxii, everything: list[str]):
    page = client.ask(limit=1000)
    old = page.json()["next"]
    while page.json()["more"]:
        page = client.ask(limit=1000, next=old, added_after=last_of(page))

    assert client.ids == everything
    assert client.ask(next=old, added_after=last_of(page)).json()["objects"] == []


def by_date(client: Taxii, date_of: Callable[[httpx.Response], str]) -> None:
    page = client.ask(limit=500)
    while page.json()["more"]:
        page = client.ask(limit=500, added_after=date_of(page))


def test_opencti_of_old_goes_on_by_date_alone(client: Taxii, everything: list[str]):
    by_date(client, last_of)

    assert client.ids == everything


def test_minemeld_goes_on_by_the_latest_modified(client: Taxii, everything: list[str]):
    by_date(client, lambda page: max(one.get("modified", "") for one in page.json()["objects"]))

    assert set(client.ids) == set(everything)
    assert len(client.answers) < 40  # it gets some objects again, and comes to an end


def test_eclecticiq_reads_moments_in_every_header(client: Taxii):
    page = client.ask(limit=10)
    dates = [page.headers[f"X-TAXII-Date-Added-{which}"] for which in ("First", "Last")]

    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", one) for one in dates)


def test_sentinel_logs_in_by_basic_and_takes_collections_by_a_random_uuid(full: Full):
    with httpx.Client(base_url=full.url, auth=full.basic) as http:
        root = http.get("/taxii2/", headers=ACCEPT).json()["default"]
        found = http.get(f"{root}collections/", headers=ACCEPT).json()["collections"]
        ids = [one["id"] for one in found]
        assert all(UUID_4.fullmatch(one) for one in ids)
        for one in ids:
            assert http.get(f"{root}collections/{one}/objects/?limit=1", headers=ACCEPT).is_success
        wrong = http.get(root, headers=ACCEPT, auth=("nobody", "x"), follow_redirects=False)

    assert wrong.status_code == 401
    assert wrong.json()["http_status"] == "401"


def test_splunk_finds_the_value_beside_every_indicator(client: Taxii):
    page = client.ask(limit=1000).json()
    while page["more"]:
        page = client.ask(limit=1000, next=page["next"]).json()
    values = {one["value"] for one in client.got if "value" in one}
    patterns = [one["pattern"] for one in client.got if one["type"] == "indicator"]
    compared = [re.fullmatch(r"\[[a-z0-9-]+:value = '([^']+)'\]", one) for one in patterns]

    assert len(patterns) == RECORDS
    assert {found[1] for found in compared if found} <= values
    assert all(compared)


def test_dates_grow_from_object_to_object(full: Full, everything: list[str]):
    path = ALL.replace("/objects/", "/manifest/")
    dates: list[str] = []
    with httpx.Client(base_url=full.url, auth=full.basic, timeout=30) as http:
        query: dict[str, str | int] = {"limit": 1000}
        while True:
            page = http.get(path, params=query, headers=ACCEPT).json()
            dates += [one["date_added"] for one in page["objects"]]
            if not page["more"]:
                break
            query["next"] = page["next"]

    assert len(dates) == len(everything)
    assert all(a < b for a, b in pairwise(dates))


def test_the_oasis_client_drains_every_object_once_while_records_keep_coming(
    full: Full, everything: list[str]
):
    key, secret = full.basic
    done = threading.Event()

    def keep_posting() -> None:
        start = 100_000
        while not done.wait(0.05):
            full.post(start, 20)
            start += 20

    posting = threading.Thread(target=keep_posting)
    posting.start()
    try:
        [root] = Server(f"{full.url}/taxii2/", user=key, password=secret).api_roots
        [collection] = [one for one in root.collections if one.title == "All that you may see"]
        pages = list(as_pages(collection.get_objects, per_request=700))
    finally:
        done.set()
        posting.join()
    ids = [one["id"] for page in pages for one in page["objects"]]

    assert ids[: len(everything)] == everything
    assert len(ids) == len(set(ids))


def test_a_key_that_only_publishes_reads_no_collection(full: Full):
    full.world.key("post only", "bank", Scope.PUBLISH)
    headers = {**ACCEPT, "Authorization": f"Bearer {full.world.tokens['post only']}"}

    assert httpx.get(f"{full.url}{ALL}", headers=headers).status_code == 403
