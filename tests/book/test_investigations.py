"""docs/investigations.md: its commands give what it tells, where the public files are at hand."""

import gzip
import shutil
from pathlib import Path

import pytest

from book.blocks import ROOT
from book.pages import run_page
from cli.conftest import Call

DATA = ROOT.parent / "shared" / "data"
FOLDERS = {
    "cowrie": "honeypot/cowrie/tpot-2022",
    "tanner": "honeypot/tanner",
    "industroyer": "security_reports/eset/industroyer",
}
FILES = {
    "icedid/traffic.pcap": "stardust/pcap/2021-03-15-IcedID-infection.trunc.pcap.gz",
    "icedid/mail.eml": "malmail/unit42/2021-03-15-malspam-pushing-IcedID.eml",
    "icedid/note.txt": "social_media/unit42/2021-03-15-IOCs-from-IcedID-infection.txt",
    "ics-attack-16.1.json": "attack/ics-attack-16.1.json.gz",
}
"""What the page calls the public files, and where they lie beside the checkout."""


def lay_out(public: Path) -> None:
    for name, folder in FOLDERS.items():
        shutil.copytree(DATA / folder, public / name)
    for name, file in FILES.items():
        (public / name).parent.mkdir(exist_ok=True)
        data = (DATA / file).read_bytes()
        (public / name).write_bytes(gzip.decompress(data) if file.endswith(".gz") else data)


@pytest.mark.skipif(not DATA.exists(), reason="the public files are not beside the checkout")
def test_the_investigations_find_what_the_page_tells(tmp_path: Path, call: Call):
    lay_out(tmp_path / "public")

    run_page(ROOT / "docs" / "investigations.md", tmp_path, call)
