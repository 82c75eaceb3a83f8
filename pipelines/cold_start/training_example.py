"""The training set of the cold-start network: learned tracks, their inputs with random parts masked, and targets."""

from typing import Any

import numpy as np

from kit.audio import AudioScale
from kit.cold_start import COMBINATIONS, About, ColdStart, InputCombination, LearnedBlock, units
from pipelines.cold_start.layers import NetworkInputs
from pipelines.cold_start.network_settings import Settings
from pipelines.cold_start.track_attributes import ArtistMeans, TrackAttributes
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.interface import Vectors
from pipelines.models.space import TrainedSpace

COPIED = ("artist", "artist_graph")
MEASURED = 100_000  # rows at a time
NO_AUDIO, SOME_AUDIO, NO_ARTIST = 0.15, 0.4, 0.25  # shares of tracks that train with this input masked


class TrainingExample:
    """The training set: learned tracks with the network's inputs and their learned vectors as targets."""

    def __init__(self, graph: Graph, space: TrainedSpace, tracks: TrackAttributes, settings: Settings) -> None:
        self.graph, self.space, self.settings, self.features = graph, space, settings, tracks.features
        self.means = ArtistMeans(tracks.artists, space)
        self.scale = AudioScale.fit(tracks.features)
        self.blocks = [_block(space, b.name, b.start, b.stop) for b in space.blocks if b.name not in COPIED]
        self.copied = [(b.start, b.stop) for b in space.blocks if b.name in COPIED]
        self.reader = ColdStart({}, self.about())
        sequences = self.scale.scaled(tracks.features)[1].any(axis=1)
        self.rows = np.flatnonzero(sequences | self.means.others(np.arange(len(tracks))))
        self.rng = np.random.default_rng(settings.seed)

    @property
    def learned(self) -> int:
        """The number of columns that the network predicts."""
        return sum(block.stop - block.start for block in self.blocks)

    def about(self) -> About:
        """The metadata of a network for this space; every input type is allowed until validation."""
        return About(
            dim=self.space.index.shape[1],
            learned=self.blocks,
            copied=self.copied,
            mean=self.scale.mean.tolist(),
            sd=self.scale.sd.tolist(),
            input_types={name: InputCombination() for name in COMBINATIONS},
        )

    def inputs_of(self, rows: Rows, *, audio: bool = True, artist: bool = True) -> NetworkInputs:
        """Inputs of these tracks, with audio features, artist, or both."""
        features = self.features[rows] if audio else np.full((len(rows), self.features.shape[1]), np.nan, np.float32)
        return self._inputs(rows, features, np.full((len(rows), 1), artist))

    def audio_subset(self, rows: Rows) -> NetworkInputs:
        """Inputs of these tracks with a random subset of their audio features and no artist."""
        return self._inputs(rows, self._part(self.features[rows]), np.zeros((len(rows), 1), bool))

    def masked_inputs(self, rows: Rows) -> NetworkInputs:
        """Inputs with random masking: no audio features or a subset of them for some tracks, no artist for others."""
        chance = self.rng.random((len(rows), 1))
        some = np.where(chance < NO_AUDIO + SOME_AUDIO, self._part(self.features[rows]), self.features[rows])
        features = np.where(chance < NO_AUDIO, np.float32(np.nan), some)
        return self._inputs(rows, features, self.rng.random((len(rows), 1)) >= NO_ARTIST)

    def _part(self, features: Vectors) -> Vectors:
        """Masks a random share of the features of each track, drawn per track."""
        kept = self.rng.random(features.shape) < self.rng.random((len(features), 1))
        return np.where(kept, features, np.float32(np.nan))

    def _inputs(self, rows: Rows, features: Vectors, shown: Any) -> NetworkInputs:
        index, query = (mean * shown for mean in self.means.without(rows))
        inputs = self.reader.inputs(features, index.any(axis=1, keepdims=True))
        return NetworkInputs(inputs, (units(index, self.blocks), units(query, self.blocks)), index)


def _block(space: TrainedSpace, name: str, start: int, stop: int) -> LearnedBlock:
    lengths = [_median_length(vectors, slice(start, stop)) for vectors in (space.index, space.query)]
    return LearnedBlock(name=name, start=start, stop=stop, index_length=lengths[0], query_length=lengths[1])


def _median_length(vectors: Float16Vectors, columns: slice) -> float:
    """Of the rows in these columns, zeros left out."""
    parts = (vectors[at : at + MEASURED, columns] for at in range(0, len(vectors), MEASURED))
    lengths = np.concatenate([np.empty(0, np.float32), *(np.linalg.norm(part, axis=1) for part in parts)])
    return float(np.median(lengths[lengths > 0])) if lengths.any() else 1.0
