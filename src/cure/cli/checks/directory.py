"""Checks of the data directory: who may look in, and whether its disk will do."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from pwd import getpwuid
from tempfile import TemporaryFile
from time import perf_counter

from cure.cli.accounts import counted
from cure.cli.checks.check import Check

_LITTLE_DISK_BYTES = 2 << 30
_NO_DISK_BYTES = 200 << 20
_FEW_INODES = 10_000
_SLOW_SYNC_S = 0.05
_SYNCED_BYTES = 4096
_OTHERS = 0o077
_HASH_KEY = "hash.key"
_OVER_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs"}
)
_PASSING = {"tmpfs": "gone when the machine stops", "overlay": "gone with its container"}
_MOUNTS = Path("/proc/self/mountinfo")


def holds_data(directory: Path) -> bool:
    """Tell whether a directory is one of ours."""
    return (directory / "log.sqlite").exists()


def directory(path: Path) -> Iterator[Check]:
    """Look at a data directory and the disk under it."""
    if not holds_data(path):
        todo = f"cure ingest PUBLISHER FILE... --data {path}"
        yield Check("data directory", "fail", f"{path} holds no data of cure", todo)
        return
    yield _mode(path)
    yield _secrets(path)
    yield _owner(path)
    yield _disk(path)
    yield _inodes(path)
    yield _sync(path)
    yield from _file_system(path)
    yield _lock(path)


def _mode(path: Path) -> Check:
    mode = path.stat().st_mode & 0o777
    if not os.access(path, os.W_OK):
        todo = "give it to who runs cure: chown"
        return Check("data directory", "fail", f"{path} cannot be written to", todo)
    if mode & _OTHERS:
        says = f"{path} has mode {mode:o}: others may look in"
        return Check("data directory", "warn", says, f"chmod 700 {path}")
    return Check("data directory", "ok", f"{path}, mode {mode:o}")


def _secrets(path: Path) -> Check:
    """Look for keys that others may read: who has one passes for this installation."""
    keys = sorted([*path.glob("*.key"), *path.glob("*.secret")])
    open_ones = [str(one) for one in keys if one.stat().st_mode & _OTHERS]
    if not (path / _HASH_KEY).exists():
        says = f"{_HASH_KEY} is missing: a new one gives all records other names"
        return Check("secrets", "fail", says, "bring it back from the last backup: cure restore")
    if open_ones:
        says = f"others may read {', '.join(one.rpartition('/')[2] for one in open_ones)}"
        return Check("secrets", "fail", says, f"chmod 600 {' '.join(open_ones)}; make them anew")
    return Check("secrets", "ok", f"{counted(len(keys), 'key')} that nobody else may read")


def _owner(path: Path) -> Check:
    """Look for files of another user, such as root's who gave a command here."""
    owner = path.stat().st_uid
    strange = [one.name for one in path.iterdir() if one.lstat().st_uid != owner]
    if strange:
        todo = f"chown -R --reference={path} {path}, and give commands as that user"
        says = f"not of {_user(owner)}, who owns the directory: {', '.join(sorted(strange)[:3])}"
        return Check("owner", "fail", says, todo)
    return Check("owner", "ok", f"all of it belongs to {_user(owner)}")


def _user(uid: int) -> str:
    try:
        return getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _disk(path: Path) -> Check:
    disk = shutil.disk_usage(path)
    says = f"{disk.free / 1e9:,.1f} GB of {disk.total / 1e9:,.1f} GB free"
    if disk.free < _NO_DISK_BYTES:
        return Check("disk", "fail", says, "make room: nothing can be kept without")
    if disk.free < _LITTLE_DISK_BYTES:
        return Check("disk", "warn", says, "make room soon")
    return Check("disk", "ok", says)


def _inodes(path: Path) -> Check:
    found = os.statvfs(path)
    if not found.f_files:
        return Check("inodes", "ok", "as many as are wanted")
    says = f"{found.f_favail:,} of {found.f_files:,} free"
    if found.f_favail < _FEW_INODES:
        return Check("inodes", "warn", says, "remove small files: no others can be made soon")
    return Check("inodes", "ok", says)


def _sync(path: Path) -> Check:
    """Time one sync: each append waits for one."""
    try:
        with TemporaryFile(dir=path) as file:
            file.write(bytes(_SYNCED_BYTES))
            file.flush()
            started = perf_counter()
            os.fsync(file.fileno())
            seconds = perf_counter() - started
    except OSError as error:
        return Check("sync", "fail", f"cannot write here: {error.strerror}", "mend the disk")
    says = f"one sync of the disk takes {seconds * 1000:.1f} ms"
    if seconds > _SLOW_SYNC_S:
        return Check("sync", "warn", says, "put the data directory on a faster disk")
    return Check("sync", "ok", says)


def _file_system(path: Path) -> Iterator[Check]:
    """Look whether the disk is one: SQLite needs locks and memory that machines do not share."""
    if not _MOUNTS.exists():
        return
    kind = file_system_of(path.resolve(), _MOUNTS.read_text())
    if kind in _OVER_NETWORK:
        todo = "use a disk of this machine: there, two may write at once, and the log is lost"
        yield Check("file system", "fail", f"{kind}, over the network", todo)
    elif kind in _PASSING:
        todo = "use a disk, or in a container a volume"
        yield Check("file system", "warn", f"{kind}: {_PASSING[kind]}", todo)
    else:
        yield Check("file system", "ok", kind)


def file_system_of(path: Path, mounts: str) -> str:
    """Return the kind of the file system on which a path lies, as /proc/self/mountinfo has it.

    Source: proc_pid_mountinfo(5).
    """
    found, longest = "unknown", -1
    for line in mounts.splitlines():
        words = line.split(" ")
        point = words[4].encode().decode("unicode_escape")  # a blank is written \040
        if path.is_relative_to(point) and len(point) >= longest:
            found, longest = words[words.index("-") + 1], len(point)
    return found


def _lock(path: Path) -> Check:
    """Say whether someone writes here."""
    who = writing(path)
    return Check("lock", "ok", f"in use by {who}" if who else "nobody writes here now")


def writing(path: Path) -> str:
    """Return who writes to a data directory now; empty: nobody does."""
    try:
        with (path / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read(200).decode() or "another process"
    except FileNotFoundError:
        pass
    return ""
