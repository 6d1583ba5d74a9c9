"""Tables of feeds: which column means what, with and without a heading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.columns import column_name, columns_of, heading_of
from cure.formats.tables import split
from formats.saying import all_words, extras, only, read, reasons, span, words

MD5 = "0cc175b9c0f1b6a831c399e269772661"
SHA1 = "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
SHA256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
ABUSE_CH = (
    "################################################################\n"
    "# abuse.ch (CSV)                                               #\n"
    "# Last updated: 2026-01-03 03:04:05 (UTC)                      #\n"
    "#\n"
)


def test_urlhaus_lists_urls_that_deliver_files_each_under_its_own_number():
    finding = only(
        f"{ABUSE_CH}# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"
        '"7","2026-01-01 03:04:05","http://192.0.2.1/a,b.sh","online","2026-01-02 00:00:00",'
        '"malware_download","elf,mozi","https://example.org/url/7/","someone"\n',
        "urlhaus.csv",
    )
    assert words(finding) == [
        "payload http://192.0.2.1/a,b.sh",
        "tag malware:mozi",
        "host 192.0.2.1",
    ]
    assert span(finding) == "2026-01-01 03:04 - 2026-01-02 00:00"
    assert finding.key == "urlhaus:7"
    assert extras(finding) == {
        "url_status": "online",
        "threat": "malware_download",
        "tags": ["elf"],
        "urlhaus_link": "https://example.org/url/7/",
        "reporter": "someone",
    }


def test_feodo_tracker_lists_c2s_with_port_and_family():
    finding = only(
        f"{ABUSE_CH}"
        '"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\n'
        '"2026-01-01 10:00:00","192.0.2.1","443","online","2026-01-02","Heodo"\n# END (1)\n'
    )
    assert words(finding) == ["c2 192.0.2.1", "tag malware:emotet"]
    assert extras(finding) == {"port": 443, "c2_status": "online"}
    assert span(finding) == "2026-01-01 10:00 - 2026-01-02 00:00"


def test_a_day_on_which_it_was_last_seen_does_not_end_before_the_hour_it_was_first_seen():
    finding = only(
        "# first_seen_utc,dst_ip,dst_port,last_online,malware\n"
        "2026-01-01 10:00:00,192.0.2.1,443,2026-01-01,Heodo\n"
    )
    assert span(finding) == "2026-01-01 10:00"


def test_sslbl_lists_c2s_but_its_fingerprints_are_no_hashes_of_files():
    addresses = "# Firstseen,DstIP,DstPort\n2026-01-01 10:00:00,192.0.2.1,443\n"
    assert all_words(addresses) == [["c2 192.0.2.1"]]
    certificates = f"# Listingdate,SHA1,Listingreason\n2026-01-01 10:00:00,{SHA1},Heodo C&C\n"
    assert "no column has values of a topic" in reasons(certificates)[1]
    handshakes = f"# ja3_md5,Firstseen,Lastseen,Listingreason\n{MD5},2026-01-01,2026-01-02,Heodo\n"
    assert "no column has values of a topic" in reasons(handshakes)[1]


def test_malwarebazaar_names_three_hashes_of_one_file_and_no_imphash():
    finding = only(
        f"{ABUSE_CH}"
        '# "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name",'
        '"signature","clamav","imphash"\n'
        f'"2026-01-01 10:00:00", "{SHA256}", "{MD5}", "{SHA1}", "someone", "a.exe", "AgentTesla", '
        f'"n/a", "{MD5[::-1]}"\n'
    )
    assert words(finding) == [
        f"sample {SHA256}",
        f"sample {MD5}",
        f"sample {SHA1}",
        "tag malware:agent-tesla",
    ]
    assert extras(finding) == {
        "reporter": "someone",
        "file_name": "a.exe",
        "imphash": MD5[::-1],
    }


def test_phishtank_lists_urls_under_its_own_numbers():
    finding = only(
        "phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target\n"
        '12,"http://example.com/a,b",http://example.org/12,2026-01-01T00:00:00+00:00,yes,'
        "2026-01-01T01:00:00+00:00,yes,Other\n"
    )
    assert words(finding) == ["listed http://example.com/a,b", "host example.com"]
    assert (finding.key, extras(finding)["target"]) == ("phishtank:12", "Other")


def test_what_zone_h_lists_was_a_victim():
    finding = only(
        '"add_date","accept_date","attacker","domain","ip_address","reason","defacement_id"\n'
        '"2026-01-01 11:56:00","2026-02-01 13:20:21","someone","http://example.com","192.0.2.1",'
        '"Not available","7"\n'
    )
    assert words(finding) == ["victim http://example.com/", "host 192.0.2.1", "host example.com"]
    assert span(finding) == "2026-01-01 11:56"
    assert extras(finding)["attacker"] == "someone"


def test_what_spamhaus_lists_is_an_infected_host_and_the_sinkhole_is_not_listed():
    text = (
        "; ip, asn, country, lastseen, botname, domain, remote_ip, remote_port, local_port,"
        " protocol\n"
        "192.0.2.1,AS64500,AT,1441008970,conficker,sinkhole.example.org,203.0.113.1,80,1036,tcp\n"
        "192.0.2.2,AS64500,AT,1441008970,openrelay,,,25,,tcp\n; EOF\n"
    )
    said = [finding for reading in read(text) for finding in reading.findings]
    assert [words(f) for f in said] == [
        ["listed 192.0.2.1", "tag malware:conficker"],
        ["listed 192.0.2.2"],
    ]
    assert span(said[0]) == "2015-08-31 08:16"
    assert extras(said[0])["remote_ip"] == "203.0.113.1"
    assert extras(said[1])["botname"] == "openrelay"


@pytest.mark.parametrize(
    ("category", "remark", "expected"),
    [
        ("bot", "family: Nivdort;dest_addr: 203.0.113.1;", ["listed", "tag malware:suppobox"]),
        (
            "bots",
            "srcport 1 mwtype Conficker dstaddr 203.0.113.1",
            ["listed", "tag malware:conficker"],
        ),
        ("bruteforce", "ssh;", ["attacker"]),
        ("controller", "family: http_post;", ["c2"]),
        ("openresolver", "", ["listed"]),
    ],
)
def test_team_cymru_tells_by_the_category_what_an_address_was(category, remark, expected):
    finding = only(
        "#generated on 20260101\n#category|address|asn|timestamp|optional_information|asninfo\n\n"
        f"{category}|192.0.2.1|64500|2026-01-02 03:04:05|{remark}|Example, AT\n"
    )
    assert words(finding) == [f"{expected[0]} 192.0.2.1", *expected[1:]]
    assert span(finding) == "2026-01-02 03:04"


def test_dataplane_parts_its_cells_with_wide_bars():
    text = (
        "# 2026-01-01 10:00 - 2026-01-08 10:00\n"
        "# ASN  |  ASname  |  ipaddr  |  lastseen  |  category\n"
        "64500   |  EXAMPLE  |  192.0.2.1  |  2026-01-02 03:04:05  |  sshpwauth\n"
        "64501   |  A | with | bars  |  192.0.2.2  |  2026-01-02 03:04:05  |  sshpwauth\n"
    )
    assert all_words(text) == [["attacker 192.0.2.1"], ["attacker 192.0.2.2"]]


def test_dshield_lists_ranges_by_start_and_end():
    finding = only(
        "# updated: Fri Jan 2 03:04:05 2026 UTC\n"
        "Start\tEnd\tNetblock\tAttacks\tName\tCountry\temail\n"
        "192.0.2.0\t192.0.2.255\t24\t788\tExample\tJP\tabuse@example.org\n"
    )
    assert words(finding) == ["listed 192.0.2.0/24"]
    assert span(finding) == "2026-01-02 03:04"


def test_a_remark_in_a_column_called_ioc_is_not_what_is_listed():
    finding = only("#ip,port,ioc\n192.0.2.1,443,Possible C2 IP\n", "IPPortC2s-30day.csv")
    assert words(finding) == ["c2 192.0.2.1"]
    assert extras(finding) == {"port": 443, "ioc": "Possible C2 IP"}


def test_a_hash_of_no_file_is_quarantined():
    text = f"Indicator type,Indicator,Description\nFileHash-IMPHASH,{MD5},\nFileHash-MD5,{MD5},\n"
    assert reasons(text) == [
        "",
        f"'{MD5}' is not a value: there is no topic for FileHash-IMPHASH",
        "said",
    ]


def test_a_time_that_cannot_be_read_stays_as_text_and_the_value_is_listed():
    finding = only("ip,first_seen\n192.0.2.1,06/07/2019\n")
    assert (words(finding), span(finding)) == (["listed 192.0.2.1"], "")
    assert extras(finding) == {"first_seen": "06/07/2019"}


def test_an_address_beside_a_name_is_its_host_and_what_is_none_stays_as_text():
    text = "domain,ip,date\nexample.com,192.0.2.1|192.0.2.2,2026-01-01\nexample.net,none yet,-\n"
    said = [finding for reading in read(text) for finding in reading.findings]
    assert words(said[0]) == ["listed example.com", "host 192.0.2.1", "host 192.0.2.2"]
    assert (words(said[1]), extras(said[1])) == (["listed example.net"], {"ip": "none yet"})


def test_a_row_without_a_value_or_with_too_many_cells_is_quarantined():
    text = "ip,port\n-,80\n192.0.2.1,80,extra\n192.0.2.1\n"
    assert [why.rpartition(": ")[2] for why in reasons(text)] == [
        "",
        "all columns for values are empty",
        "more than 2 columns",
        "said",
    ]


@pytest.mark.parametrize(
    ("row", "expected", "when", "note"),
    [
        (  # Bambenek
            "example.com,Domain used by one/two - x,2026-01-02 03:04,http://example.org/m",
            ["listed example.com", "tag malware:one", "tag malware:two"],
            "2026-01-02 03:04",
            "Domain used by one/two - x | http://example.org/m",
        ),
        (  # Malware Domain List
            '"2009/01/05_00:00","example.com/a.exe","192.0.2.1","-","trojan","Someone","64500"',
            ["listed http://example.com/a.exe", "host 192.0.2.1", "host example.com"],
            "2009-01-05 00:00",
            "trojan | Someone | 64500",
        ),
        (  # MalShare
            f"{MD5}\t{SHA1}\t{SHA256}",
            [f"sample {MD5}", f"sample {SHA1}", f"sample {SHA256}"],
            "",
            None,
        ),
        (  # Netlab 360
            "necro\texample.com\t2026-01-01 00:00:00\t2026-01-02 00:00:00",
            ["listed example.com"],
            "2026-01-01 00:00 - 2026-01-02 00:00",
            "necro",
        ),
        (  # DShield, sources
            "198.051.100.000\t12\t3\t2026-01-02\t2026-01-01",
            ["listed 198.51.100.0"],
            "2026-01-01 00:00 - 2026-01-02 00:00",
            "12 | 3",
        ),
        (  # eMule
            "192.000.002.000 - 192.000.002.255 , 000 , Example",
            ["listed 192.0.2.0/24"],
            "",
            "000 | Example",
        ),
        (  # TCP wrappers
            "ALL: 192.0.2.1",
            ["listed 192.0.2.1"],
            "",
            "ALL:",
        ),
    ],
)
def test_without_a_heading_the_first_value_of_a_row_is_what_is_listed(row, expected, when, note):
    finding = only(f"{row}\n")
    assert (words(finding), span(finding)) == (expected, when)
    assert extras(finding).get("note") == note


def test_a_comma_in_a_url_does_not_make_a_table():
    text = "http://example.com/a,b\nhttp://example.com/c\nhttp://example.com/d\n"
    assert [one[0] for one in all_words(text)] == [
        "listed http://example.com/a,b",
        "listed http://example.com/c",
        "listed http://example.com/d",
    ]


def test_commas_in_every_row_do_though_the_url_could_hold_them():
    text = "".join(f"http://example.com/{name},phishing\n" for name in "abc")
    assert [one[0] for one in all_words(text)] == [
        "listed http://example.com/a",
        "listed http://example.com/b",
        "listed http://example.com/c",
    ]


def test_names_of_columns_are_read_in_many_spellings():
    assert column_name('"First seen (UTC)"') == column_name("first_seen") == "first_seen"
    assert heading_of(["First Seen", "IP Address"]) is not None
    assert heading_of(["192.0.2.1", "example"]) is None
    assert columns_of(("colour", "size")) is None


@given(st.lists(st.text(st.characters(exclude_characters='"\r\n', codec="utf-8")), min_size=1))
def test_quoted_cells_may_hold_the_delimiter(cells):
    line = ",".join(f'"{cell}"' for cell in cells)
    assert split(line, ",") == [cell.strip() for cell in cells]
