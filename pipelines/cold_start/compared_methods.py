"""The methods that place hidden tracks in the cold-start evaluation: the network, baselines and the warm oracle."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.cold_start import ARTIST, AUDIO, BOTH, ColdStart
from pipelines.cold_start.mixed import MixedQuery, pooled_queries
from pipelines.cold_start.track_attributes import ArtistMeans, TrackAttributes
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Scores, Vectors
from pipelines.models.space import TrainedSpace

SEEDS = 25
CHUNK = 8192  # tracks placed at once
InputTypes = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A space trained without the hidden tracks, its artists' means, the hidden tracks with measured audio features,
    and tracks that training saw once."""

    graph: Graph
    space: TrainedSpace
    tracks: TrackAttributes
    means: ArtistMeans
    hidden: TrackAttributes
    rare: TrackAttributes

    def queries(self, playlists: Sequence[Sequence[str]], cold_tracks: TrackAttributes, seed: int) -> list[MixedQuery]:
        """A query for each playlist that has a seed and at least one target."""
        hidden = {track_id: row for row, track_id in enumerate(cold_tracks.track_ids)}
        found = []
        for number, attributes in enumerate(playlists):
            known = self.graph.rows(attributes)
            known = np.random.default_rng([seed, number]).permutation(known[known >= 0])
            cold = np.array([hidden[track_id] for track_id in attributes if track_id in hidden], np.int64)
            shown = min(SEEDS, (len(known) + 1) // 2)
            if shown and len(known) - shown + len(cold):
                found.append(MixedQuery(known[:shown], known[shown:], cold))
        return found

    def inputs(self, cold_tracks: TrackAttributes, input_type: str = BOTH) -> tuple[Vectors, Vectors, Vectors]:
        """Network inputs of tracks without vectors: features and artists' means, restricted to those of the
        input type."""
        index, query = self.means.of(cold_tracks.artists)
        features = cold_tracks.features if input_type != ARTIST else np.full_like(cold_tracks.features, np.nan)
        return (
            (features, index, query) if input_type != AUDIO else (features, np.zeros_like(index), np.zeros_like(query))
        )

    def embed(
        self, network: ColdStart, cold_tracks: TrackAttributes, input_type: str = BOTH
    ) -> tuple[Vectors, InputTypes]:
        """Index vectors (n, D) of these tracks by inputs of the type, and positions (n,) in COMBINATIONS; -1: none."""
        index = np.empty((len(cold_tracks), self.space.index.shape[1]), np.float32)
        input_types = np.empty(len(cold_tracks), np.int8)
        for rows in _chunks(len(cold_tracks)):
            placed = network.embed(*self.inputs(cold_tracks.take(rows), input_type))
            index[rows], input_types[rows] = placed.index, placed.input_type
        return index, input_types

    def input_types(self, network: ColdStart, cold_tracks: TrackAttributes) -> InputTypes:
        """Positions (n,) in COMBINATIONS of what places each of these tracks, -1: nothing."""
        found = [np.empty(0, np.int8)]
        for rows in _chunks(len(cold_tracks)):
            features, index, _ = self.inputs(cold_tracks.take(rows))
            found.append(network.combinations(features, index))
        return np.concatenate(found)


def _chunks(count: int) -> Iterator[Rows]:
    return (np.arange(at, min(at + CHUNK, count)) for at in range(0, count, CHUNK))


Method = Callable[[Sequence[MixedQuery]], Scores]


def compared_methods(trial: Trial, full: Graph, network: ColdStart) -> dict[str, Method]:
    """Scoring methods by name; each gives (queries, hidden tracks) scores."""
    counts = full.item_degree[full.rows(trial.hidden.track_ids)].astype(np.float32)
    methods: dict[str, Method] = {"popularity": lambda queries: np.tile(counts, (len(queries), 1))}
    sequences, hidden = network.scale.vectors(trial.tracks.features), network.scale.vectors(trial.hidden.features)
    methods["audio kNN"] = lambda queries: np.stack([sequences[q.seeds].mean(axis=0) for q in queries]) @ hidden.T
    pool = pooled_queries(trial.space)
    methods["mean of the artist's tracks"] = _artist_means(trial, pool)
    for input_type in (AUDIO, ARTIST, BOTH):
        methods[f"network, {input_type}"] = recall_method(pool, *trial.embed(network, trial.hidden, input_type))
    return methods


def recall_method(pool: Callable[[Sequence[Rows]], Vectors], index: Vectors, input_types: InputTypes) -> Method:
    """Scores of placed tracks; -inf for tracks without a vector."""
    return lambda queries: np.where(input_types >= 0, pool([q.seeds for q in queries]) @ index.T, -np.inf)


def _artist_means(trial: Trial, pool: Callable[[Sequence[Rows]], Vectors]) -> Method:
    """Scores of the mean index vector of the artist's learned tracks; -inf for tracks whose artist has none.

    A track that is hidden is not among them, so the mean is that of the artist's other tracks.
    """
    index, _ = trial.means.of(trial.hidden.artists)
    known = index.any(axis=1)
    return lambda queries: np.where(known, pool([q.seeds for q in queries]) @ index.T, -np.inf)


def warm_oracle(trial: Trial, graph: Graph, space: TrainedSpace) -> Method:
    """The warm oracle: the same queries in a space of a graph that holds the hidden tracks."""
    wanted, row = graph.rows(trial.hidden.track_ids), graph.rows(trial.tracks.track_ids)
    index, pooling = space.index[wanted], space.pooling()

    def query(seeds: Rows) -> Vectors:
        return pooling.pool(space.query[row[seeds]], np.ones(len(seeds), np.float32)).vector

    return lambda queries: np.stack([query(q.seeds) for q in queries]) @ index.T
