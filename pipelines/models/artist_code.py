"""Artist code: a fixed random unit vector per artist, so that the inner product counts a shared artist.

The signs of the vector are bits of the hash of the artist's name, so an artist has the same code in every release. Two
artists' codes have a mean inner product of 0 and a standard deviation of 1 / sqrt(dims).
"""

from hashlib import blake2b

import numpy as np

from kit.ids import artist_id
from pipelines.models.interface import Artists, Vectors
from pipelines.models.space import Part


def code(name: str, dims: int) -> Vectors:
    """(dims,) the unit vector of an artist; `dims` is a multiple of 8, at most 512."""
    digest = blake2b(artist_id(name).encode(), digest_size=dims // 8).digest()
    signs = np.unpackbits(np.frombuffer(digest, np.uint8)).astype(np.float32) * 2 - 1
    return signs / np.float32(np.sqrt(dims))


def part(artists: Artists, dims: int, weight: float, power: float) -> Part:
    """The block of all tracks; zeros for a track without a known artist."""
    codes = {name: code(name, dims) for name in set(artists) if name}
    nobody = np.zeros(dims, np.float32)
    vectors = np.array([codes.get(name or "", nobody) for name in artists], np.float32).reshape(len(artists), dims)
    return Part("artist", vectors, vectors, weight=weight, power=power)
