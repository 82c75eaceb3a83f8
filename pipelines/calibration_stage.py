"""Stage `calibrate`: learns what `match` tells, on held-out playlists ranked by the models of the training run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.calibration import FILE
from kit.playlist_names import FILE as NAMES
from kit.playlist_names import NameModel
from pipelines import calibration, stage, tables
from pipelines.calibration_runs import HeldOut, calibration_runs
from pipelines.cold_start import placing
from pipelines.evaluate import protocol, splits
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest import training_input
from pipelines.models import train
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.interface import Progress
from pipelines.models.reranked import TrainedQueryModel
from pipelines.models.space import TrainedSpace
from pipelines.stage import Built

VERSION = 3


@dataclass(frozen=True, slots=True)
class CalibrationInputs:
    """The stages that it reads: `train` and `names` are those of the training playlists."""

    ingest: Built
    train: Built
    query_model: Built
    names: Built
    cold_start: Built
    seed: int


def run(work: Path, inputs: CalibrationInputs, cooccurring: int, progress: Progress) -> Built:
    """The tables (kit/calibration.py; none where too few playlists are held out) and their reliability."""

    def build(folder: Path) -> Mapping[str, Any]:
        held_out, space = _held_out(inputs)
        trained = TrainedQueryModel.load(inputs.query_model.path)
        audio, names = placing.load(inputs.cold_start.path).audio, inputs.names.path / NAMES
        named = NameModel.load(names) if names.exists() else None
        table = learned_table(held_out.graph, cooccurring)
        runs = calibration_runs(held_out, space, trained, named, table, audio, progress)
        if found := calibration.fit(runs):
            found.save(folder / FILE)
        return calibration.reliability(runs)

    keys = {"names": inputs.names.key, "coldstart": inputs.cold_start.key}
    return stage.run(work, "calibrate", VERSION, keys, {"seed": inputs.seed}, build)


def _held_out(inputs: CalibrationInputs) -> tuple[HeldOut, TrainedSpace]:
    graph, space = train.load(inputs.train.path, mapped=True)
    tracks, playlists = (tables.read(inputs.ingest.path, name) for name in ("tracks", "playlists"))
    _, held = splits.split(playlists, inputs.seed)
    names = training_input.playlist_names(playlists)
    ordered = protocol.ordered_tracks(tables.entries_of(inputs.ingest.path, held), held)
    return HeldOut(graph, graphs.artists(graph, tracks), ordered, [names.get(one) for one in held], inputs.seed), space


def sentence(built: Built) -> str:
    """How far the chances are from what happened, by kind of list."""
    errors = {kind: measured["expected_calibration_error"] for kind, measured in built.report()["figures"].items()}
    return ", ".join(f"{kind} off by {error:.1%}" for kind, error in errors.items()) or "too few playlists"
