"""The leaderboard: every model trained on the same playlists, asked the same questions, with the spread of its figures.

One row is one call: `run(data, ["als"])`. A release folder is scored the same way by `score_release`.
"""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from kit.release import Release
from pipelines import graph as graphs
from pipelines import leaderboard, lineup, protocol, stage, tables
from pipelines.graph import Graph, Rows
from pipelines.leaderboard import Judged, Leaderboard
from pipelines.lineup import LINEUP, Given
from pipelines.models import reranked
from pipelines.models.interface import Artists, Model, Progress, silent
from pipelines.protocol import Exam, Marks, Positions, View


class CannotEvaluate(Exception):
    """The data or the request cannot be judged; the message says what to change."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A training graph and the exam that its held-out playlists make."""

    graph: Graph
    artists: list[str | None]
    exam: Exam


def run(
    data: Path,
    models: Sequence[str] | None = None,
    view: View = "closed",
    positions: Positions = "random",
    seed: int = 1,
    progress: Progress = silent,
) -> Leaderboard:
    """Trains and judges models (lineup.NAMES, default those of LINEUP) on an ingested folder.

    Playlists with the roles *_train and *_valid are used as such, else a seeded tenth is held out.
    """
    names = known(models or LINEUP)
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    train, held = protocol.split(playlists, seed)
    world = world_of(entries, tracks, train, held, view, positions, seed)
    given = Given(world.graph, entries, tracks, seed)
    judged = {name: _judge(lineup.model(name, given), world, progress) for name in names}
    return Leaderboard(
        view=view,
        positions=positions,
        seed=seed,
        commit=commit(),
        data_hash=stage.hash_files([data / f"{name}.parquet" for name in ("entries", "playlists", "tracks")]),
        train_playlists=len(train),
        held_playlists=len(held),
        catalogue=int(world.exam.allowed.sum()),
        best_peer=leaderboard.best_peer(judged),
        rows=leaderboard.rows(judged, seed),
    )


def known(names: Sequence[str]) -> list[str]:
    """The names, each once; CannotEvaluate when a model has none of them."""
    if unknown := [name for name in names if name not in lineup.NAMES]:
        raise CannotEvaluate(f"no model is named {unknown[0]!r}: choose from {', '.join(lineup.NAMES)}")
    return list(dict.fromkeys(names))


def world_of(
    entries: pl.DataFrame,
    tracks: pl.DataFrame,
    train: Sequence[str],
    held: Sequence[str],
    view: View = "closed",
    positions: Positions = "random",
    seed: int = 1,
) -> World:
    """The graph of the training playlists and the questions of the held-out ones."""
    graph = graphs.build(entries.filter(pl.col("playlist_id").is_in(list(train))))
    artists = graphs.artists(graph, tracks)
    return World(graph, artists, exam_of(graph, artists, entries, held, view, positions, seed))


def exam_of(
    graph: Graph,
    artists: Artists,
    entries: pl.DataFrame,
    held: Sequence[str],
    view: View,
    positions: Positions,
    seed: int,
) -> Exam:
    """The questions that held-out playlists ask those who learned the graph; CannotEvaluate when there is none."""
    songs = [graph.rows(ids) for ids in protocol.ordered_songs(entries, held)]
    allowed, numbers = protocol.catalogue(graph.occurrences, view), protocol.numbered(artists)
    taught = len(graph.playlist_ids)
    paper = protocol.exam(songs, allowed, graph.occurrences, numbers, view, positions, seed, taught)
    _check(paper)
    return paper


def _check(paper: Exam) -> None:
    if not paper.questions:
        raise CannotEvaluate(
            f"none of the {paper.playlists} held-out playlists has {protocol.SEEDS[0]} seed and {protocol.TARGETS} "
            f"other songs of the {int(paper.allowed.sum())} in the catalogue: give more or longer playlists"
        )


def _judge(model: Model, world: World, progress: Progress) -> Judged:
    started = time.process_time()
    scorer = model.fit(world.graph, world.artists, progress)
    fit_cpu_s = time.process_time() - started
    progress(f"{model.name}: answering {len(world.exam.questions)} questions")
    return Judged(model, protocol.mark(scorer, world.exam), fit_cpu_s)


def score_release(
    release: Release,
    playlists: Sequence[Sequence[str]],
    view: View = "closed",
    positions: Positions = "random",
    seed: int = 1,
) -> tuple[Exam, Marks]:
    """A release's `graph` space judged on playlists (track ids in order): its own vectors, pooling rule and ranker.

    Honest only when the release was trained without these playlists. `wide` recommends every song with a vector.
    """
    paper = release_exam(release, playlists, view, positions, seed)
    _check(paper)
    return paper, protocol.mark(reranked.of_release(release), paper)


def release_exam(
    release: Release, playlists: Sequence[Sequence[str]], view: View, positions: Positions, seed: int
) -> Exam:
    """The questions of playlists over the rows of a release."""
    occurrences, artists = (np.asarray(release.column(c)[: release.placed]) for c in ("playlists", "artist"))
    placed = np.asarray(release.index_vectors("graph")).any(axis=1)
    allowed = np.asarray(placed & protocol.catalogue(occurrences, view) if view == "closed" else placed, bool)
    held = [_known(release, songs) for songs in playlists]
    taught_by = release.manifest.taught_by
    return protocol.exam(held, allowed, occurrences, artists.astype(np.int64), view, positions, seed, taught_by)


def _known(release: Release, songs: Sequence[str]) -> Rows:
    rows = release.rows(list(dict.fromkeys(songs)))
    return np.where(rows < release.placed, rows, -1)


def commit() -> str:
    """The checked-out commit, "-dirty" when files differ from it, or "unknown" outside a repository."""
    here = Path(__file__).parent
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"],  # noqa: S607
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()
