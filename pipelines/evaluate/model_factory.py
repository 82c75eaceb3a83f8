"""Constructs models by the names of model_names.py; `ModelInputs` holds what they need besides the graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.graph.playlist_graph import Graph
from pipelines.models.als import Als
from pipelines.models.als_side import AlsSide
from pipelines.models.als_side_reranked import AlsSideReranked
from pipelines.models.content import Content
from pipelines.models.contrastive_gcn import ContrastiveGcn
from pipelines.models.cooccurrence_knn import CooccurrenceKnn
from pipelines.models.ease import Ease
from pipelines.models.fused import Fused
from pipelines.models.ials import Ials
from pipelines.models.interface import Model, Names
from pipelines.models.item_knn import ItemKnn
from pipelines.models.light_gcn import LightGcn
from pipelines.models.lmf import Lmf
from pipelines.models.ncf import Ncf
from pipelines.models.playlist_knn import PlaylistKnn
from pipelines.models.playlist_sequences import PlaylistSequences
from pipelines.models.popularity import Popularity
from pipelines.models.reranked import Reranked, Reweighted
from pipelines.models.reranked_with_names import RerankedWithNames
from pipelines.models.rp3beta import Rp3Beta
from pipelines.models.sequence import NextTrack
from pipelines.models.sequence_lstm import SequenceLstm
from pipelines.models.spectral import Spectral
from pipelines.models.svd_ratings import SvdRatings
from pipelines.models.top_artists import TopArtists
from pipelines.models.track_gcn import TrackGcn


@dataclass(frozen=True, eq=False)
class ModelInputs:
    """Inputs of model construction. `entries` hold the graph's playlists in order; other playlists are ignored.

    `entries` must not hold the tracks of the graph's own playlists that a task hides. `names` are those of
    playlists; only the graph's are read.
    """

    graph: Graph
    entries: pl.DataFrame
    tracks: pl.DataFrame
    seed: int = 1
    names: Names = field(default_factory=dict)

    @cached_property
    def sequences(self) -> PlaylistSequences:
        """The training playlists in order, with the audio features of the graph's tracks."""
        return PlaylistSequences.of(self.graph, self.entries, self.tracks)

    @cached_property
    def attributes(self) -> TrackAttributes:
        """Audio features and artists of all tracks of the track table."""
        return TrackAttributes.of(self.tracks)


MAKERS: Mapping[str, Callable[[ModelInputs], Model]] = {
    "popularity": lambda _: Popularity(),
    "top_artists": lambda _: TopArtists(),
    "content": lambda given: Content(given.attributes, seed=given.seed),
    "content_s4": lambda given: Content(given.attributes, weighted=False, seed=given.seed, name="content_s4"),
    "item_knn": lambda _: ItemKnn(),
    "item_knn_s1": lambda _: ItemKnn(weighting="cosine", neighbours=10, name="item_knn_s1"),
    "als": lambda given: Als(seed=given.seed),
    "als_s1": lambda given: Als.s1(given.seed),
    "als_side": lambda given: AlsSide.seeded(given.seed),
    "als_side_reranked": lambda given: AlsSideReranked.seeded(given.seed),
    "ials": lambda given: Ials(seed=given.seed),
    "ease": lambda _: Ease(),
    "rp3beta": lambda _: Rp3Beta(),
    "playlist_knn": lambda _: PlaylistKnn(),
    "lmf": lambda given: Lmf(seed=given.seed),
    "lmf_s1": lambda given: Lmf.s1(given.seed),
    "svd_ratings": lambda given: SvdRatings(seed=given.seed),
    "ncf": lambda given: Ncf(seed=given.seed),
    "ncf_s4": lambda given: Ncf.s4(given.seed),
    "contrastive_gcn": lambda given: ContrastiveGcn(seed=given.seed),
    "contrastive_gcn_sound": lambda given: ContrastiveGcn(
        seed=given.seed, sound=given.sequences.audio_features(), name="contrastive_gcn_sound"
    ),
    "track_gcn": lambda given: TrackGcn(given.sequences.audio_features(), seed=given.seed),
    "sequence_lstm": lambda given: SequenceLstm(given.sequences, seed=given.seed),
    "light_gcn": lambda given: LightGcn(seed=given.seed),
    "spectral": lambda given: Spectral(seed=given.seed),
    "cooccurrence_knn": lambda given: CooccurrenceKnn(given.sequences),
    "sequence": lambda given: NextTrack(Fused.seeded(given.seed)),
    "sequence_near": lambda given: NextTrack.with_near_tracks(Fused.seeded(given.seed)),
    "fused_without_gcn": lambda given: Fused(spectral=Spectral(seed=given.seed), gcn=None, name="fused_without_gcn"),
    "fused": lambda given: Fused.seeded(given.seed),
    "reweighted": lambda given: Reweighted.seeded(given.seed),
    "reranked": lambda given: Reranked.seeded(given.seed),
    "reweighted_name": lambda given: RerankedWithNames(Reranked.seeded(given.seed), given.names, ranking=False),
    "reranked_name": lambda given: RerankedWithNames(Reranked.seeded(given.seed), given.names),
}


def model(name: str, given: ModelInputs) -> Model:
    """Constructs the model of a name in model_names.NAMES."""
    return MAKERS[name](given)
