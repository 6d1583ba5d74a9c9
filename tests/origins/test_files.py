"""Files, folders and archives: what is in them comes out, and what is broken is named."""

import gzip
import io
import os
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import SourceError
from cure.interfaces import Line, Unreadable
from cure.origins import files
from cure.origins.files import inputs, lines, paths_of
from cure.origins.packed import zstd

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = b"one\ntwo\r\n\nfour"
CUT = [b"one", b"two", b"", b"four"]


def read(path: Path) -> dict[str, list[Line]]:
    return {Path(one.name).name: list(one.lines) for one in inputs(path, NOW)}


def tar_of(names: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def test_lines_come_out_of_every_packing(tmp_path: Path) -> None:
    packed = {
        "a.log": TEXT,
        "a.log.gz": gzip.compress(TEXT),
        "twice.gz": gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:]),
        "a.log.zst": zstd.compress(TEXT),
        "misnamed.txt": gzip.compress(TEXT),
        "a.tar.gz": gzip.compress(tar_of({"inner.log": TEXT})),
        "a.tar": tar_of({"inner.log": TEXT, "folder/other.log": TEXT}),
    }
    for name, content in packed.items():
        path = tmp_path / name
        path.write_bytes(content)
        found = read(path)

        assert found
        assert all(cut == CUT for cut in found.values()), name


def test_each_file_of_a_zip_is_an_input(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.log", TEXT)
        archive.writestr("__MACOSX/._one.log", b"rubbish")
        archive.writestr("folder/two.log", TEXT)

    assert read(tmp_path / "a.zip") == {"one.log": CUT, "two.log": CUT}


def test_a_folder_is_all_files_below_it_in_order(tmp_path: Path) -> None:
    for name in ("b/2", "a/1", "c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert paths_of([tmp_path]) == [tmp_path / "a/1", tmp_path / "b/2", tmp_path / "c"]
    with pytest.raises(SourceError, match="there is no file"):
        paths_of([tmp_path / "nothing"])


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_truncated_file_gives_what_it_has_and_then_says_that_it_is_broken(
    tmp_path: Path, pack
) -> None:
    text = b"".join(
        b"%d %s\n" % (n, bytes([n * 7 % 251] * 9).hex().encode()) for n in range(99_999)
    )
    whole = pack(text)
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    [*good, last] = read(tmp_path / "cut")["cut"]

    assert good == text.split(b"\n")[: len(good)]
    assert isinstance(last, Unreadable)
    assert "broken" in last.why


def test_a_truncated_archive_says_so(tmp_path: Path) -> None:
    whole = tar_of({"one.log": TEXT * 1000, "two.log": TEXT * 1000})
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])

    assert any(
        isinstance(line, Unreadable) for cut in read(tmp_path / "cut.tar").values() for line in cut
    )


def test_a_line_that_is_too_long_is_passed_over_in_bounded_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(files, "CHUNK_BYTES", 64)
    found = list(lines(io.BytesIO(b"before\n" + b"x" * 5000 + b"\nafter\n")))

    assert found[0] == b"before"
    assert isinstance(found[1], Unreadable)
    assert found[1].why == "longer than 1000 bytes"
    assert found[2] == b"after"


@given(st.binary(max_size=300), st.integers(1, 20))
def test_cutting_does_not_depend_on_chunks(raw: bytes, chunk: int) -> None:
    whole = raw.split(b"\n")
    expected = [line[:-1] if line.endswith(b"\r") else line for line in whole[:-1]]
    expected += [whole[-1].removesuffix(b"\r")] if whole[-1] else []
    before = files.CHUNK_BYTES
    files.CHUNK_BYTES = chunk
    try:
        assert list(lines(io.BytesIO(raw))) == expected
    finally:
        files.CHUNK_BYTES = before


def test_progress_tells_of_every_byte_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT))
    told: list[int] = []
    for one in inputs(tmp_path / "a.gz", NOW, told.append):
        list(one.lines)

    assert sum(told) == (tmp_path / "a.gz").stat().st_size


def test_a_member_whose_time_was_never_set_speaks_of_the_moment_of_its_archive(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.tar").write_bytes(tar_of({"inner.log": TEXT}))
    os.utime(tmp_path / "a.tar", (1_700_000_000, 1_700_000_000))

    [one] = [(i.as_of, list(i.lines)) for i in inputs(tmp_path / "a.tar", NOW)]
    assert one[0].timestamp() == 1_700_000_000
    os.utime(tmp_path / "a.tar", (0, 0))
    [one] = [(i.as_of, list(i.lines)) for i in inputs(tmp_path / "a.tar", NOW)]
    assert one[0] == NOW


def test_what_becomes_far_larger_ends_there_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(64 << 20)))
    (tmp_path / "log.gz").write_bytes(gzip.compress(b"".join(b"%d\n" % n for n in range(700_000))))

    found = read(tmp_path / "bomb.gz")["bomb"][-1]
    assert isinstance(found, Unreadable)
    assert "250 times as large" in found.why
    assert read(tmp_path / "log.gz")["log"][-1] == b"699999"


def test_what_is_packed_again_and_again_is_not_opened(tmp_path: Path) -> None:
    data = b"192.0.2.1\n"
    for _ in range(1000):
        data = gzip.compress(data, 1)
    (tmp_path / "nested.gz").write_bytes(data)

    assert read(tmp_path / "nested.gz") == {"nested": [Unreadable(b"", "packed more than 4 times")]}


def test_a_time_outside_the_calendar_spoils_no_archive(tmp_path: Path) -> None:
    member = tarfile.TarInfo("a.txt")
    member.size, member.mtime = 2, 1 << 80
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(member, io.BytesIO(b"x\n"))

    assert read(tmp_path / "a.tar") == {"a.txt": [b"x"]}


def test_what_is_read_again_and_again_counts_once(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1 << 20))
        once = archive.infolist()[0]
        archive.filelist += [once] * 99  # the directory names one file a hundred times
    (tmp_path / "a.zip").write_bytes(packed.getvalue())

    told = [list(one.lines)[-1] for one in inputs(tmp_path / "a.zip", NOW)]
    assert len(told) == 100
    assert sum(isinstance(line, bytes) for line in told) < 10


def test_archives_of_very_many_files_from_very_few_bytes_break_off(tmp_path: Path) -> None:
    many = {f"{number}.txt": b"x" for number in range(3000)}
    (tmp_path / "a.tar").write_bytes(tar_of(many))
    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(tar_of(many)))

    assert len(read(tmp_path / "a.tar")) == 3000
    found = read(tmp_path / "b.tar.gz")
    assert len(found) < 3000
    assert any(isinstance(cut[-1], Unreadable) for cut in found.values())
