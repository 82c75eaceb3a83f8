"""Accuracy and CPU of an update's space against a training: python -m bench.folded_in FILES [--shares .01 .05]

The playlists that `tune` trains on, of which a seeded share is new: the others are trained, the new ones folded in
(pipelines.models.folded_in). Evaluated on tune's validation playlists; the held-out role is not used. Printed per
share: AVG (NDCG@100 over k = 1, 5, 25), its paired difference from the training on all, the CPU seconds of the space
alone, and the share of the 50 nearest tracks of a track that is the same as before and as in the training on all.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from bench.warm_start import DRAWS, SEED, cpu
from pipelines import tables
from pipelines.evaluate import metrics, protocol, splits, tune
from pipelines.evaluate.protocol import TaskMetrics
from pipelines.evaluate.world import World, world_of
from pipelines.graph.playlist_graph import artists, build
from pipelines.ingest.training_input import ingested
from pipelines.models.folded_in import folded_in
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.update.agreement import agreement


def tune_world(sources: Sequence[Path]) -> tuple[World, pl.DataFrame, pl.DataFrame, list[str]]:
    """The world of tune's training playlists with its validation ones held out; all entries, all tracks and the ids of
    the training playlists."""
    with TemporaryDirectory() as work:
        built = ingested(sources, Path(work))
        entries, playlists, tracks = (tables.read(built.path, name) for name in ("entries", "playlists", "tracks"))
    train, validation = tune.inner_split(playlists, SEED)
    return world_of(entries, tracks, train, validation), entries, tracks, train


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
    options = parser.parse_args()
    world, entries, tracks, train = tune_world(options.sources)
    model, spent = Fused.seeded(SEED), dict[str, float]()
    named = artists(world.graph, tracks)
    with cpu(spent, "training"):
        whole = model.train(world.graph, named, silent)
    reference = protocol.evaluate_scorer(whole.scorer(), world.task)
    line("trained on all", reference, reference, spent["training"])
    for share in options.shares:
        old, _ = splits.hold_out(train, SEED + 1, share)
        before = build(entries.filter(pl.col("playlist_id").is_in(old)))
        earlier = model.train(before, artists(before, tracks), silent)
        with cpu(spent, "folding"):
            found = folded_in(model, before, earlier, world.graph, named)
        lists = [
            agreement(before, earlier, world.graph, found, SEED),
            agreement(world.graph, whole, world.graph, found, SEED),
        ]
        rest = f", lists as before {lists[0]:.3f}, as trained {lists[1]:.3f}"
        line(
            f"{share:.1%} folded in",
            protocol.evaluate_scorer(found.scorer(), world.task),
            reference,
            spent["folding"],
            rest,
        )


if __name__ == "__main__":
    main()
