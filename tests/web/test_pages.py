import re

import pytest

from cure.model import Topic
from cure.web.pages import VIEWS
from servers import asked


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    with asked(tmp_path_factory.mktemp("pages")) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/lookup", "/topic/ip", "/ip/192.0.2.7", "/ip/192.0.2.7/similar", "/campaigns/1"),
        *("/url/http%3A%2F%2Fexample.com%2Fa%2F%2Fb%3Fc", "/tag/attack%3AT1110", "/alerts?a=b"),
    ],
)
def test_every_address_of_a_view_shows_the_page(web, path):
    answer = web.get(path)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.content == web.get("/").content


@pytest.mark.parametrize(
    "path", ["/nothing", "/wp-login.php", "/nothing/ip", "/api/v1/nothing", "/assets/none.js"]
)
def test_what_is_no_view_is_not_found(web, path):
    assert web.get(path).status_code == 404
    assert web.get(path).json()["error"]["code"] == "not_found"


def test_values_of_every_topic_have_a_page():
    assert {topic.value for topic in Topic} <= VIEWS


def test_the_parts_of_the_page_are_there_and_are_kept_forever(web):
    parts = re.findall(r'(?:src|href)="(/assets/[^"]+)"', web.get("/").text)

    assert parts
    for part in parts:
        answer = web.get(part)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_page_asks_nobody_else_and_has_nothing_written_into_it(web):
    page = web.get("/").text

    assert not re.search(r"(?:src|href)=\"(?!/)", page)
    assert "style=" not in page
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]


def test_what_lies_beside_the_parts_is_not_told(web):
    assert web.get("/BUILD_STAMP").status_code == 404
    assert web.get("/assets/..%2fBUILD_STAMP").status_code == 404
