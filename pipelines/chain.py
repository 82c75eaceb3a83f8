"""The training pipeline: a chain of cached stages, each of which first runs the stages it needs.

Two runs meet here: `train` is learned from the training playlists only and is what `evaluate` measures, `all` is
learned from every playlist and is what a release serves. Figures in a release are those of `train`: the playlists they
were measured on are not in its training data. Only `all` may start from an earlier release, which has learned those
playlists too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
import polars as pl

from kit.calibration import FILE as CALIBRATION
from kit.cold_start import FILE, InputCombination
from kit.playlist_names import FILE as NAMES
from kit.playlist_names import NameModel
from kit.ranker import FILE as RANKER
from kit.ranker import log_popularity
from kit.release import BrokenRelease, Release, open_current
from pipelines import calibration, console, demo, stage, tables
from pipelines.calibration import CalibrationRun
from pipelines.calibration_runs import HeldOut, calibration_runs
from pipelines.cold_start import evaluation, placing
from pipelines.cold_start.network import Settings as NetworkSettings
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.console import Line
from pipelines.evaluate import protocol, release_metrics
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest import licences, training_input
from pipelines.ingest.discard_stages import PRODUCT
from pipelines.ingest.training_input import likes_as_playlists
from pipelines.models import train
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.device import device
from pipelines.models.reranked import TrainedQueryModel
from pipelines.models.space import TrainedSpace
from pipelines.models.train import TrainingInputs, TrainSettings
from pipelines.models.warm_start import EarlierEmbeddings
from pipelines.release import aliases
from pipelines.release.write import (
    Cooccurrence,
    Neighbours,
    ReleaseContent,
    SpaceContent,
    playlist_counts,
    write_release,
)
from pipelines.stage import Built

Part = Literal["train", "all"]
GRAPH_VERSION = 2
COLD_VERSION = 4
EVALUATE_VERSION = 4
CALIBRATE_VERSION = 3
NETWORK = NetworkSettings()


class Chain:
    """Stages over one set of source files (none: the demo world), with one seed, in one work folder."""

    def __init__(
        self,
        sources: Sequence[Path],
        work: Path,
        seed: int = 1,
        training: TrainSettings = train.DEFAULTS,
        network: NetworkSettings = NETWORK,
        ingested: Built | None = None,
        earlier: EarlierEmbeddings | None = None,
    ) -> None:
        self.sources, self.work, self.seed = list(sources), work, seed
        self.training, self.network = training, replace(network, seed=seed)
        self.earlier = earlier
        self._ingested = ingested
        self._built: dict[str, Built] = {}

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

    def query_model(self) -> Built:
        """The query reweighting and the ranker, trained on playlists held out within the training ones, and whether
        names of playlists help there."""
        self.graph("train")
        return self._once("lessons", self._query_model)

    def names(self, part: Part) -> Built:
        """The name model of a part's space, where names help."""
        self.train(part), self.query_model()
        return self._once(f"names {part}", lambda line: self._names(part, line))

    def cold_start_evaluation(self) -> Built:
        """The cold-start evaluation: which input types place hidden tracks better than popularity, and by how much."""
        self.ingest()
        return self._once("cold exam", self._cold_start_evaluation)

    def cold_start(self) -> Built:
        """The network that places tracks by audio features and artist, and the tracks that it places."""
        self.cold_start_evaluation(), self.train("all")
        return self._once("coldstart", self._cold_start)

    def evaluate(self) -> Built:
        """Continuation metrics of the `train` run on the held-out playlists."""
        self.names("train")
        return self._once("evaluate", self._evaluate)

    def calibrate(self) -> Built:
        """The calibration tables of the `train` run on the held-out playlists, and their reliability; none where too
        few playlists are held out."""
        self.names("train"), self.cold_start()
        return self._once("calibrate", self._calibrate)

    def release(self, folder: Path, name: str) -> Release:
        """Writes the release of all playlists under `folder`, with the figures of `evaluate`.

        Ids that changed since the release served from `folder` become aliases of their current tracks.
        """
        measured, placed, _, _ = self.evaluate(), self.cold_start(), self.names("all"), self.calibrate()
        with console.stage("release") as line:
            before, earlier = {path.name for path in folder.glob(f"{name}-*")}, _serving(folder)
            content = self._content(name, measured, placed, earlier)
            release = write_release(folder, content)
            line.reused = release.version in before
            line.fact(f"{release.size:,} songs, {release.placed:,} with vectors, in {release.path}")
            if earlier and (changed := content.aliases.changed):
                line.fact(f"{changed:,} songs have another id than in {earlier.version}")
        if warning := licences.warning(release.manifest.licences):
            console.warn(warning)
        return release

    # -- stage implementations -----------------------------------------------------------------------------------------
    def _once(self, name: str, build: Callable[[Line], Built]) -> Built:
        if name not in self._built:
            with console.stage(name) as line:
                built = self._built[name] = build(line)
                line.reused = built.reused
        return self._built[name]

    def _graph(self, part: Part, line: Line) -> Built:
        def build(folder: Path) -> Mapping[str, Any]:
            graph = graphs.build(self._entries(part))
            graphs.save(graph, folder)
            if part == "all":
                line.say("which songs stand together")
                near = graphs.neighbours(graph)
                np.savez(folder / "neighbours.npz", rows=near.rows, together=near.together)
            return {"playlists": graph.matrix.shape[0], "tracks": graph.matrix.shape[1], "entries": graph.matrix.nnz}

        inputs = {"ingest": self.ingest().key}
        built = stage.run(self.work, "graph", GRAPH_VERSION, inputs, {"part": part, "seed": self.seed}, build)
        figures = built.report()["figures"]
        line.fact(f"{figures['playlists']:,} playlists x {figures['tracks']:,} songs, {figures['entries']:,} entries")
        return built

    def _training_input(self, part: Part) -> TrainingInputs:
        graph = self.graph(part)
        inputs = {"graph": graph.key}
        names = training_input.playlist_names(self._table("playlists"))
        return TrainingInputs(graphs.load(graph.path), self._table("tracks"), inputs, self.training, self.seed, names)

    def _train(self, part: Part, line: Line) -> Built:
        earlier = self.earlier if part == "all" else None
        built = train.train_stage(self.work, self._training_input(part), line.say, earlier)
        begun = f", started from {earlier.version}" if earlier else ""
        line.fact(f"{built.report()['figures']['cpu_s']} CPU s{begun}")
        return built

    def _query_model(self, line: Line) -> Built:
        built = train.query_model_stage(self.work, self._training_input("train"), line.say)
        figures = built.report()["figures"]
        kept = [name for name in ("emphasis", "ranker", "names") if figures[name]]
        line.fact(f"{' and '.join(kept) or 'nothing'} learned, {figures['cpu_s']} CPU s")
        return built

    def _names(self, part: Part, line: Line) -> Built:
        built = train.names_stage(self.work, self._training_input(part), self.train(part), self.query_model())
        grams = built.report()["figures"]["ngrams"]
        line.fact(f"{grams:,} n-grams of playlist names" if grams else "names of playlists are not used")
        return built

    def _cold_start_evaluation(self, line: Line) -> Built:
        def build(folder: Path) -> Mapping[str, Any]:
            tracks, entries, playlists = (self._table(name) for name in ("tracks", "entries", "playlists"))

            def fit(graph: graphs.Graph) -> TrainedSpace:
                return train.train(graph, tracks, self.training, line.say, self.seed)

            verdict = evaluation.evaluate_cold(entries, playlists, tracks, fit, self.network, line.say, self.seed)
            kinds = {name: kind.model_dump() for name, kind in verdict.kinds.items()}
            (folder / "kinds.json").write_bytes(orjson.dumps(kinds, option=orjson.OPT_INDENT_2))
            return verdict.figures

        inputs = {"ingest": self.ingest().key}
        settings = {**asdict(self.training), **self.network.cache_key(), **device().cache_key()}
        built = stage.run(self.work, "cold-exam", COLD_VERSION, inputs, settings, build)
        line.fact(_placement_summary(built.report()["figures"]))
        return built

    def _cold_start(self, line: Line) -> Built:
        def build(folder: Path) -> Mapping[str, Any]:
            graph, space = train.load(self.train("all").path)
            said = orjson.loads((self.cold_start_evaluation().path / "kinds.json").read_bytes())
            kinds = {name: InputCombination.model_validate(kind) for name, kind in said.items()}
            tracks = TrackAttributes.of(self._table("tracks"))
            return placing.build(folder, graph, space, tracks, kinds, self.network, line.say)

        inputs = {"train": self.train("all").key, "exam": self.cold_start_evaluation().key}
        settings = {**self.network.cache_key(), **device().cache_key()}
        built = stage.run(self.work, "coldstart", COLD_VERSION, inputs, settings, build)
        line.fact(", ".join(f"{count:,} {what}" for what, count in built.report()["figures"].items() if count))
        return built

    def _evaluate(self, line: Line) -> Built:
        def build(folder: Path) -> Mapping[str, Any]:
            graph, space = train.load(self.train("train").path)
            entries, tracks = self._table("entries"), self._table("tracks")
            playlists, kept = self._table("playlists"), self.training.cooccurring
            _, held = protocol.split(playlists, self.seed)
            taught, names = TrainedQueryModel.load(self.query_model().path), self.names("train").path / NAMES
            named = NameModel.load(names) if names.exists() else None
            task = release_metrics.task(
                graph, entries, tracks, held, training_input.playlist_names(playlists), self.seed
            )
            measured = release_metrics.figures(graph, space, taught, named, tracks, task, self.seed, line.say, kept)
            (folder / "metrics.json").write_bytes(orjson.dumps(measured, option=orjson.OPT_INDENT_2))
            return measured

        inputs = {"names": self.names("train").key}
        built = stage.run(self.work, "evaluate", EVALUATE_VERSION, inputs, {"seed": self.seed}, build)
        figures = built.report()["figures"]
        line.fact(release_metrics.sentence(figures))
        return built

    def _calibrate(self, line: Line) -> Built:
        def build(folder: Path) -> Mapping[str, Any]:
            runs = self._calibration_runs(line)
            if found := calibration.fit(runs):
                found.save(folder / CALIBRATION)
            return calibration.reliability(runs)

        inputs = {"names": self.names("train").key, "coldstart": self.cold_start().key}
        built = stage.run(self.work, "calibrate", CALIBRATE_VERSION, inputs, {"seed": self.seed}, build)
        errors = {kind: said["expected_calibration_error"] for kind, said in built.report()["figures"].items()}
        line.fact(", ".join(f"{kind} off by {error:.1%}" for kind, error in errors.items()) or "too few playlists")
        return built

    def _calibration_runs(self, line: Line) -> list[CalibrationRun]:
        graph, space = train.load(self.train("train").path)
        names = self.names("train").path / NAMES
        table = learned_table(graph, self.training.cooccurring)
        _, held = protocol.split(self._table("playlists"), self.seed)
        held_out = HeldOut(
            graph,
            graphs.artists(graph, self._table("tracks")),
            protocol.ordered_tracks(self._table("entries"), held),
            [training_input.playlist_names(self._table("playlists")).get(playlist) for playlist in held],
            self.seed,
        )
        taught, audio = TrainedQueryModel.load(self.query_model().path), placing.load(self.cold_start().path).audio
        named = NameModel.load(names) if names.exists() else None
        return calibration_runs(held_out, space, taught, named, table, audio, line.say)

    def _content(self, name: str, measured: Built, placed: Built, earlier: Release | None) -> ReleaseContent:
        graph, space = train.load(self.train("all").path)
        beside = learned_table(graph, self.training.cooccurring)
        cold, taught = placing.load(placed.path), TrainedQueryModel.load(self.query_model().path).of(space.blocks)
        learned = [track_id.decode() for track_id in graph.track_ids]
        tracks, entries = self._table("tracks"), self._table("entries")
        counts = playlist_counts(entries)
        return ReleaseContent(
            name=name,
            tracks=tracks,
            playlists=counts,
            aliases=aliases.gathered(tracks, aliases.read(self.ingest().path), counts, earlier),
            taught_by=entries["playlist_id"].n_unique() or None,
            learned=learned,
            spaces={
                "graph": SpaceContent(
                    distance="dot",
                    blocks=space.blocks,
                    track_ids=[*learned, *cold.placed.track_ids],
                    index=np.vstack([space.index, cold.placed.index]),
                    query=np.vstack([space.query, cold.placed.query]),
                    spectra=space.spectra,
                    emphasis=taught.emphasis,
                ),
                "audio": SpaceContent(
                    distance="cosine",
                    blocks=cold.audio.blocks(),
                    track_ids=cold.audio.track_ids,
                    index=cold.audio.index,
                    query=cold.audio.query,
                ),
            },
            data_hash=self.ingest().key,
            neighbours=_evidence(self.graph("all").path, learned),
            cooccurrence=Cooccurrence(learned, beside) if beside else None,
            cold_start=placed.path / FILE,
            ranker=self.query_model().path / RANKER if taught.ranker else None,
            calibration=table if (table := self.calibrate().path / CALIBRATION).exists() else None,
            names=names if (names := self.names("all").path / NAMES).exists() else None,
            log_popularity=log_popularity(graph.item_degree, graph.matrix.shape[0]),
            metrics=measured.report()["figures"]
            | {"cold_start": self.cold_start_evaluation().report()["figures"]}
            | {"match": self.calibrate().report()["figures"]},
            provenance={**dict(tracks["provenance"].value_counts().rows()), **self._product_rating_count()},
            licences=licences.of(self.ingest()),
            settings={"seed": self.seed, **self.train("all").report()["settings"]},
            invented=not self.sources,
        )

    def _product_rating_count(self) -> dict[str, int]:
        """The number of ratings from the product that the release learned from, when there are any."""
        count = self._table("listens").filter(pl.col("provenance") == PRODUCT).height
        return {f"{PRODUCT}: opinions": count} if count else {}

    # -- tables --------------------------------------------------------------------------------------------------------
    def _table(self, name: str) -> pl.DataFrame:
        return tables.read(self.ingest().path, name)

    def _entries(self, part: Part) -> pl.DataFrame:
        """Training entries; the likes and listens of each person count as one playlist."""
        entries, listens = self._table("entries"), self._table("listens")
        if part == "train":
            train_ids, _ = protocol.split(self._table("playlists"), self.seed)
            entries = entries.filter(pl.col("playlist_id").is_in(train_ids))
        return pl.concat([entries, likes_as_playlists(listens)])


def _placement_summary(figures: Mapping[str, Any]) -> str:
    allowed = [name for name, kind in figures["kinds"].items() if kind["allowed"]]
    return f"songs may be placed by {', '.join(allowed) or 'nothing: popularity finds hidden songs as well'}"


def _evidence(folder: Path, learned: list[str]) -> Neighbours:
    with np.load(folder / "neighbours.npz", allow_pickle=False) as arrays:
        return Neighbours(learned, arrays["rows"], arrays["together"])


def _serving(folder: Path) -> Release | None:
    """The current release of a folder of releases; None, with a warning, when it cannot be read."""
    try:
        return open_current(folder)
    except BrokenRelease as error:
        console.warn(f"{error}; ids that changed since it are not known")
        return None


def demo_release(out: Path, work: Path) -> Release:
    """Builds the bundled demo release: the demo world through every stage, in fewer dimensions so that it stays
    small."""
    training = TrainSettings(spectral_dims=128, artist_dims=32, gcn_dims=32, artist_graph_dims=0, cooccurring=30)
    return Chain([], work, demo.SEED, training).release(out, "demo")
