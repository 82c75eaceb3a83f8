"""Trains models on the same playlists and evaluates their continuations of the held-out ones: `run(data, ["als"])`.

release_score.py evaluates a release folder by the same protocol.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from pipelines import tables
from pipelines.evaluate import leaderboard, model_factory, protocol, splits
from pipelines.evaluate.figure import Source
from pipelines.evaluate.leaderboard import EvaluatedModel, Leaderboard
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.evaluate.model_names import LINEUP, known
from pipelines.evaluate.protocol import Positions, View
from pipelines.evaluate.world import World, world_of
from pipelines.ingest.training_input import playlist_names
from pipelines.models.interface import Model, Progress, silent


def run(
    data: Path,
    models: Sequence[str] | None = None,
    view: View = "5-core",
    positions: Positions = "random",
    seed: int = 1,
    progress: Progress = silent,
    test: bool = False,
) -> Leaderboard:
    """Trains and evaluates models (model_names.NAMES, default LINEUP) on an ingested folder.

    Playlists with the roles *_train and *_valid are used as such, else a seeded tenth is held out; with `test` those of
    splits.untouched_split are.
    """
    chosen = known(models or LINEUP)
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    train, held = (splits.untouched_split if test else splits.split)(playlists, seed)
    names = playlist_names(playlists)
    world = world_of(entries, tracks, train, held, view, positions, seed, names)
    source = Source.of(data, seed)
    given = ModelInputs(world.graph, entries, tracks, seed, names)
    evaluated = {name: _evaluate(model_factory.model(name, given), world, progress) for name in chosen}
    return Leaderboard(
        held_part="test" if test else "valid",
        view=view,
        positions=positions,
        seed=seed,
        commit=source.commit,
        data_hash=source.data_hash,
        train_playlists=len(train),
        held_playlists=len(held),
        catalogue=int(world.task.allowed.sum()),
        best_peer=leaderboard.best_peer(evaluated),
        rows=leaderboard.rows(evaluated, seed),
    )


def _evaluate(model: Model, world: World, progress: Progress) -> EvaluatedModel:
    started = time.process_time()
    scorer = model.fit(world.graph, world.artists, progress)
    fit_cpu_s = time.process_time() - started
    progress(f"{model.name}: running {len(world.task.queries)} queries")
    return EvaluatedModel(model, [protocol.evaluate_scorer(scorer, world.task)], fit_cpu_s)
