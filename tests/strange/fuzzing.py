"""One target, fuzzed in this process: `python -m strange.fuzzing TARGET SECONDS SEED CORPUS`."""

import sys
from pathlib import Path
from time import thread_time

import atheris

with atheris.instrument_imports(include=["cure"]):
    from strange.targets import MAX_SEED_BYTES, Target, seeds, targets

    TARGETS = targets()  # this imports what it finds

MAX_S = 1.0
"""So long 64 kB may take, of this processor; instrumented code takes twice the time."""


def main() -> None:
    name, seconds, seed, corpus = sys.argv[1:]
    target = TARGETS[name]
    for number, data in enumerate(seeds(name)):
        (Path(corpus) / f"seed-{number}").write_bytes(data)
    options = {
        "max_total_time": seconds,
        "seed": seed,
        "max_len": str(MAX_SEED_BYTES),
        "timeout": "60",
        "rss_limit_mb": "1024",
        "artifact_prefix": f"{corpus}/",
        "print_final_stats": "1",
    }
    told = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], *told, corpus], lambda data: timed(target, data))
    atheris.Fuzz()


def timed(target: Target, data: bytes) -> None:
    began = thread_time()
    target(data)
    took = thread_time() - began
    assert took < 2 * MAX_S, f"{took:.1f} s for {len(data)} bytes"


if __name__ == "__main__":
    main()
