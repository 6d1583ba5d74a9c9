"""Faults are tried where they are asked for: they take longer than all other tests."""

from faults.sizes import ASKED

collect_ignore_glob = [] if ASKED else ["test_*.py"]
