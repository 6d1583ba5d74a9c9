"""What a password costs whoever guesses: tests elsewhere hash at the least cost."""

import subprocess
import sys

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASH = (
    "from cure.access.passwords import hash_of; print(hash_of('tall grass 7 rivers', 'rin@bank'))"
)


def test_a_password_costs_whoever_guesses_64_mib_and_three_passes():
    kept = subprocess.run([sys.executable, "-c", _HASH], check=True, capture_output=True, text=True)

    assert extract_parameters(kept.stdout.strip()) == RFC_9106_LOW_MEMORY
