"""Grid search of the models' defaults on an inner split of the training playlists.

The held-out role is never used: a seeded tenth of the training playlists is held out once more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
from rich.table import Table

from kit.release import Block
from pipelines import tables
from pipelines.evaluate import splits
from pipelines.evaluate.protocol import View, evaluate_scorer
from pipelines.evaluate.world import CannotEvaluate, World, world_of
from pipelines.models import als_side
from pipelines.models.als import Als
from pipelines.models.als_side import AlsSide
from pipelines.models.ease import Ease
from pipelines.models.fused import Fused
from pipelines.models.ials import Ials
from pipelines.models.interface import Model, Progress, Scorer, silent
from pipelines.models.item_knn import ItemKnn
from pipelines.models.lmf import Lmf
from pipelines.models.ncf import Ncf
from pipelines.models.playlist_knn import PlaylistKnn
from pipelines.models.rp3beta import Rp3Beta
from pipelines.models.space import TrainedSpace
from pipelines.models.svd_ratings import SvdRatings

INNER_SPLIT = splits.INNER_SPLITS[0]

ALS = {"factors": (128, 192, 256, 384), "regularization": (30.0, 100.0, 300.0), "alpha": (10.0, 20.0, 40.0)}
ALS_S1 = {
    "factors": (50, 100, 150),
    "iterations": (10, 20, 30),
    "regularization": (0.001, 0.01, 0.1),
    "alpha": (1.0,),
}
LMF_S1 = {
    "factors": (30, 60, 90),
    "learning_rate": (0.1, 0.5, 1.0),
    "regularization": (0.3, 0.6, 0.9),
    "iterations": (30,),
}
"""The grids that system S1 searched."""

LMF = {"factors": (60, 128), "regularization": (0.9, 2.0, 5.0), "iterations": (30, 60)}
SVD_RATINGS = {"factors": (20, 100), "epochs": (20, 60), "regularization": (0.02, 0.1)}
NCF = {"dims": (8, 32, 64), "layers": ((64, 32), (128, 64)), "epochs": (4, 12), "learning_rate": (0.001, 0.005)}
ITEM_KNN = {"weighting": ("tfidf", "cosine", "bm25"), "neighbours": (500, 1500, 5000)}
RP3BETA = {"alpha": (0.3, 0.5, 0.7, 1.0), "beta": (0.1, 0.2, 0.3, 0.4)}
PLAYLIST_KNN = {
    "neighbours": (50, 100, 200),
    "idf_power": (1.0, 2.0, 3.0),
    "similarity_power": (1.0, 1.5, 2.0),
    "popularity_exponent": (0.0, 0.1, 0.2),
}
EASE = {
    "regularization": (6.0, 12.0, 24.0),
    "length_exponent": (0.15, 0.3, 0.45),
    "popularity_exponent": (0.15, 0.3, 0.45),
}
IALS = {"unobserved": (0.0125, 0.025, 0.05), "regularization": (0.005, 0.01, 0.02), "frequency": (0.0, 0.5, 1.0)}
"""nu = 1 is the most that the method has: its upper edge is no edge of the grid."""
ALS_SIDE = {
    "artist_weight": (0.1, 0.2, 0.3),
    "artist_power": (0.0, 0.2, 0.4),
    "artist_graph_weight": (0.1, 0.2, 0.3),
}
FUSED = {
    "artist_weight": (0.2, 0.4, 0.6),
    "artist_power": (0.0, 0.2, 0.4),
    "gcn_weight": (0.4, 0.8, 1.2),
    "gcn_power": (0.0, 0.2),
}


@dataclass(frozen=True, slots=True)
class Try:
    """Metrics at one point of a grid."""

    settings: Mapping[str, Any]
    average: float
    by_k: Mapping[int, float]


def run(data: Path, model: str, view: View = "5-core", seed: int = 1, progress: Progress = silent) -> list[Try]:
    """Evaluates every point of a model's grid (a name of GRIDS) on an ingested folder, best first."""
    if model not in GRIDS:
        raise CannotEvaluate(f"there is no grid for {model!r}: choose from {', '.join(GRIDS)}")
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    world = world_of(entries, tracks, *inner_split(playlists, seed), view, "random", seed)
    tries = []
    for settings, scorer in GRIDS[model](world, seed, progress):
        results = evaluate_scorer(scorer, world.task)
        tries.append(Try(settings, results.average, {k: results.means(k)["ndcg@100"] for k in results.seed_counts()}))
        progress(f"{results.average:.4f} {settings}")
    return sorted(tries, key=lambda t: -t.average)


def inner_split(playlists: pl.DataFrame, seed: int = 1) -> tuple[list[str], list[str]]:
    """Training and validation playlist ids for choosing settings: the training playlists split once more."""
    train, _ = splits.split(playlists, seed)
    return splits.hold_out(train, INNER_SPLIT)


def tune_table(tries: Sequence[Try]) -> Table:
    """Renders the results of a grid as text for a terminal."""
    table = Table("settings", "AVG", *(f"k={k}" for k in tries[0].by_k))
    for one in tries:
        tried_settings = ", ".join(f"{name} {value}" for name, value in one.settings.items())
        table.add_row(tried_settings, f"{one.average:.4f}", *(f"{value:.4f}" for value in one.by_k.values()))
    return table


def _points(grid: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(grid, values, strict=True)) for values in product(*grid.values()))


def _models(make: Callable[..., Model], grid: Mapping[str, Sequence[Any]]) -> "Grid":
    def tries(world: World, seed: int, progress: Progress) -> Iterator[tuple[dict[str, Any], Scorer]]:
        seeded = {"seed": seed} if "seed" in make.__annotations__ else {}
        for point in _points(grid):
            yield point, make(**point, **seeded).fit(world.graph, world.artists, progress)

    return tries


def _fused(world: World, seed: int, progress: Progress) -> Iterator[tuple[dict[str, Any], Scorer]]:
    """Evaluates the grid of fused weights with one training: weights change the pooling only."""
    trained = Fused.seeded(seed).train(world.graph, world.artists, progress)
    for point in _points(FUSED):
        yield point, reweighted(trained, point).scorer()


def _als_side(world: World, seed: int, progress: Progress) -> Iterator[tuple[dict[str, Any], Scorer]]:
    """Evaluates the grid of the artist blocks' weights beside one training of ALS."""
    trained = Als(seed=seed).fit(world.graph, world.artists, progress)
    for point in _points(ALS_SIDE):
        lookup = AlsSide(Als(seed=seed), **point).beside(trained, world.graph, world.artists)
        yield point, als_side.scorer(lookup)


def reweighted(space: TrainedSpace, weights: Mapping[str, float]) -> TrainedSpace:
    """The same vectors with other weights; keys are <block>_weight and <block>_power."""

    def changed(block: Block) -> Block:
        weight, power = (weights.get(f"{block.name}_{name}") for name in ("weight", "power"))
        found = {"weight": weight, "power": power}
        return block.model_copy(update={name: value for name, value in found.items() if value is not None})

    return TrainedSpace(space.index, space.query, [changed(block) for block in space.blocks], space.spectra)


Grid = Callable[[World, int, Progress], Iterator[tuple[dict[str, Any], Scorer]]]
GRIDS: dict[str, Grid] = {
    "als": _models(Als, ALS),
    "als_s1": _models(Als, ALS_S1),
    "als_side": _als_side,
    "ease": _models(Ease, EASE),
    "ials": _models(Ials, IALS),
    "item_knn": _models(ItemKnn, ITEM_KNN),
    "lmf": _models(Lmf, LMF),
    "lmf_s1": _models(Lmf, LMF_S1),
    "ncf": _models(Ncf, NCF),
    "playlist_knn": _models(PlaylistKnn, PLAYLIST_KNN),
    "rp3beta": _models(Rp3Beta, RP3BETA),
    "svd_ratings": _models(SvdRatings, SVD_RATINGS),
    "fused": _fused,
}
