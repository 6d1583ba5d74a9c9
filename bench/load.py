"""Records in memory, and the tables of loads: python bench/load.py [memory] -> docs/load.md.

The other figures in bench/load.json come from tests/faults/test_load.py; see docs/load.md.
"""

import sys
import tempfile
from pathlib import Path
from time import sleep

import fill
from server import start

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from faults.load.figures import Figure, write
from faults.load.gauge import read
from faults.load.pages import write_pages

RECORDS = 2_000_000


def served(directory):
    """Return the memory of a server that has just been started, and after how long it answered."""
    server, _, seconds = start(directory)
    sleep(8)  # digests and the lists beside cards are read meanwhile
    rss = read(server.pid).rss
    server.terminate()
    server.wait()
    return rss, seconds


def memory(directory):
    """Measure what records take in a server, and how fast they are there again."""
    fill.main(directory / "full", RECORDS)
    (directory / "empty").mkdir(mode=0o700)
    empty, begun_s = served(directory / "empty")
    full, loaded_s = served(directory / "full")
    a_second = RECORDS / max(loaded_s - begun_s, 0.01)
    figures = [
        Figure("memory of a server without records", empty / 2**20, "MB"),
        Figure("memory of a record, with all indexes", (full - empty) / RECORDS / 1000, "kB", 1.6),
        Figure("start until it answers", loaded_s, "s"),
        Figure("snapshot loaded, for 100,000 records", 1e5 / a_second, "s", 1),
    ]
    print(write("memory", f"{RECORDS:,} records of bench/world.py", figures))


def main():
    """Measure if asked to, then write the tables."""
    if "memory" in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as directory:
            memory(Path(directory))
    write_pages()


if __name__ == "__main__":
    main()
