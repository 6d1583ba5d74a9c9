"""Vectors in a file, for programs that score them."""

from pathlib import Path

import numpy as np

from cure.enrichers.behaviour.vectors import Vectors
from cure.errors import ConfigError


def write_vectors(vectors: Vectors, path: Path) -> None:
    """Write NumPy's .npz: `ips` [n] text, `X` float32 [n, 128] (compare by cosine), `seen` [n].

    Addresses with few events are there, too: whoever scores decides by `seen`.

    Raises:
        ConfigError: If the file cannot be written.
    """
    try:
        with path.open("wb") as file:
            np.savez(file, ips=np.array(vectors.ips, str), X=vectors.rows, seen=vectors.seen)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
