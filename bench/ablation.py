"""Ablation of the fused space, the query reweighting and the ranker:

    python -m bench.ablation PLAYLISTS [--inner] [--positions first] [--out FILE]

The space is learned once. Leaving a block out drops its columns, leaving the popularity weight out gives common tracks'
queries their
length back. Weights are those of the whole space throughout: a part that others could replace, at retuned weights,
counts for more here than it would then. Without the spectral block the GCN still starts from its factors.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.tables import Table, show
from kit.ranker import Ranker
from pipelines import tables
from pipelines.evaluate import metrics, splits, tune
from pipelines.evaluate.figure import DRAWS, Floats, Source
from pipelines.evaluate.protocol import SEEDS, Positions, TaskMetrics, evaluate_scorer
from pipelines.evaluate.world import World, world_of
from pipelines.graph.playlist_graph import Graph
from pipelines.ingest import ingest
from pipelines.learning_to_rank import ranker
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.interface import Progress, Scorer, silent
from pipelines.models.reranked import Reranked
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.space import TrainedSpace

FULL, REWEIGHTED, RANKED = "fused", "reweighted", "reranked"
BLOCKS = ("spectral", "artist", "artist_graph", "gcn")
LIST_PREFIX = "list."  # prefix of the names of features of a whole list, as kit.ranker has it


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A name, the variant it is compared with, and its metrics."""

    name: str
    against: str
    results: TaskMetrics


def run(world: World, model: Reranked, progress: Progress = silent) -> list[Variant]:
    """Every variant of the model evaluated on the world's task; the two complete ones among them."""
    found = []
    for name, against, scorer in _variants(world, model, progress):
        progress(f"{name}: {len(world.task.queries)} queries")
        found.append(Variant(name, against, evaluate_scorer(scorer, world.task)))
    return found


def _variants(world: World, model: Reranked, progress: Progress) -> Iterator[tuple[str, str, Scorer]]:
    space = model.fused.train(world.graph, world.artists, progress)
    yield FULL, FULL, space.scorer()
    yield "spectral alone", FULL, only(space, ["spectral"]).scorer()
    for left_out in BLOCKS:
        yield f"without {left_out}", FULL, only(space, [name for name in BLOCKS if name != left_out]).scorer()
    yield (
        "without popularity weight",
        FULL,
        without_popularity_weight(space, world.graph, model.fused.popularity_exponent).scorer(),
    )
    yield from _trained(world, model, space, progress)


def _trained(
    world: World, model: Reranked, space: TrainedSpace, progress: Progress
) -> Iterator[tuple[str, str, Scorer]]:
    training_set = model.training_set(world.graph, world.artists, progress)
    if training_set is None:
        return
    reweighting = model.train_reweighting(training_set, progress)
    reweighted = replace(space, reweighting=reweighting)
    yield REWEIGHTED, FULL, reweighted.scorer()
    weighed = (
        replace(training_set, lookup=training_set.lookup.with_reweighting(reweighting)) if reweighting else training_set
    )
    reweighted_lookup = Lookup.of(world.graph, world.artists, reweighted, learned_table(world.graph))
    yield RANKED, REWEIGHTED, RerankedScorer(reweighted_lookup, model.train_ranker(weighed, progress))
    alone = replace(weighed, lookup=replace(weighed.lookup, table=None))
    yield "ranker without co-occurrence", RANKED, RerankedScorer(reweighted_lookup, model.train_ranker(alone, progress))
    plain = replace(reweighted_lookup, space=space, pooling=space.pooling())
    yield "reranked without reweighting", RANKED, RerankedScorer(plain, model.train_ranker(training_set, progress))
    anywhere = replace(model, held_out=replace(model.held_out, first=0))
    yield (
        "ranker not trained with first tracks",
        RANKED,
        RerankedScorer(reweighted_lookup, anywhere.train_ranker(weighed, progress)),
    )
    training, _ = weighed.queries(model.held_out.first)
    training_lists, columns = ranker.training_set(weighed.lookup, training), weighed.lookup.feature_names()
    kept = np.array([not name.startswith(LIST_PREFIX) for name in columns])
    without_list = ranker.fit(
        replace(training_lists, features=training_lists.features * kept), columns, model.ranker, progress
    )
    yield (
        "ranker without list features",
        RANKED,
        RerankedScorer(reweighted_lookup, masked(without_list, kept) if without_list else None),
    )


def only(space: TrainedSpace, blocks: list[str]) -> TrainedSpace:
    """The space with some of its blocks, in their order."""
    kept = [block for block in space.blocks if block.name in blocks]
    columns = np.concatenate([np.arange(block.start, block.stop) for block in kept])
    stops = np.cumsum([block.stop - block.start for block in kept])
    moved = [
        block.model_copy(update={"start": int(stop) - (block.stop - block.start), "stop": int(stop)})
        for block, stop in zip(kept, stops, strict=True)
    ]
    spectra = {name: values for name, values in space.spectra.items() if name in blocks}
    return TrainedSpace(*(Float16Vectors.of(side[:, columns]) for side in (space.index, space.query)), moved, spectra)


def without_popularity_weight(space: TrainedSpace, graph: Graph, popularity_exponent: float) -> TrainedSpace:
    """The space without the popularity exponent that Fused applies to queries."""
    query = space.query.widened()
    for block in space.blocks:
        if block.name != "spectral":
            query[:, block.start : block.stop] *= (
                np.maximum(graph.item_degree, 1).astype(np.float32)[:, None] ** popularity_exponent
            )
    return replace(space, query=Float16Vectors.of(query))


def masked(network: Ranker, kept: np.ndarray) -> Ranker:
    """The ranker with the weights of features outside `kept` (f,) set to zero."""
    sequences = kept.astype(np.float32)
    return replace(network, first=network.first * sequences, direct=network.direct * sequences)


# -- tables ----------------------------------------------------------------------------------------------------------
def ablation_tables(variants: list[Variant], source: Source) -> list[Table]:
    """NDCG@100 of every variant, and the paired differences with their intervals."""
    by_name = {one.name: one.results for one in variants}
    numbers = [k for k in SEEDS if k in by_name[FULL].seed_counts()]
    headings = ["variant", "AVG", *(f"k={k}" for k in numbers)]
    figures = [[one.name, *(f"{_mean(values):.4f}" for values in _columns(one.results, numbers))] for one in variants]
    caption = f"data {source.data_hash}, seed {source.seed}, commit {source.commit}"
    return [
        Table(f"NDCG@100 ({caption})", headings, figures),
        Table(
            f"Minus the row named in the second column, paired, 95 % interval of {DRAWS} draws of playlists",
            ["variant", "against", *headings[1:]],
            [
                [one.name, one.against, *_differences(one.results, by_name[one.against], numbers, source.seed)]
                for one in variants
                if one.name != one.against
            ],
        ),
    ]


def _columns(results: TaskMetrics, numbers: list[int]) -> list[Floats]:
    """NDCG@100 of the queries, first all that AVG averages, then by k."""
    return [results.by_playlist(), *(_by_k(results, k) for k in numbers)]


def _by_k(results: TaskMetrics, k: int) -> Floats:
    column = np.full((results.playlists, 1), np.nan)
    chosen = results.k == k
    column[results.playlist[chosen], 0] = results.figures["ndcg@100"][chosen]
    return column


def _differences(results: TaskMetrics, other: TaskMetrics, numbers: list[int], seed: int) -> list[str]:
    counts = metrics.resamples(results.playlists, DRAWS, seed)
    pairs = zip(_columns(results, numbers), _columns(other, numbers), strict=True)
    return [_difference(ours - theirs, counts) for ours, theirs in pairs]


def _difference(values: Floats, counts: Floats) -> str:
    low, high = metrics.interval(values, counts)
    return f"{_mean(values):+.4f} [{low:+.4f}, {high:+.4f}]"


def _mean(values: Floats) -> float:
    """The mean of column means; NaN stands where a playlist is too short."""
    return float(np.nanmean(values, axis=0).mean())


def world(data: Path, inner: bool, positions: Positions, seed: int) -> World:
    """The task of the held-out playlists, or of a part of the training playlists where settings are chosen."""
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    split = tune.inner_split(playlists, seed) if inner else splits.split(playlists, seed)
    return world_of(entries, tracks, *split, positions=positions, seed=seed)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("playlists", type=Path)
    parser.add_argument("--inner", action="store_true", help="evaluate on a part of the training playlists")
    parser.add_argument("--positions", choices=["random", "first"], default="random", help="which tracks are shown")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="also write the tables here, as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        ingest([options.playlists], data, lambda *_: None)
        variants = run(world(data, options.inner, options.positions, options.seed), Reranked.seeded(options.seed))
        show(ablation_tables(variants, Source.of(data, options.seed)), options.out)


if __name__ == "__main__":
    main()
