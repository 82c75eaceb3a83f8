"""Every recommender by the name that the leaderboard shows, and which playlists chose its settings.

A name ending in _s1 or _s4 is the same method at the settings of that system, which the tuned row stands beside.
Whatever a model needs besides the graph comes from `Given`, so one call makes any of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipelines.cold_start.songs import Songs
from pipelines.graph import Graph
from pipelines.models.als import Als
from pipelines.models.content import Content
from pipelines.models.contrastive_gcn import ContrastiveGcn
from pipelines.models.fused import Fused
from pipelines.models.heard import Heard
from pipelines.models.interface import Model
from pipelines.models.item_knn import ItemKnn
from pipelines.models.light_gcn import LightGcn
from pipelines.models.lmf import Lmf
from pipelines.models.ncf import Ncf
from pipelines.models.near_songs import NearSongs
from pipelines.models.popularity import Popularity
from pipelines.models.reranked import Emphasised, Reranked
from pipelines.models.sequence import NextSong
from pipelines.models.sequence_lstm import SequenceLstm
from pipelines.models.song_gcn import SongGcn
from pipelines.models.spectral import Spectral
from pipelines.models.svd_ratings import SvdRatings
from pipelines.models.top_artists import TopArtists


@dataclass(frozen=True, eq=False)
class Given:
    """What a model may be made of: `entries` hold the graph's playlists in order, those of other playlists are unread.

    `entries` must not hold what an exam hides of the graph's own playlists.
    """

    graph: Graph
    entries: pl.DataFrame
    tracks: pl.DataFrame
    seed: int = 1

    @cached_property
    def heard(self) -> Heard:
        """The training playlists in order and how the graph's songs sound."""
        return Heard.of(self.graph, self.entries, self.tracks)

    @cached_property
    def songs(self) -> Songs:
        """How all songs of the track table sound."""
        return Songs.of(self.tracks)


@dataclass(frozen=True, slots=True)
class Candidate:
    """How a model is made, which playlists chose its settings, and whether the method is ours."""

    make: Callable[[Given], Model]
    chosen: str
    ours: bool = False


GRID = "inner split of the training role, grid of pipelines/evaluate/tune.py"
BY_HAND = "inner split of the training role, by hand (docs/experiments.md)"
BOTH = "inner split 7 of the training role, checked on inner split 11 (docs/experiments.md)"
OPEN = "as published by {0}; what {0} leaves open: inner split of the training role, by hand"

CANDIDATES: Mapping[str, Candidate] = {
    "popularity": Candidate(lambda _: Popularity(), "nothing to choose"),
    "top_artists": Candidate(lambda _: TopArtists(), "nothing to choose"),
    "content": Candidate(lambda given: Content(given.songs, seed=given.seed), BY_HAND),
    "content_s4": Candidate(
        lambda given: Content(given.songs, weighted=False, seed=given.seed, name="content_s4"), "as published by S4"
    ),
    "item_knn": Candidate(lambda _: ItemKnn(), GRID),
    "item_knn_s1": Candidate(
        lambda _: ItemKnn(weighting="cosine", neighbours=10, name="item_knn_s1"), "as published by S1"
    ),
    "als": Candidate(lambda given: Als(seed=given.seed), GRID),
    "als_s1": Candidate(lambda given: Als.s1(given.seed), "as published by S1, its own grid on its own data"),
    "lmf": Candidate(lambda given: Lmf(seed=given.seed), f"{GRID}; still rising at its edge"),
    "lmf_s1": Candidate(lambda given: Lmf.s1(given.seed), "as published by S1, its own grid on its own data"),
    "svd_ratings": Candidate(lambda given: SvdRatings(seed=given.seed), GRID),
    "ncf": Candidate(lambda given: Ncf(seed=given.seed), f"{GRID}; still rising at its edge"),
    "ncf_s4": Candidate(lambda given: Ncf.s4(given.seed), "as published by S4"),
    "contrastive_gcn": Candidate(lambda given: ContrastiveGcn(seed=given.seed), OPEN.format("S0")),
    "contrastive_gcn_sound": Candidate(
        lambda given: ContrastiveGcn(seed=given.seed, sound=given.heard.sound(), name="contrastive_gcn_sound"),
        "those of contrastive_gcn, not chosen again for sound as the input",
    ),
    "song_gcn": Candidate(lambda given: SongGcn(given.heard.sound(), seed=given.seed), OPEN.format("S2")),
    "sequence_lstm": Candidate(
        lambda given: SequenceLstm(given.heard, seed=given.seed),
        "as published by S3; playlists are cut at 100 songs so that it trains in minutes",
    ),
    "light_gcn": Candidate(lambda given: LightGcn(seed=given.seed), f"{BY_HAND}, as a part of fused", ours=True),
    "spectral": Candidate(lambda given: Spectral(seed=given.seed), BY_HAND, ours=True),
    "near_songs": Candidate(
        lambda given: NearSongs(given.heard), f"{BY_HAND}, by the rank of the next song", ours=True
    ),
    "sequence": Candidate(
        lambda given: NextSong(given.heard, Fused.seeded(given.seed)),
        f"{BY_HAND}, by the rank of the next song",
        ours=True,
    ),
    "sequence_near": Candidate(
        lambda given: NextSong.with_near_songs(given.heard, Fused.seeded(given.seed)),
        f"{BY_HAND}, by the rank of the next song",
        ours=True,
    ),
    "fused_without_gcn": Candidate(
        lambda given: Fused(spectral=Spectral(seed=given.seed), gcn=None, name="fused_without_gcn"),
        "those of fused, not chosen again without the network",
        ours=True,
    ),
    "fused": Candidate(lambda given: Fused.seeded(given.seed), BOTH, ours=True),
    "emphasised": Candidate(lambda given: Emphasised.seeded(given.seed), BOTH, ours=True),
    "reranked": Candidate(lambda given: Reranked.seeded(given.seed), BOTH, ours=True),
}

NAMES: Sequence[str] = tuple(CANDIDATES)
PEERS: Sequence[str] = tuple(name for name, candidate in CANDIDATES.items() if not candidate.ours)
"""The methods that are not ours."""
LINEUP: Sequence[str] = (
    "popularity",
    "item_knn",
    "als",
    "light_gcn",
    "spectral",
    "fused_without_gcn",
    "fused",
    "emphasised",
    "reranked",
)
"""What `evaluate` trains when nothing is named."""
ALL: Sequence[str] = tuple(name for name in NAMES if name != "near_songs")
"""What `evaluate --all` trains: near_songs answers next songs only, as a part of sequence_near."""


def model(name: str, given: Given) -> Model:
    """The model of one of NAMES."""
    return CANDIDATES[name].make(given)
