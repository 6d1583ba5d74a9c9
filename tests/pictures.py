"""Pictures compared as people see them."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_YIQ = np.array([[0.299, 0.596, 0.211], [0.587, -0.274, -0.523], [0.114, -0.322, 0.312]])
_WEIGHTS = np.array([0.5053, 0.299, 0.1957])
_LARGEST = 35_215.0
"""The largest difference that two colours can have."""
THRESHOLD = 0.1


def pixels_of(png: bytes) -> NDArray[np.float64]:
    """Return height × width × (red, green, blue), each up to 255."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), np.float64)


def different(one: bytes, other: bytes) -> float:
    """Return the share of pixels whose colours people tell apart.

    Colours differ by Kotsarenko & Ramos (2010): squares in YIQ, weighted; as pixelmatch does it.
    """
    a, b = pixels_of(one), pixels_of(other)
    if a.shape != b.shape:
        return 1.0
    distance = (((a - b) @ _YIQ) ** 2) @ _WEIGHTS
    return float((distance > _LARGEST * THRESHOLD**2).mean())


def colours(png: bytes) -> int:
    """Return how many colours there are: a page that is empty has few."""
    return len(np.unique(pixels_of(png).reshape(-1, 3), axis=0))


def small(png: bytes) -> bytes:
    """Return a picture with 256 colours, which takes a third of the room; rare ones are kept."""
    few = (
        Image.open(io.BytesIO(png))
        .convert("RGB")
        .quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()
