"""Cold-start embeddings: vectors for tracks without playlists, from audio features and artist, in numpy alone.

The network's two heads give the index vector and the query vector of a track. For each learned block b

    h = silu(W x + w),     v_b = scale length_b unit( g_b * artist_b + V_b h + c_b )

with x the scaled features, which of them are known and whether the artist is, and artist_b the unit vector of the
artist's mean. length_b is the median length of learned tracks; scale, chosen per input combination for the index
alone, keeps cold-start tracks from displacing better learned ones in the results. Copied blocks (the artist's code)
are the artist's own. An input combination whose recall of held-out tracks is not above that of popularity is not
allowed and gives no vector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from kit import audio
from kit.audio import COORDINATES, AudioScale
from kit.manifest import GRAPH
from kit.release import BrokenRelease, Release

FILE = "cold_start.safetensors"
SCHEMA = 1
BOTH, ARTIST, AUDIO = "audio+artist", "artist", "audio"
# Input combinations; of those that a track has and that are allowed, the first is used.
COMBINATIONS = (BOTH, ARTIST, AUDIO)
WITH_ARTIST, WITH_AUDIO = (0, 1), (0, 2)  # positions in COMBINATIONS

Vectors = npt.NDArray[np.float32]


class LearnedBlock(BaseModel):
    """Columns [start, stop) that the network predicts, and the median length of learned tracks in them."""

    name: str
    start: int
    stop: int
    index_length: float
    query_length: float


class InputCombination(BaseModel):
    """Whether an input combination is allowed, its index scale, and the held-out recall that decided it."""

    allowed: bool = True
    scale: float = 1.0
    recall: float | None = None
    popularity: float | None = None


class About(BaseModel):
    """Metadata of the cold-start file; there `input_types` is called `kinds`."""

    model_config = ConfigDict(populate_by_name=True)
    schema_version: int = SCHEMA
    dim: int
    learned: list[LearnedBlock]
    copied: list[tuple[int, int]]
    mean: list[float]
    sd: list[float]
    input_types: dict[str, InputCombination] = Field(alias="kinds")


@dataclass(frozen=True, slots=True, eq=False)
class ColdStartVectors:
    """Vectors (n, dim) of a batch; a row without a usable input is all zero. input_type (n,): position in
    COMBINATIONS, or -1."""

    index: Vectors
    query: Vectors
    input_type: npt.NDArray[np.int8]


class ColdStart:
    """The trained cold-start network, with its feature scale and allowed input combinations."""

    def __init__(self, weights: Mapping[str, Vectors], about: About) -> None:
        self.weights = dict(weights)
        self.about = about
        self.scale = AudioScale(np.array(about.mean, np.float32), np.array(about.sd, np.float32))

    @classmethod
    def load(cls, path: Path) -> "ColdStart":
        """Loads the network from a file; BrokenRelease when it cannot be read."""
        try:
            with safe_open(path, framework="numpy") as file:
                about = About.model_validate_json((file.metadata() or {}).get("about", ""))
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        except (OSError, SafetensorError, ValidationError) as error:
            raise BrokenRelease(f"{path} cannot be read: {error}; build or copy the release again") from None
        if about.schema_version != SCHEMA:
            raise BrokenRelease(f"{path} has schema {about.schema_version}, this version reads {SCHEMA}: refresh it")
        return cls(weights, about)

    @classmethod
    def of(cls, release: Release) -> "ColdStart | None":
        """Loads the network of a release, None when it has none; BrokenRelease when it does not fit the space."""
        if FILE not in release.manifest.files:
            return None
        found, space = cls.load(release.path / FILE), release.manifest.spaces.get(GRAPH)
        if space is None or not found.fits(space.dim):
            raise BrokenRelease(
                f"{release.path / FILE} was trained for other columns than the release has: build the release again"
            )
        return found

    def fits(self, dim: int) -> bool:
        """Whether the network is for a space of `dim` columns and its arrays have consistent shapes, finite values."""
        about, hidden = self.about, self.weights.get("hidden.bias", np.empty(0)).size
        parts = [(block.start, block.stop) for block in about.learned] + about.copied
        inside = bool(parts) and about.dim == dim and all(0 <= start < stop <= dim for start, stop in parts)
        scaled = len(about.mean) == len(about.sd) == len(COORDINATES) and min(about.sd) > 0
        wide = sum(block.stop - block.start for block in about.learned)
        shapes = {"hidden.weight": (hidden, 2 * len(COORDINATES) + 1), "hidden.bias": (hidden,)}
        for head in ("index", "query"):
            shapes |= {f"{head}.weight": (wide, hidden), f"{head}.bias": (wide,), f"{head}.gate": (wide,)}
        right = {name: array.shape for name, array in self.weights.items()} == shapes
        return inside and scaled and right and set(COMBINATIONS) <= about.input_types.keys() and self._is_finite()

    def _is_finite(self) -> bool:
        about = self.about
        lengths = [length for block in about.learned for length in (block.index_length, block.query_length)]
        numbers = [*about.mean, *about.sd, *lengths, *(one.scale for one in about.input_types.values())]
        arrays = self.weights.values()
        return bool(np.isfinite(numbers).all()) and all(
            array.dtype == np.float32 and np.isfinite(array).all() for array in arrays
        )

    def save(self, path: Path) -> None:
        """Writes a safetensors file: plain arrays and JSON metadata."""
        arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in self.weights.items()}
        save_file(arrays, path, metadata={"about": self.about.model_dump_json(by_alias=True)})

    # -- one track --------------------------------------------------------------------------------------------------
    def audio(self, features: Mapping[str, float | None]) -> Vectors | None:
        """Unit vector (13,) of the audio space, None when no feature is known."""
        vector = self.scale.vectors(audio.row(features))[0]
        return vector if vector.any() else None

    def graph(
        self,
        features: Mapping[str, float | None],
        artist_index: npt.NDArray[Any] | None = None,
        artist_query: npt.NDArray[Any] | None = None,
    ) -> tuple[Vectors, Vectors] | None:
        """Index and query vector (dim,), None when the track has no usable input.

        artist_index and artist_query (dim,): the mean learned vectors of the artist's other tracks.
        """
        nobody = np.zeros(self.about.dim, np.float32)
        artist = [
            nobody if vector is None else np.asarray(vector, np.float32) for vector in (artist_index, artist_query)
        ]
        placed = self.embed(audio.row(features), artist[0][None], artist[1][None])
        return (placed.index[0], placed.query[0]) if placed.input_type[0] >= 0 else None

    # -- many tracks ------------------------------------------------------------------------------------------------
    def embed(self, features: npt.NDArray[Any], artist_index: Vectors, artist_query: Vectors) -> ColdStartVectors:
        """Cold-start vectors from features (n, 12) and artists' mean vectors (n, dim), zeros for an unknown artist."""
        input_type = self.combinations(features, artist_index)
        use_audio, use_artist = np.isin(input_type, WITH_AUDIO)[:, None], np.isin(input_type, WITH_ARTIST)[:, None]
        inputs = self.inputs(np.where(use_audio, features, np.nan), use_artist)
        artists = [units(vectors * use_artist, self.about.learned) for vectors in (artist_index, artist_query)]
        index, query = self.forward(inputs, *artists)
        scales = [*(self.about.input_types[name].scale for name in COMBINATIONS), 0]
        scale = np.array(scales, np.float32)[input_type][:, None]
        index, query = index * scale, query * (scale > 0)
        for start, stop in self.about.copied:
            index[:, start:stop] = artist_index[:, start:stop] * (input_type >= 0)[:, None]
            query[:, start:stop] = artist_query[:, start:stop] * (input_type >= 0)[:, None]
        return ColdStartVectors(index, query, input_type)

    def combinations(self, features: npt.NDArray[Any], artist_index: Vectors) -> npt.NDArray[np.int8]:
        """(n,) positions in COMBINATIONS of what `embed` uses, -1 for a track without an allowed input."""
        with_audio, with_artist = self.scale.scaled(features)[1].any(axis=1), artist_index.any(axis=1)
        has = (with_audio & with_artist, with_artist, with_audio)
        allowed = [has[at] & self.about.input_types[name].allowed for at, name in enumerate(COMBINATIONS)]
        return np.select(allowed, range(len(COMBINATIONS)), default=-1).astype(np.int8)

    def inputs(self, features: npt.NDArray[Any], by_artist: npt.NDArray[Any]) -> Vectors:
        """Inputs (n, 27) of the hidden layer: scaled features, their known mask, and `by_artist` (n, 1)."""
        return np.hstack([*self.scale.scaled(features), by_artist.astype(np.float32)])

    def forward(self, inputs: Vectors, artist_index: Vectors, artist_query: Vectors) -> tuple[Vectors, Vectors]:
        """Index and query vectors (n, dim) before the combination's scale, copied blocks zero.

        artist_index and artist_query (n, learned columns): artists' vectors as returned by `units`.
        """
        hidden = _silu(inputs @ self.weights["hidden.weight"].T + self.weights["hidden.bias"])
        return self._head("index", hidden, artist_index), self._head("query", hidden, artist_query)

    def _head(self, name: str, hidden: Vectors, artist: Vectors) -> Vectors:
        w = self.weights
        raw = hidden @ w[f"{name}.weight"].T + w[f"{name}.bias"] + w[f"{name}.gate"] * artist
        vectors, at = np.zeros((len(hidden), self.about.dim), np.float32), 0
        for block in self.about.learned:
            length = block.index_length if name == "index" else block.query_length
            columns = raw[:, at : at + block.stop - block.start]
            vectors[:, block.start : block.stop] = _unit(columns) * np.float32(length)
            at += block.stop - block.start
        return vectors


def units(vectors: Vectors, blocks: list[LearnedBlock]) -> Vectors:
    """Normalises each learned block of vectors (n, dim) to unit length: (n, learned columns). Zero rows stay zero."""
    return np.hstack([_unit(vectors[:, block.start : block.stop]) for block in blocks]).astype(np.float32)


def _unit(vectors: Vectors) -> Vectors:
    result: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return result


def _silu(x: Vectors) -> Vectors:
    result: Vectors = x / (1 + np.exp(-np.clip(x, -60, 60)))
    return result
