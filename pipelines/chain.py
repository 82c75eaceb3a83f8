"""The training pipeline: a chain of cached stages, each of which first runs the stages it needs.

Two runs meet here: `train` is learned from the training playlists only and is what `evaluate` measures, `all` is
learned from every playlist and is what a release serves. Figures in a release are those of `train`: the playlists they
were measured on are not in its training data. Only `all` may start from an earlier release, which has learned those
playlists too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import polars as pl

from kit.release import Release
from pipelines import calibration_stage, console, stage, tables
from pipelines.calibration_stage import CalibrationInputs
from pipelines.cold_start import placing
from pipelines.cold_start import stages as cold_start_stages
from pipelines.cold_start.network_settings import Settings as NetworkSettings
from pipelines.console import Line
from pipelines.evaluate import release_metrics, splits
from pipelines.evaluate import stage as evaluation_stage
from pipelines.evaluate.stage import EvaluationInputs
from pipelines.graph import ingested as graph_entries
from pipelines.graph import playlist_graph as graphs
from pipelines.graph import stage as graph_stage
from pipelines.graph.entry_codes import EntryCodes
from pipelines.ingest import training_input
from pipelines.ingest.training_input import likes_as_playlists
from pipelines.map import stage as map_stage
from pipelines.models import train
from pipelines.models.train import TrainingInputs
from pipelines.models.train_settings import DEFAULTS, TrainSettings
from pipelines.models.warm_start import EarlierEmbeddings
from pipelines.release.from_stages import release_from
from pipelines.release.release_content import Origin
from pipelines.release.stacked import Stacked
from pipelines.release.trained_content import FinishedStages
from pipelines.stage import Built
from pipelines.update import full_refresh

Part = Literal["train", "all"]
NETWORK = NetworkSettings()


class Chain:
    """Stages over one set of source files (none: the demo world), with one seed, in one work folder."""

    def __init__(
        self,
        sources: Sequence[Path],
        work: Path,
        seed: int = 1,
        training: TrainSettings = DEFAULTS,
        network: NetworkSettings = NETWORK,
        ingested: Built | None = None,
        earlier: EarlierEmbeddings | None = None,
        mapped: bool = True,
    ) -> None:
        self.sources, self.work, self.seed = list(sources), work, seed
        self.training, self.network = training, replace(network, seed=seed)
        self.earlier, self.mapped = earlier, mapped
        self._ingested = ingested
        self.built: dict[str, Built] = {}  # by the name in the progress lines

    # -- stages --------------------------------------------------------------------------------------------------------
    def ingest(self) -> Built:
        """Canonical tables of the source files."""
        if self._ingested is None:
            self._ingested = training_input.ingested(self.sources, self.work)
        return self._ingested

    def graph(self, part: Part) -> Built:
        """The playlist-track graph of a part; for `all` also each track's neighbours, the evidence of explanations."""
        self.ingest()
        return self._once(f"graph {part}", lambda line: self._graph(part, line))

    def train(self, part: Part) -> Built:
        """The `graph` space learned from a part."""
        self.graph(part)
        return self._once(f"train {part}", lambda line: self._train(part, line))

    def train_held_out(self) -> Built:
        """The space without some training playlists and a tenth of the tracks, which two stages ask it for."""
        self.graph("train")
        return self._once("train held-out", self._train_held_out)

    def query_model(self) -> Built:
        """The query reweighting and the ranker, trained on playlists held out within the training ones, and whether
        names of playlists help there."""
        self.train_held_out()
        return self._once("query model", self._query_model)

    def names(self, part: Part) -> Built:
        """The name model of a part's space, where names help."""
        self.train(part), self.query_model()
        return self._once(f"names {part}", lambda line: self._names(part, line))

    def cold_start_evaluation(self) -> Built:
        """The cold-start evaluation: which input types place hidden tracks better than popularity, and by how much."""
        self.train("train"), self.train_held_out()
        return self._once("cold-start evaluation", self._cold_start_evaluation)

    def cold_start(self) -> Built:
        """The network that places tracks by audio features and artist, and the tracks that it places."""
        self.cold_start_evaluation(), self.train("all")
        return self._once("coldstart", self._cold_start)

    def map(self) -> Built | None:
        """The map of the catalogue; None when it is skipped."""
        self.cold_start()
        return self._once("map", self._map) if self.mapped else None

    def evaluate(self) -> Built:
        """Continuation metrics of the `train` run on the held-out playlists."""
        self.names("train")
        return self._once("evaluate", self._evaluate)

    def calibrate(self) -> Built:
        """The calibration tables of the `train` run on the held-out playlists, and their reliability; none where too
        few playlists are held out."""
        self.names("train"), self.cold_start()
        return self._once("calibrate", self._calibrate)

    def release(self, folder: Path, name: str, origin: Origin | None = None) -> Release:
        """Writes the release of all playlists under `folder`, with the figures of `evaluate` and what `origin` adds.

        Ids that changed since the release served from `folder` become aliases of their current tracks.
        """
        built, added = self._finished(), origin.added_to if origin else None
        release = release_from(built, folder, name, self.training.cooccurring, not self.sources, added)
        full_refresh.record(self.work, built, self.full_settings(), release.version)
        return release

    def full_settings(self) -> dict[str, Any]:
        """What a refresh depends on beside its files, for the record of pipelines.update.full_refresh."""
        return full_refresh.settings(self.seed, self.training, self.network)

    def _finished(self) -> FinishedStages:
        measured, placed, names = self.evaluate(), self.cold_start(), self.names("all")
        learned = self.ingest(), self.graph("all"), self.train("all"), self.query_model(), names
        return FinishedStages(
            *learned, self.cold_start_evaluation(), placed, measured, self.map(), self.calibrate(), self.seed
        )

    # -- stage implementations -----------------------------------------------------------------------------------------
    def _once(self, name: str, build: Callable[[Line], Built]) -> Built:
        if name not in self.built:
            with console.stage(name) as line:
                built = self.built[name] = build(line)
                line.reused = built.reused
        return self.built[name]

    def _graph(self, part: Part, line: Line) -> Built:
        built = graph_stage.run(self.work, self.ingest(), part, self.seed, lambda: self._entries(part), line.update)
        line.fact(graph_stage.sentence(built))
        return built

    def _training_input(self, part: Part) -> TrainingInputs:
        graph = self.graph(part)
        inputs = {"graph": graph.key}
        names = training_input.playlist_names(self._table("playlists"))
        return TrainingInputs(graphs.load(graph.path), self._table("tracks"), inputs, self.training, self.seed, names)

    def _train(self, part: Part, line: Line) -> Built:
        earlier = self.earlier if part == "all" else None
        built = train.train_stage(self.work, self._training_input(part), line.update, earlier)
        begun = f", started from {earlier.version}" if earlier else ""
        line.fact(f"{built.report()['figures']['cpu_s']} CPU s{begun}")
        return built

    def _train_held_out(self, line: Line) -> Built:
        built = train.held_out_stage(self.work, self._training_input("train"), line.update)
        line.fact(f"{built.report()['figures']['cpu_s']} CPU s")
        return built

    def _query_model(self, line: Line) -> Built:
        inputs = self._training_input("train")
        built = train.query_model_stage(self.work, inputs, self.train_held_out(), line.update)
        figures = built.report()["figures"]
        kept = [name for name in ("reweighting", "ranker", "names") if figures[name]]
        line.fact(f"{' and '.join(kept) or 'nothing'} learned, {figures['cpu_s']} CPU s")
        return built

    def _names(self, part: Part, line: Line) -> Built:
        built = train.names_stage(self.work, self._training_input(part), self.train(part), self.query_model())
        line.fact(train.names_sentence(built))
        return built

    def _cold_start_evaluation(self, line: Line) -> Built:
        held_out = self.train_held_out(), self._training_input("train")
        stages = self.ingest(), self.train("train"), held_out
        built = cold_start_stages.evaluate(self.work, *stages, self.network, line.update)
        line.fact(placing.allowed_inputs(built.report()["figures"]))
        return built

    def _cold_start(self, line: Line) -> Built:
        stages = self.ingest(), self.train("all"), self.cold_start_evaluation()
        built = cold_start_stages.embed_cold_start(self.work, *stages, self.network, line.update)
        line.fact(", ".join(f"{count:,} {what}" for what, count in built.report()["figures"].items() if count))
        return built

    def _map(self, line: Line) -> Built:
        def build(folder: Path) -> Mapping[str, Any]:
            graph, space = train.load(self.train("all").path, mapped=True)
            cold = placing.load(self.cold_start().path).placed
            ids = [*(track_id.decode() for track_id in graph.track_ids), *cold.track_ids]
            vectors = Stacked([space.index.stored, cold.index])
            counts = graph_entries.playlist_counts(self.ingest().path)
            return map_stage.build(folder, ids, vectors, self._table("tracks"), counts, self.seed, line.update)

        inputs = {"train": self.train("all").key, "coldstart": self.cold_start().key}
        built = stage.run(
            self.work, "map", map_stage.VERSION, inputs, {"seed": self.seed, **map_stage.settings()}, build
        )
        figures = built.report()["figures"]
        line.fact(f"{figures['points']:,} tracks in {figures['clusters']} clusters, {figures['cpu_s']} CPU s")
        return built

    def _evaluate(self, line: Line) -> Built:
        inputs = EvaluationInputs(
            self.ingest(), self.train("train"), self.query_model(), self.names("train"), self.seed
        )
        built = evaluation_stage.run(self.work, inputs, self.training.cooccurring, line.update)
        line.fact(release_metrics.sentence(built.report()["figures"]))
        return built

    def _calibrate(self, line: Line) -> Built:
        inputs = CalibrationInputs(
            self.ingest(), self.train("train"), self.query_model(), self.names("train"), self.cold_start(), self.seed
        )
        built = calibration_stage.run(self.work, inputs, self.training.cooccurring, line.update)
        line.fact(calibration_stage.sentence(built))
        return built

    # -- tables --------------------------------------------------------------------------------------------------------
    def _table(self, name: str) -> pl.DataFrame:
        return tables.read(self.ingest().path, name)

    def _entries(self, part: Part) -> pl.DataFrame | EntryCodes:
        """Training entries; the likes and listens of each person count as one playlist."""
        train_ids = splits.split(self._table("playlists"), self.seed)[0] if part == "train" else None
        return graph_entries.entries(self.ingest().path, train_ids, likes_as_playlists(self._table("listens")))
