"""Every recommender by the name that the leaderboard shows, at the settings that `pipelines.tune` chose.

A name ending in _s1 or _s4 is the same method at the settings of that system, which the tuned row stands beside.
"""

from collections.abc import Callable, Sequence

import polars as pl

from pipelines.cold_start.songs import Songs
from pipelines.models.als import Als
from pipelines.models.content import Content
from pipelines.models.fused import Fused
from pipelines.models.interface import Model
from pipelines.models.item_knn import ItemKnn
from pipelines.models.light_gcn import LightGcn
from pipelines.models.lmf import Lmf
from pipelines.models.ncf import Ncf
from pipelines.models.popularity import Popularity
from pipelines.models.reranked import Emphasised, Reranked
from pipelines.models.spectral import Spectral
from pipelines.models.svd_ratings import SvdRatings
from pipelines.models.top_artists import TopArtists

LINEUP: dict[str, Callable[[int], Model]] = {
    "popularity": lambda _: Popularity(),
    "item_knn": lambda _: ItemKnn(),
    "als": lambda seed: Als(seed=seed),
    "light_gcn": lambda seed: LightGcn(seed=seed),
    "spectral": lambda seed: Spectral(seed=seed),
    "fused_without_gcn": lambda seed: Fused(spectral=Spectral(seed=seed), gcn=None, name="fused_without_gcn"),
    "fused": Fused.seeded,
    "emphasised": Emphasised.seeded,
    "reranked": Reranked.seeded,
}
"""What `evaluate` trains when nothing is named."""

PUBLISHED: dict[str, Callable[[int], Model]] = {
    "top_artists": lambda _: TopArtists(),
    "item_knn_s1": lambda _: ItemKnn(weighting="cosine", neighbours=10, name="item_knn_s1"),
    "als_s1": Als.s1,
    "lmf": lambda seed: Lmf(seed=seed),
    "lmf_s1": Lmf.s1,
    "svd_ratings": lambda seed: SvdRatings(seed=seed),
    "ncf": lambda seed: Ncf(seed=seed),
    "ncf_s4": Ncf.s4,
}
"""The other methods of the systems that Segue follows."""

HEARING: dict[str, Callable[[int, pl.DataFrame], Model]] = {
    "content": lambda seed, tracks: Content(Songs.of(tracks), seed=seed),
    "content_s4": lambda seed, tracks: Content(Songs.of(tracks), weighted=False, seed=seed, name="content_s4"),
}
"""Methods that need the track table to know how songs sound."""

NAMES: Sequence[str] = (*LINEUP, *PUBLISHED, *HEARING)


def model(name: str, seed: int, tracks: pl.DataFrame) -> Model:
    """The model of one of NAMES."""
    if name in HEARING:
        return HEARING[name](seed, tracks)
    return (LINEUP | PUBLISHED)[name](seed)
