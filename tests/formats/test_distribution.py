"""Files and the URLs that served them: pairs, and TweetFeed's hits."""

import json

import pytest

from cure.errors import MalformedError
from cure.formats.distribution import hit_line, is_hits, is_paired, pair_line
from cure.formats.entries import Listing
from cure.model import Finding

LISTING = Listing("list", role="payload")
DIGEST = "0123456789abcdef" * 4
HEADING = "Indicator,Data,Note"
ROW = f"sha256,{DIGEST.upper()},cdn.example.com/a"


def words(finding: Finding) -> list[str]:
    return [f"{one.role} {one.value}" for one in finding.observables]


@pytest.mark.parametrize(
    "row", [ROW, f"{DIGEST},http://cdn.example.com/a", f"http://cdn.example.com/a,x,{DIGEST}"]
)
def test_a_pair_is_found_in_any_columns(row):
    (finding,) = pair_line([HEADING, ROW], LISTING)(row.encode())
    assert words(finding) == ["payload http://cdn.example.com/a", f"sample {DIGEST}"]


def test_the_rows_before_the_first_pair_are_the_heading_and_may_tell_the_time():
    rows = [HEADING, "Description,Files,URLs captured on 2026-01-02", ROW]
    parse = pair_line(rows, LISTING)
    assert [len(parse(row.encode())) for row in rows] == [0, 0, 1]
    (finding,) = parse(ROW.encode())
    assert f"{finding.first_seen:%Y-%m-%d}" == "2026-01-02"


def test_a_later_row_without_a_pair_is_malformed():
    parse = pair_line([HEADING, ROW], LISTING)
    for row in (f"sha256,{DIGEST},no url", "sha256,abc,cdn.example.com/a"):
        with pytest.raises(MalformedError, match="want a hash and a URL"):
            parse(row.encode())


def test_a_table_without_pairs_is_none():
    assert is_paired([HEADING, ROW])
    assert not is_paired([HEADING, f"{DIGEST},example.com", ""])


def hit(value: str, *seen: dict[str, str]) -> bytes:
    return json.dumps({"indicator": value, "seen_in": seen}).encode()


URLHAUS = {"src": "urlhaus", "added": "2026-01-02"}
BAZAAR = {"src": "malwarebazaar", "added": "2026-01-01", "threat": "malware sample (Example RAT)"}


def test_a_hit_is_a_sample_or_a_url_even_where_the_path_was_cut():
    parse = hit_line(LISTING)
    assert words(parse(hit(DIGEST, BAZAAR))[0]) == [f"sample {DIGEST}", "tag malware:example-rat"]
    assert words(parse(hit("example.com", URLHAUS))[0]) == ["payload http://example.com/"]
    assert words(parse(hit("192.0.2.1", URLHAUS))[0]) == ["payload http://192.0.2.1/"]


def test_a_hit_lasts_from_the_first_day_to_the_last():
    (finding,) = hit_line(LISTING)(hit(DIGEST, URLHAUS, BAZAAR))
    assert f"{finding.first_seen:%d} {finding.last_seen:%d}" == "01 02"


def test_what_no_distribution_service_knows_is_silent():
    assert hit_line(LISTING)(hit("example.com", {"src": "usom"})) == ()
    assert hit_line(LISTING)(b" ") == ()


def test_hits_are_told_by_their_form():
    assert is_hits(hit("example.com", URLHAUS))
    assert not is_hits(b'{"indicator": "example.com"}')
    assert not is_hits(b"[")
