"""Songs that no two playlists hold get their vectors here, and the audio space theirs.

A stage folder holds
    cold_start.safetensors    the network that serving uses for songs it has never seen
    placed.npz                track_ids (m,) S22, index and query (m, D) float16, kind (m,) place in KINDS
    audio.track_ids.npy, audio.index.npy, audio.query.npy    (a,) S22 and (a, 13) float32, every song with a sound
    cold.json                 settings, kinds and figures
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from kit.audio import COORDINATES, AudioScale
from kit.cold_start import ARTIST, FILE, KINDS, ColdStart, Kind
from kit.release import Block
from pipelines.cold_start import network as training
from pipelines.cold_start.network import Settings
from pipelines.cold_start.songs import ArtistMeans, Songs
from pipelines.graph import Graph, Rows
from pipelines.models.interface import Progress, Vectors
from pipelines.models.space import TrainedSpace

Halves = npt.NDArray[np.float16]
CHUNK = 8192  # songs placed at a time


@dataclass(frozen=True, slots=True, eq=False)
class PlacedSongs:
    """Songs with a vector that was not learned, by row. An all-zero index row answers as a seed and is not listed."""

    track_ids: list[str]
    index: Halves  # (m, D)
    query: Halves  # (m, D)
    kind: npt.NDArray[np.int8]  # (m,) place in KINDS


@dataclass(frozen=True, slots=True, eq=False)
class AudioSpace:
    """Unit vectors (a, 13) compared by cosine; what a song is and what it asks for are the same."""

    track_ids: list[str]
    index: Vectors
    query: Vectors

    def blocks(self) -> list[Block]:
        """How seeds are pooled: the mean direction."""
        return [Block(name="audio", start=0, stop=len(COORDINATES))]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Everything of a stage folder."""

    network: ColdStart
    placed: PlacedSongs
    audio: AudioSpace
    about: Mapping[str, Any]


def build(
    folder: Path,
    graph: Graph,
    space: TrainedSpace,
    songs: Songs,
    kinds: Mapping[str, Kind],
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    """Fills the stage folder; returns figures. songs: the whole catalogue; kinds: what exam decided."""
    learned = songs.find([track_id.decode() for track_id in graph.track_ids])
    network = training.train(graph, space, learned, settings, progress)
    network = ColdStart(network.weights, network.about.model_copy(update={"kinds": dict(kinds)}))
    known = set(learned.track_ids)
    others = songs.take(np.array([row for row, name in enumerate(songs.track_ids) if name not in known], np.int64))
    progress(f"cold start: placing {len(others)} songs")
    placed, audio = place(network, space, learned, others), audio_space(songs, network.scale)
    return save(folder, Result(network, placed, audio, {"settings": settings.said()}))


def place(network: ColdStart, space: TrainedSpace, learned: Songs, others: Songs) -> PlacedSongs:
    """Vectors of every other song that has a usable input; learned are the songs of the space, row by row."""
    means, parts = ArtistMeans(learned.artists, space), []
    for start in range(0, len(others), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(others)))
        found = network.place(others.features[rows], *means.of(others.artists[rows]))
        index, query = found.index.astype(np.float16), found.query.astype(np.float16)
        kept = (found.kind >= 0) & index.any(axis=1)
        parts.append((rows[kept], index[kept], query[kept], found.kind[kept]))
    nothing = np.empty((0, network.about.dim), np.float16)
    parts.append((np.empty(0, np.int64), nothing, nothing, np.empty(0, np.int8)))
    rows, index, query, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    index = index * _first_of_artist(others.artists[rows], kind)[:, None]
    return PlacedSongs([others.track_ids[row] for row in rows], index, query, kind)


def _first_of_artist(artists: Rows, kind: npt.NDArray[np.int8]) -> npt.NDArray[np.float16]:
    """(m,) 0 for all but the first of an artist's songs that nothing else is known of, else 1.

    They share one vector, so no list could tell them apart; tens of thousands of equal points also break the index's
    graph (kit/vectors/points.py has the figures). The others answer as seeds.
    """
    alone = np.flatnonzero(kind == KINDS.index(ARTIST))
    _, first = np.unique(artists[alone], return_index=True)
    listed = np.ones(len(kind), np.float16)
    listed[alone] = 0
    listed[alone[first]] = 1
    return listed


def audio_space(songs: Songs, scale: AudioScale) -> AudioSpace:
    """The songs that have any feature, in the audio space."""
    vectors = scale.vectors(songs.features)
    rows = np.flatnonzero(vectors.any(axis=1))
    return AudioSpace([songs.track_ids[row] for row in rows], vectors[rows], vectors[rows])


def save(folder: Path, result: Result) -> dict[str, Any]:
    """Writes the stage folder and returns its figures."""
    placed, audio, network = result.placed, result.audio, result.network
    network.save(folder / FILE)
    np.savez(
        folder / "placed.npz",
        track_ids=np.array(placed.track_ids, "S22"),
        index=placed.index,
        query=placed.query,
        kind=placed.kind,
    )
    np.save(folder / "audio.track_ids.npy", np.array(audio.track_ids, "S22"))
    np.save(folder / "audio.index.npy", audio.index)
    np.save(folder / "audio.query.npy", audio.query)
    counts = {f"placed by {name}": int((placed.kind == at).sum()) for at, name in enumerate(KINDS)}
    figures = {**counts, "audio vectors": len(audio.track_ids)}
    said = {**result.about, "kinds": {n: k.model_dump() for n, k in network.about.kinds.items()}, "figures": figures}
    (folder / "cold.json").write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
    return figures


def load(folder: Path) -> Result:
    """What `save` wrote."""
    with np.load(folder / "placed.npz", allow_pickle=False) as arrays:
        placed = PlacedSongs(_names(arrays["track_ids"]), arrays["index"], arrays["query"], arrays["kind"])
    ids, index, query = (
        np.load(folder / f"audio.{name}.npy", allow_pickle=False) for name in ("track_ids", "index", "query")
    )
    about = orjson.loads((folder / "cold.json").read_bytes())
    return Result(ColdStart.load(folder / FILE), placed, AudioSpace(_names(ids), index, query), about)


def _names(ids: npt.NDArray[np.bytes_]) -> list[str]:
    return [track_id.decode() for track_id in ids.tolist()]
