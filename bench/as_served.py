"""Evaluates what is served: python -m bench.as_served PLAYLISTS [--data DIR] [--offline] [--out F]

A release learned from the training role alone (bench/unseen.py) is published and asked the held-out playlists'
queries over HTTP, in process: through the routes, filters, ranking and index of recommend, in mode `similar` and as a
caller who sets nothing is answered. The listed tracks are also requested with the default's dials turned off one by one
and, in the last table, offline by exact search with one part of the ranking after another.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.requests import LIMIT, SIMILAR, WHOLE, Answered, Mask, Row, offline, served, state, views
from bench.tables import Table, show
from bench.unseen import unseen
from kit.release import STATE_PLACED, Release
from pipelines.evaluate import metrics
from pipelines.evaluate.figure import DRAWS, Floats, Source
from pipelines.evaluate.protocol import EvaluationTask, TaskMetrics
from pipelines.graph.playlist_graph import Rows

SHOWN = 5  # seeds, where a figure is given for one number of them
CUTS = (50, metrics.DEPTH)


# -- placed tracks ----------------------------------------------------------------------------------------------------
def of_placed(answered: Answered, placed: Mask, listed: Mask, k: int, cuts: Sequence[int] = CUTS) -> dict[str, float]:
    """Means over the queries with k seeds, NaN where none has it: the share of placed tracks in lists, how many of
    the first ten of each kind are right, recall of both kinds of targets, and their shares of the targets.

    placed (n,) tracks that the release lists by their sound or artist; listed (n,) all that it lists. Questions of
    which no seed is known do not count: offline they are answered in the order of rows.
    """
    answered_queries = [(query, ranked) for query, ranked in answered if query.k == k and (query.seeds >= 0).any()]
    found = [_one(query.targets, ranked, placed, listed, cuts) for query, ranked in answered_queries]
    return {name: metrics.mean(np.array([one[name] for one in found])) for name in found[0]}


def _one(targets: Rows, ranked: Rows, placed: Mask, listed: Mask, cuts: Sequence[int]) -> dict[str, float]:
    known = targets[targets >= 0]
    kinds = {"placed": known[placed[known]], "learned": known[listed[known] & ~placed[known]]}
    shares = {f"in first {cut}": metrics.mean(placed[ranked[:cut]].astype(np.float64)) for cut in (10, LIMIT)}
    parts = {f"targets {kind}": len(rows) / len(targets) for kind, rows in kinds.items()}
    recalls = {
        f"{kind} R@{cut}": metrics.recall(np.isin(ranked, rows), len(rows), cut) if len(rows) else float("nan")
        for kind, rows in kinds.items()
        for cut in cuts
    }
    top = {"placed": ranked[:10][placed[ranked[:10]]], "learned": ranked[:10][~placed[ranked[:10]]]}
    right = {f"{kind} P@10": metrics.mean(np.isin(rows, targets).astype(np.float64)) for kind, rows in top.items()}
    return shares | right | parts | recalls


# -- tables ----------------------------------------------------------------------------------------------------------
def served_tables(rows: Sequence[Row], source: Source) -> list[Table]:
    """Accuracy of every kind of request, the paired difference from `similar`, and what the first ten are like."""
    base = {row.view: row.results for row in rows if row.request == SIMILAR}
    counts = rows[0].results.seed_counts()
    k = _shown(rows)
    caption = f"data {source.data_hash}, seed {source.seed}, commit {source.commit}"
    character = ("recall@10", "hit_rate@10", "artist_variety", "same_artist", "popularity_percentile", "novelty")
    figures = (*character, "coverage@10")
    return [
        Table(
            f"As served: NDCG@100 with its 95 % interval, and minus `{SIMILAR}`, paired ({caption})",
            ["view, asked", "AVG", *(f"k={one}" for one in counts), f"AVG minus {SIMILAR}"],
            [_accuracy(row, base[row.view], counts, source.seed) for row in rows],
        ),
        Table(
            f"As served: the first ten, {k} seeds",
            ["view, asked", *figures],
            [[f"{row.view}, {row.request}", *(_cell(row.results.means(k)[name]) for name in figures)] for row in rows],
        ),
    ]


def _shown(rows: Sequence[Row]) -> int:
    """SHOWN, or the fewest seeds that any playlist was long enough for."""
    counts = rows[0].results.seed_counts()
    return SHOWN if SHOWN in counts else min(counts)


def _accuracy(row: Row, base: TaskMetrics, counts: Sequence[int], seed: int) -> list[str]:
    values = row.results.by_playlist()
    gap = "" if row.request == SIMILAR else _spread(values - base.by_playlist(), seed, "+.4f")
    by_k = [f"{row.results.means(k)['ndcg@100']:.4f}" for k in counts]
    return [f"{row.view}, {row.request}", _spread(values, seed, ".4f"), *by_k, gap]


def _spread(values: Floats, seed: int, form: str) -> str:
    """A mean of column means with its interval."""
    low, high = metrics.interval(values, metrics.resamples(len(values), DRAWS, seed))
    return f"{np.nanmean(values, axis=0).mean():{form}} [{low:{form}}, {high:{form}}]"


def placed_table(rows: Sequence[Row], listed: EvaluationTask, release: Release, seed: int) -> Table:
    """Placed tracks in the lists for queries of all listed tracks; the first row has every figure."""
    placed = listed.allowed & (state(release) == STATE_PLACED)
    k = _shown(rows)
    found = [
        of_placed(row.answered, placed, listed.allowed, k, [cut for cut in CUTS if cut <= row.limit]) for row in rows
    ]
    names = [name for name in found[0] if not name.startswith("targets")]
    base = next(row.results.by_playlist() for row in rows if row.request == WHOLE)
    caption = " and ".join(
        f"{found[0][f'targets {kind}']:.1%} of the targets are {kind}" for kind in ("learned", "placed")
    )
    count = f"{int(placed.sum()):,} of {int(listed.allowed.sum()):,} listed tracks are placed"
    return Table(
        f"Placed tracks among all that are listed, {k} seeds: {count}, {caption}",
        ["asked", "AVG", f"minus `{WHOLE}`", *names],
        [
            [
                row.request,
                f"{row.results.average:.4f}",
                "" if row.request == WHOLE else _spread(row.results.by_playlist() - base, seed, "+.4f"),
                *(_cell(one.get(name, np.nan)) for name in names),
            ]
            for row, one in zip(rows, found, strict=True)
        ],
    )


def _cell(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.4f}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("playlists", type=Path)
    parser.add_argument(
        "--data", type=Path, help="keep stages, release and index in this folder, and use what is there"
    )
    parser.add_argument("--offline", action="store_true", help="only the last table, without what is asked over HTTP")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="also write the tables here, as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        world = unseen(options.playlists, options.data or Path(scratch), options.seed)
        all_views = views(world)
        rows = [] if options.offline else asyncio.run(served(world, all_views))
        of_listed = [*offline(world.release, all_views), *(row for row in rows if row.view == "listed")]
        placed = placed_table(of_listed, all_views[-1].task, world.release, options.seed)
        show([*(served_tables(rows, world.source) if rows else []), placed], options.out)


if __name__ == "__main__":
    main()
