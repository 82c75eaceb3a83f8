"""Accuracy and CPU of an update's space against a training: python -m bench.folded_in FILES [--shares .01 .05]

The playlists that `tune` trains on, of which a seeded share is new: the others are trained, tracks that only the new
ones make common enough are folded in (pipelines.models.folded_in), and no other vector moves. Evaluated on tune's
validation playlists; the held-out role is not used. Printed per share: AVG (NDCG@100 over k = 1, 5, 25), its paired
difference from the training on all, and the CPU seconds of the space alone; for the space as it was, for one with all
new tracks folded in, and for one without those that one playlist held before: a release that lists them, placed by
artist or sound, keeps them so until the next full refresh. With --ranker, reordered by a ranker as in a release: the
co-occurrence table as it was and counted anew, the ranker trained without the new playlists.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from bench.warm_start import DRAWS, SEED, cpu
from pipelines import tables
from pipelines.evaluate import metrics, protocol, splits, tune
from pipelines.evaluate.protocol import TaskMetrics, View
from pipelines.evaluate.world import World, world_of
from pipelines.graph.playlist_graph import Graph, Matrix, Rows, artists, build
from pipelines.ingest.training_input import ingested
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.folded_in import folded_in
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, silent
from pipelines.models.reranked import Reranked, TrainedQueryModel
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.space import TrainedSpace


def tune_world(sources: Sequence[Path], view: View = "5-core") -> tuple[World, pl.DataFrame, pl.DataFrame, list[str]]:
    """The world of tune's training playlists with its validation ones held out; all entries, all tracks and the ids of
    the training playlists."""
    with TemporaryDirectory() as work:
        built = ingested(sources, Path(work))
        entries, playlists, tracks = (tables.read(built.path, name) for name in ("entries", "playlists", "tracks"))
    train, validation = tune.inner_split(playlists, SEED)
    return world_of(entries, tracks, train, validation, view), entries, tracks, train


def line(name: str, found: TaskMetrics, reference: TaskMetrics, seconds: float, rest: str = "") -> None:
    """One row: figures of a space, and their paired difference from the reference."""
    counts = metrics.resamples(found.playlists, DRAWS, SEED)
    low, high = metrics.interval(found.by_playlist() - reference.by_playlist(), counts)
    gain = found.average - reference.average
    figures = f"AVG {found.average:.4f}  {gain:+.4f} [{low:+.4f}, {high:+.4f}]  {seconds:.1f} CPU s"
    sys.stdout.write(f"{name:<24} {figures}{rest}\n")
    sys.stdout.flush()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.01, 0.05])
    parser.add_argument(
        "--view", choices=("5-core", "full"), default="5-core", help="full: tracks in few playlists too"
    )
    parser.add_argument("--ranker", action="store_true", help="also reordered by a ranker")
    options = parser.parse_args()
    world, entries, tracks, train = tune_world(options.sources, options.view)
    model, spent = Fused.seeded(SEED), dict[str, float]()
    named = artists(world.graph, tracks)
    with cpu(spent, "training"):
        whole = model.train(world.graph, named, silent)
    reference = protocol.evaluate_scorer(whole.scorer(), world.task)
    line("trained on all", reference, reference, spent["training"])
    for share in options.shares:
        old, _ = splits.hold_out(train, SEED + 1, share)
        earlier_entries = entries.filter(pl.col("playlist_id").is_in(old))
        before = build(earlier_entries)
        earlier = model.train(before, artists(before, tracks), silent)
        new = np.flatnonzero(before.rows(names_of(world.graph)) < 0)
        with cpu(spent, "folding"):
            found = folded_in(model.spectral, before, earlier, world.graph, new, named)
        once = np.isin(world.graph.track_ids[new], earlier_entries["track_id"].unique().to_numpy().astype("S22"))
        for name, kept in (("as it was", new[:0]), ("folded in", new), ("never held before", new[~once])):
            space = joined(earlier, before, world.graph, found, new, kept)
            measured = protocol.evaluate_scorer(space.scorer(), world.task)
            line(f"{share:.1%} {name}", measured, reference, spent["folding"], f", {len(kept):,} of {len(new):,} new")
        if options.ranker:
            space = joined(earlier, before, world.graph, found, new, new)
            with_ranker(world, whole, space, before, artists(before, tracks), f"{share:.1%}")


def with_ranker(
    world: World, whole: TrainedSpace, space: TrainedSpace, before: Graph, earlier: Artists, share: str
) -> None:
    """The rows of an update's space and of a training on all, each reordered by its ranker."""
    trained = Reranked.seeded(SEED).train(world.graph, world.artists, silent)
    reference = reordered(world, trained, whole, world.graph)
    line("all, ranker", reference, reference, 0)
    kept = Reranked.seeded(SEED).train(before, earlier, silent)
    old = np.flatnonzero(np.isin(world.graph.playlist_ids, before.playlist_ids))
    for name, graph in (("table as it was", of_playlists(world.graph, old)), ("table anew", world.graph)):
        line(f"{share} {name}", reordered(world, kept, space, graph), reference, 0)


def reordered(world: World, model: TrainedQueryModel, space: TrainedSpace, counted: Graph) -> TaskMetrics:
    """A space with reweighting, ranker, and the co-occurrence table of a graph with the tracks of the world's."""
    fitting = model.of(space.blocks)
    space = replace(space, reweighting=fitting.reweighting)
    lookup = Lookup.of(world.graph, world.artists, space, learned_table(counted))
    return protocol.evaluate_scorer(RerankedScorer(lookup, fitting.ranker), world.task)


def of_playlists(graph: Graph, rows: Rows) -> Graph:
    """The graph of some of its playlists, with all its tracks."""
    assert graph.positions is not None
    held = np.concatenate([np.arange(graph.matrix.indptr[row], graph.matrix.indptr[row + 1]) for row in rows])
    return Graph(graph.track_ids, graph.playlist_ids[rows], Matrix(graph.matrix[rows]), graph.positions[held])


def names_of(graph: Graph) -> list[str]:
    """The ids of its tracks."""
    return [one.decode() for one in graph.track_ids.tolist()]


def joined(
    earlier: TrainedSpace, before: Graph, graph: Graph, found: TrainedSpace, new: Rows, kept: Rows
) -> TrainedSpace:
    """The space over `graph`: tracks of before with their vectors, of the new ones (found) those that are kept."""
    held, chosen = before.rows(names_of(graph)), np.isin(new, kept)
    sides = []
    for ours, theirs in ((earlier.index, found.index), (earlier.query, found.query)):
        vectors = np.zeros((len(held), ours.shape[1]), np.float32)
        vectors[held >= 0] = ours[held[held >= 0]]
        vectors[new[chosen]] = theirs[chosen]
        sides.append(Float16Vectors.of(vectors))
    return replace(earlier, index=sides[0], query=sides[1])


if __name__ == "__main__":
    main()
