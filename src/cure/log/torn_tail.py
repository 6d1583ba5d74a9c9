"""What a power loss leaves at the end of SQLite's write-ahead log, told from damage within it.

SQLite takes the frames of the write-ahead log up to the first that does not fit, and cuts the
rest without a word. That is right for a torn tail: each transaction is synced before it is
acknowledged and before the next one begins, so what is torn is one transaction, and it was never
acknowledged. But where a transaction ends and another one follows behind the frame that does not
fit, that frame was acknowledged, and is damaged. (Of the very last transaction nobody can tell,
nor of the last frame of the one before if they have no page in common: it is cut.)

Format: https://www.sqlite.org/walformat.html
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cure.errors import LogError
from cure.log.offsets import FRAME_HEADER_BYTES, WAL_HEADER_BYTES

Words = NDArray[np.uint32]
_MAGIC = 0x377F0682
_PART = 2000
_PAGE, _ENDS, _SALTS, _SUMS = 0, 1, slice(2, 4), slice(4, 6)
"""Where a frame's header, as words, has what."""


def refuse_damage_within(path: Path) -> None:
    """Look through the write-ahead log of a file that nobody has open. Cost: 0.2 s for 80 MB.

    Raises:
        LogError: If a frame is damaged that was acknowledged, with its offset, or is not read.
    """
    beside = path.with_name(path.name + "-wal")
    try:
        wal = beside.read_bytes() if beside.exists() else b""
        page_bytes = _page_bytes(path)
    except OSError as error:
        raise LogError(f"cannot read {path}: {error}") from error
    size = FRAME_HEADER_BYTES + page_bytes
    count = (len(wal) - WAL_HEADER_BYTES) // size if page_bytes else 0
    if count <= 0:
        return
    header = np.frombuffer(wal[:WAL_HEADER_BYTES], ">u4").astype(np.uint32)
    raw = np.frombuffer(wal, np.uint8, count * size, WAL_HEADER_BYTES).reshape(count, size)
    frames = raw[:, :FRAME_HEADER_BYTES].copy().view(">u4").astype(np.uint32)
    order = ">u4" if wal[3] & 1 else "<u4"
    start = np.frombuffer(wal[:24], order).astype(np.uint32)
    zero = np.zeros((1, 2), np.uint32)
    if (header[0] | 1) != _MAGIC | 1 or not np.array_equal(_sums(zero, start[None])[0], header[6:]):
        if not _is_in_file(path, raw, frames):
            raise LogError(f"{beside} is damaged at offset 0: its header does not fit")
        return
    before = np.vstack([header[None, 6:], frames[:-1, _SUMS]])
    sums = np.vstack(
        [
            _sums(before[at : at + _PART], _summed(raw[at : at + _PART], order))
            for at in range(0, count, _PART)
        ]
    )
    ours = (frames[:, _SALTS] == header[None, 4:6]).all(axis=1)
    fits = ours & (frames[:, _PAGE] > 0) & (sums == frames[:, _SUMS]).all(axis=1)
    if fits.all():
        return
    bad = int(np.argmin(fits))
    is_only_sum = False
    if bad + 1 < count and ours[bad + 1]:
        again = _sums(sums[bad : bad + 1], _summed(raw[bad + 1 : bad + 2], order))
        is_only_sum = bool((again == frames[bad + 1, _SUMS]).all())
        fits[bad + 1] |= is_only_sum
    if _another_follows(frames, fits, bad, is_only_sum=is_only_sum):
        offset = WAL_HEADER_BYTES + bad * size
        raise LogError(f"{beside} is damaged at offset {offset}: acknowledged records follow it")


def _another_follows(
    frames: Words, fits: NDArray[np.bool_], bad: int, *, is_only_sum: bool
) -> bool:
    """Tell whether a transaction ends at a frame that does not fit, or behind, and another follows.

    Args:
        frames: The headers.
        fits: Whether each frame fits to the sum that the one before it tells.
        bad: The first that does not.
        is_only_sum: Whether the next one tells that only its sum is wrong.
    """
    ends = frames[:, _ENDS] > 0
    behind = fits[bad + 1 :]
    if (behind[1:] & behind[:-1] & ends[bad + 1 : -1]).any():
        return True
    if not (behind[:1].any() and ends[bad]):
        return False
    # That it ends one may be left of what stood there before. But none has a page twice.
    begin = int(np.flatnonzero(ends[:bad])[-1]) + 1 if ends[:bad].any() else 0
    stop = len(fits) if behind.all() else bad + 1 + int(np.argmin(behind))
    twice = np.isin(frames[begin:bad, _PAGE], frames[bad + 1 : stop, _PAGE]).any()
    return is_only_sum or bool(twice)


def _summed(raw: NDArray[np.uint8], order: str) -> Words:
    """Return what checksums of frames are of: a half of their headers, and the pages."""
    part = np.hstack([raw[:, :8], raw[:, FRAME_HEADER_BYTES:]])
    return part.view(order).astype(np.uint32)


def _page_bytes(path: Path) -> int:
    with path.open("rb") as file:
        told = int.from_bytes(file.read(18)[16:], "big")
    return 65536 if told == 1 else told


def _sums(before: Words, words: Words) -> Words:
    """Return SQLite's checksums of rows of words, each continued from another; shape (n, 2)."""
    return np.hstack([words, before]) @ _factors(words.shape[1] // 2)


@cache
def _factors(pairs: int) -> Words:
    """Return how often each word of a row counts in its sums, and then each sum before it.

    With each pair of words (a, b), s0 becomes s0 + s1 + a, and s1 becomes s1 + s0 + b. That is
    linear: each word counts with a factor that only depends on its place.
    """
    factors = np.zeros((2 * pairs + 2, 2), np.uint32)
    a, b = (1, 1), (0, 1)
    for at in range(pairs - 1, -1, -1):
        factors[2 * at], factors[2 * at + 1] = a, b
        a, b = _next(a), _next(b)
    factors[-2], factors[-1] = factors[0], b  # s0 counts as the first word, s1 as one before it
    return factors


def _next(sums: tuple[int, int]) -> tuple[int, int]:
    first = (sums[0] + sums[1]) & 0xFFFFFFFF
    return first, (sums[1] + first) & 0xFFFFFFFF


def _is_in_file(path: Path, raw: NDArray[np.uint8], frames: Words) -> bool:
    """Tell whether all pages of the frames are in the file already.

    So it is if the power went just when the header was written for a new beginning.
    """
    ours = (frames[:, _SALTS] == frames[0, _SALTS]).all(axis=1)
    count = len(ours) if ours.all() else int(np.argmin(ours))
    while count and not frames[count - 1, _ENDS]:
        count -= 1
    newest = {int(page): at for at, page in enumerate(frames[:count, _PAGE])}
    page_bytes = raw.shape[1] - FRAME_HEADER_BYTES
    with path.open("rb") as file:
        for page, at in newest.items():
            file.seek((page - 1) * page_bytes)
            if file.read(page_bytes) != raw[at, FRAME_HEADER_BYTES:].tobytes():
                return False
    return True
