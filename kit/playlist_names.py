"""Playlist names as queries: turns a name into a vector of the `graph` space, in numpy alone.

A name is its character n-grams of 2 to 4 characters inside words, weighted by sublinear tf-idf and scaled to length 1
(`t`, sparse). A ridge regression W, learned by pipelines.learning_to_rank.playlist_names, maps it to what the unit
query vectors of playlists with such names have beyond the mean of all:

    dev(name) = W t,    q' = q + WEIGHT k^POWER |q| dev(name) for k seeds,    q' = mean + dev(name) without seeds

Training names have a mean |dev| of 1, so |dev| is the confidence: names that no playlist has are shorter. Misspelt
names and names in any script work as far as their n-grams occur in training names. A release may carry one model as
names.npz, for its `graph` space; WEIGHT and POWER are measured in docs/models.md.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kit.arrays import RowFile, archived, archived_rows
from kit.float16 import finite_to_float32
from kit.manifest import GRAPH
from kit.names import folded_key
from kit.query import Pooled, Vector
from kit.release import BrokenRelease, Floats, Ints, Release

FILE = "names.npz"
SHORTEST, LONGEST = 2, 4  # characters of an n-gram
LETTERS_MOST = 200  # characters of a name that are read
WEIGHT, POWER = 0.6, -0.7
TELLING = 3  # characters of an n-gram: nearly every pair of letters occurs in some name
LEAST_KNOWN = 0.4
"""Share of a name's n-grams of three or more characters, from which something is known of it. A
twentieth of held-out playlists is below it; of random letters about a quarter is known at most (docs/models.md)."""


def ngrams(name: str) -> list[str]:
    """The n-grams of a name, repeats included: of each word of its folded form, with a blank at either end.

    The same as scikit-learn's analyzer `char_wb` on the folded text.
    """
    words = [f" {word} " for word in folded_key(name[:LETTERS_MOST])[:LETTERS_MOST].split()]
    return [
        word[start : start + length]
        for word in words
        for length in range(SHORTEST, min(LONGEST, len(word)) + 1)
        for start in range(len(word) - length + 1)
    ]


@dataclass(frozen=True, slots=True)
class NameVector:
    """What a name adds to a query: dev(name) (dim,), and the share 0 to 1 of its n-grams of TELLING or more characters
    that are known."""

    name: str
    vector: Vector
    coverage: float

    @property
    def known(self) -> bool:
        """Whether enough of the name is known to use it."""
        return self.coverage >= LEAST_KNOWN

    @property
    def confidence(self) -> float:
        """0 to 1: the length of the vector; about 1 for names that training playlists have."""
        return min(_length(self.vector), 1.0) if self.known else 0.0


@dataclass(frozen=True, eq=False)
class NameModel:
    """Arrays of the regression over g n-grams; `mean` is the mean unit query vector of the training playlists.

    The vectors are float16 in the file, of which a release reads those of a name when they are wanted.
    """

    grams: npt.NDArray[np.str_]  # (g,) ascending
    idf: npt.NDArray[np.float32]  # (g,)
    vectors: Vector | RowFile  # (g, dim), values of float16
    mean: Vector  # (dim,)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {gram: row for row, gram in enumerate(self.grams.tolist())}

    def weights(self, grams: Sequence[str]) -> tuple[Ints, Vector]:
        """Rows (m,) of the known n-grams of a name, and their tf-idf (m,) of length 1."""
        known = self._rows
        counts = Counter([known[gram] for gram in grams if gram in known])
        if not counts:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows = np.fromiter(counts, np.int64, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[rows]
        return rows, weights / np.sqrt(weights @ weights)

    def vector(self, name: str) -> NameVector:
        """dev(name); zeros when no n-gram is known."""
        grams = ngrams(name)
        rows, weights = self.weights(grams)
        telling = [gram in self._rows for gram in grams if len(gram) >= TELLING]
        return NameVector(name, weights @ finite_to_float32(self.vectors[rows]), sum(telling) / max(len(telling), 1))

    def alone(self, name: NameVector) -> Pooled:
        """The query of a name without seeds."""
        vector = self.mean + name.vector
        return Pooled(vector, vector[None])

    @classmethod
    def of(cls, release: Release) -> "NameModel | None":
        """Loads the model of a release, None when it has none; BrokenRelease when it does not fit its space."""
        if FILE not in release.manifest.files:
            return None
        path = release.path / FILE
        try:
            found = cls.load(path)
            fits = GRAPH in release.dims and found.fits(release.dims[GRAPH])
        except (OSError, ValueError, KeyError) as error:
            raise BrokenRelease(f"{path} cannot be read: {error}; build or copy the release again") from None
        if not fits:
            raise BrokenRelease(f"{path} was learned for another space than the release has: build the release again")
        return found

    def fits(self, dim: int) -> bool:
        """Whether it was learned for a space of `dim` columns, with consistent shapes, types and finite values."""
        size = self.grams.size
        shapes = self.grams.shape, self.idf.shape, self.vectors.shape, self.mean.shape
        kinds = self.grams.dtype.kind, self.idf.dtype.kind, self.vectors.dtype.kind, self.mean.dtype.kind
        right = size > 0 and shapes == ((size,), (size,), (size, dim), (dim,)) and kinds == ("U", "f", "f", "f")
        return right and self._is_finite() and len(self._rows) == size

    def _is_finite(self) -> bool:
        finite = all(np.isfinite(array).all() for array in (self.idf, self._all_vectors(), self.mean))
        return finite and bool((self.idf > 0).all())

    def save(self, path: Path) -> None:
        """Writes one .npz of plain arrays."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        np.savez(path, **arrays | {"vectors": self._all_vectors().astype(np.float16)})

    def _all_vectors(self) -> Floats:
        found: Floats = self.vectors[np.arange(self.grams.size)]
        return found

    @classmethod
    def load(cls, path: Path) -> "NameModel":
        """Opens a file that `save` wrote."""
        arrays = archived(path, [field.name for field in fields(cls) if field.name != "vectors"])
        return cls(**arrays, vectors=archived_rows(path, "vectors"))


def with_list_name(pooled: Pooled, k: float, name: NameVector) -> Pooled:
    """The query pooled from k seeds (kit.query.effective_number) with a name; the name's part comes last."""
    part = np.float32(WEIGHT * max(k, 1.0) ** POWER * _length(pooled.vector)) * name.vector
    return Pooled(pooled.vector + part, np.concatenate([pooled.parts, part[None]]))


def _length(vector: Vector) -> float:
    """The norm of a vector (dim,); numpy's norm checks more than it computes here."""
    return float(np.sqrt(vector @ vector))
