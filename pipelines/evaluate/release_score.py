"""Evaluates a release on a file of playlists: `segue-pipeline evaluate --release R --playlists FILE`."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
from rich.table import Table

from kit.release import Release
from pipelines import stage, tables
from pipelines.evaluate import metrics, protocol, segments
from pipelines.evaluate.figure import DRAWS
from pipelines.evaluate.protocol import EvaluationTask, Positions, TaskMetrics, View
from pipelines.evaluate.world import CannotEvaluate, check
from pipelines.graph.playlist_graph import Rows
from pipelines.ingest import Progress, ingest
from pipelines.models import reranked_scorer


@dataclass(frozen=True, slots=True)
class ReleaseScore:
    """A release's figures on one file, and what is needed to reproduce them."""

    release: str
    data_hash: str  # of the release's training data
    file_hash: str
    role: str | None
    view: View
    positions: Positions
    seed: int
    playlists: int
    queries: int
    catalogue: int
    average_ndcg_100: float
    interval_95: tuple[float, float]
    # novelty is null where a release does not state its number of training playlists
    by_seeds: dict[int, dict[str, float]]
    segments: list[dict[str, Any]]

    def write(self, path: Path) -> None:
        """Writes the figures as JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        path.write_bytes(orjson.dumps(fields, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))


def score(
    folder: Path,
    file: Path,
    view: View,
    positions: Positions,
    seed: int,
    role: str | None,
    progress: Progress,
) -> ReleaseScore:
    """Reads the playlists of a file (those of one role, when given) and evaluates the release's continuations
    of them."""
    release = Release(folder)
    held = _playlists(file, role, progress)
    task, results = score_release(release, held, view, positions, seed)
    low, high = metrics.interval(results.by_playlist(), metrics.resamples(results.playlists, DRAWS, seed))
    return ReleaseScore(
        release=release.version,
        data_hash=release.manifest.data_hash,
        file_hash=stage.hash_files([file]),
        role=role,
        view=view,
        positions=positions,
        seed=seed,
        playlists=len(held),
        queries=len(task.queries),
        catalogue=int(task.allowed.sum()),
        average_ndcg_100=results.average,
        interval_95=(low, high),
        by_seeds=_by_seeds(results),
        segments=_segments(task, results, seed),
    )


def score_release(
    release: Release,
    playlists: Sequence[Sequence[str]],
    view: View = "5-core",
    positions: Positions = "random",
    seed: int = 1,
) -> tuple[EvaluationTask, TaskMetrics]:
    """Evaluates a release's `graph` space on playlists (track ids in order): its own vectors, pooling rule and ranker.

    Unbiased only when the release was trained without these playlists. `full` recommends every track with a vector.
    """
    task = release_task(release, playlists, view, positions, seed)
    check(task)
    return task, protocol.evaluate_scorer(reranked_scorer.of_release(release), task)


def release_task(
    release: Release, playlists: Sequence[Sequence[str]], view: View, positions: Positions, seed: int
) -> EvaluationTask:
    """The continuation task of playlists over the rows of a release."""
    item_degree, artists = (np.asarray(release.column(c)[: release.embedded]) for c in ("playlists", "artist"))
    placed = np.asarray(release.index_vectors("graph")).any(axis=1)
    allowed = np.asarray(placed & protocol.catalogue(item_degree, view) if view == "5-core" else placed, bool)
    held = [_known(release, tracks) for tracks in playlists]
    training_playlists = release.manifest.training_playlists
    return protocol.continuation_task(
        held, allowed, item_degree, artists.astype(np.int64), view, positions, seed, training_playlists
    )


def _known(release: Release, tracks: Sequence[str]) -> Rows:
    rows = release.rows(list(dict.fromkeys(tracks)))
    return np.where(rows < release.embedded, rows, -1)


def _playlists(file: Path, role: str | None, progress: Progress) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as scratch:
        ingest([file], Path(scratch), progress)
        entries, playlists = tables.read(Path(scratch), "entries"), tables.read(Path(scratch), "playlists")
    if role:
        playlists = playlists.filter(pl.col("role") == role)
    if playlists.is_empty():
        wanted = f"with the role {role!r} " if role else ""
        raise CannotEvaluate(f"{file} holds no playlist {wanted}to evaluate on")
    return protocol.ordered_tracks(entries, playlists["playlist_id"].to_list())


def _by_seeds(results: TaskMetrics) -> dict[int, dict[str, float]]:
    return {k: results.means(k) for k in results.seed_counts()}


def _segments(task: EvaluationTask, results: TaskMetrics, seed: int) -> list[dict[str, Any]]:
    """Segment figures, with segments.SEEDS seeds or the fewest that have queries."""
    k = segments.SEEDS if segments.SEEDS in results.seed_counts() else min(results.seed_counts())
    rows = segments.rows(segments.segments(task, k), {"release": [results]}, k, seed)
    return [
        {name: row[name] for name in ("segment", "says", "measure", "k", "playlists", "value", "interval")}
        for row in rows
    ]


def table(found: ReleaseScore) -> Table:
    """Renders the accuracy figures as a table for a terminal."""
    low, high = found.interval_95
    shown = Table(
        title=f"{found.release}: AVG NDCG@100 {found.average_ndcg_100:.4f} [{low:.4f}, {high:.4f}]",
        caption=f"{found.queries} queries of {found.playlists} playlists, {found.view} catalogue of "
        f"{found.catalogue} tracks, {found.positions} seeds, seed {found.seed}, file {found.file_hash}; honest "
        "only when the release did not learn from these playlists",
    )
    names = ("ndcg@100", "r_precision", "recall@10", "recall@50", "recall@500", "hit_rate@10")
    for heading in ("seeds", *names):
        shown.add_column(heading, justify="right", no_wrap=True)
    for k, figures in found.by_seeds.items():
        shown.add_row(str(k), *(f"{figures[name]:.4f}" for name in names))
    return shown


def beyond_accuracy_table(found: ReleaseScore) -> Table:
    """Renders the beyond-accuracy metrics and segments as a table for a terminal."""
    lines = [f"{row['segment']} {row['value']:.4f} ({row['says']}, {row['measure']})" for row in found.segments]
    shown = Table(title="beyond accuracy", caption="; ".join(lines))
    names = {
        "coverage@10": "coverage@10",
        "popularity": "popularity_percentile",
        "same artists": "same_artist",
        "artist variety": "artist_variety",
        "rare tracks R@50": "tail_recall@50",
    }
    for heading in ("seeds", *names):
        shown.add_column(heading, justify="right", no_wrap=True)
    for k, figures in found.by_seeds.items():
        shown.add_row(str(k), *(f"{figures[name]:.4f}" for name in names.values()))
    return shown
