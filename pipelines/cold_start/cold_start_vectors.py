"""Vectors that a trained network gives to tracks in no playlist: shared by the release build and `place`.

No training library is needed here.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.audio import COORDINATES, AudioScale
from kit.cold_start import ARTIST, COMBINATIONS, ColdStart
from kit.release import Block
from pipelines.cold_start.track_attributes import ArtistMeans, TrackAttributes
from pipelines.graph.playlist_graph import Rows
from pipelines.models.interface import Vectors
from pipelines.models.space import TrainedSpace

Float16Matrix = npt.NDArray[np.float16]
CHUNK = 8192  # tracks per batch


@dataclass(frozen=True, slots=True, eq=False)
class ColdStartTracks:
    """Tracks with a cold-start vector, by row. A track with an all-zero index row can be a seed and is not listed."""

    track_ids: list[str]
    index: Float16Matrix  # (m, D)
    query: Float16Matrix  # (m, D)
    input_type: npt.NDArray[np.int8]  # (m,) index into COMBINATIONS

    def counts(self) -> dict[str, int]:
        """The number of placed tracks by input type."""
        return {name: int((self.input_type == at).sum()) for at, name in enumerate(COMBINATIONS)}


@dataclass(frozen=True, slots=True, eq=False)
class AudioSpace:
    """The audio space: unit vectors (a, 13) compared by cosine; index and query are the same."""

    track_ids: list[str]
    index: Vectors
    query: Vectors

    def blocks(self) -> list[Block]:
        """The block with its pooling: the mean direction of the seeds."""
        return [Block(name="audio", start=0, stop=len(COORDINATES))]


def cold_start_tracks(
    network: ColdStart,
    space: TrainedSpace,
    learned: TrackAttributes,
    others: TrackAttributes,
    listed: Collection[int] = (),
) -> ColdStartTracks:
    """Vectors of every other track that has a usable input; learned are the tracks of the space, row by row.

    listed: numbers of artists of whom a track placed by its artist alone is listed already.
    """
    means, parts = ArtistMeans(learned.artists, space), []
    for start in range(0, len(others), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(others)))
        found = network.embed(others.features[rows], *means.of(others.artists[rows]))
        index, query = found.index.astype(np.float16), found.query.astype(np.float16)
        kept = (found.input_type >= 0) & index.any(axis=1)
        parts.append((rows[kept], index[kept], query[kept], found.input_type[kept]))
    nothing = np.empty((0, network.about.dim), np.float16)
    parts.append((np.empty(0, np.int64), nothing, nothing, np.empty(0, np.int8)))
    rows, index, query, input_type = (np.concatenate(column) for column in zip(*parts, strict=True))
    index = index * _first_of_artist(others.artists[rows], input_type, listed)[:, None]
    return ColdStartTracks([others.track_ids[row] for row in rows], index, query, input_type)


def _first_of_artist(
    artists: Rows, input_type: npt.NDArray[np.int8], listed: Collection[int]
) -> npt.NDArray[np.float16]:
    """(m,) 0 for all but the first of an artist's tracks that have no other input, else 1.

    They share one vector, so no list could distinguish them; tens of thousands of equal points also degrade the index's
    graph (kit/vectors/points.py has the figures). The others can still be seeds.
    """
    alone = np.flatnonzero(input_type == COMBINATIONS.index(ARTIST))
    theirs, first = np.unique(artists[alone], return_index=True)
    shown = np.ones(len(input_type), np.float16)
    shown[alone] = 0
    shown[alone[first[~np.isin(theirs, list(listed))]]] = 1
    return shown


def audio_space(tracks: TrackAttributes, scale: AudioScale) -> AudioSpace:
    """The tracks that have any audio feature, in the audio space."""
    vectors = scale.vectors(tracks.features)
    rows = np.flatnonzero(vectors.any(axis=1))
    return AudioSpace([tracks.track_ids[row] for row in rows], vectors[rows], vectors[rows])
