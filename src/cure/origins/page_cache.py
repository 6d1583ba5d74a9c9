"""Pages as they were fetched, in a folder, for as long as the operator wants."""

import os
import time
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile

_UNFINISHED = ".part"


class PageCache:
    """The pages of one source, each in a file that is called by the hash of its URL."""

    def __init__(self, folder: Path) -> None:
        """Keep them in a folder, which is made once there is something to keep."""
        self._folder = folder

    def path(self, url: str) -> Path:
        """Return where a page is, or would be."""
        return self._folder / blake2b(url.encode(), digest_size=16).hexdigest()

    def draft(self) -> Path:
        """Return a new empty file to write a page into."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=self._folder, suffix=_UNFINISHED, delete=False) as file:
            return Path(file.name)

    def keep(self, url: str, draft: Path) -> None:
        """Keep a draft as the page of this URL."""
        os.utime(draft)
        draft.replace(self.path(url))

    def forget(self, older_s: float) -> None:
        """Remove the pages that were fetched longer ago, and what was left unfinished."""
        if not self._folder.exists():
            return
        before = time.time() - older_s
        for file in self._folder.iterdir():
            if file.suffix == _UNFINISHED or file.stat().st_mtime < before:
                file.unlink(missing_ok=True)
