"""Updates a release with a few new playlists in place of a full refresh.

Kept from the last full refresh of the work folder: its held-out results (query reweighting, ranker, whether names help,
calibration, cold-start evaluation, every figure), its coordinates, its cold-start network and its map. Made anew: the
tables, the graph and its neighbours, the vectors of all tracks by folding in, the placed tracks, the name model, the
release. An update starts from the full refresh, never from another update, so errors do not add up.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from kit.release import Release
from pipelines import console, tables
from pipelines.chain import Chain
from pipelines.graph import playlist_graph as graphs
from pipelines.ingest import training_input
from pipelines.models import train
from pipelines.models.train import TrainingInputs
from pipelines.release.from_stages import release_from
from pipelines.release.quality import KEPT_FROM
from pipelines.release.release_content import ReleaseContent
from pipelines.release.trained_content import FinishedStages
from pipelines.stage import Built
from pipelines.update import full_refresh, stages
from pipelines.update.changed_entries import Changed, changed
from pipelines.update.full_refresh import FullRefresh

MOST = 0.02  # share of entries that differ; docs/experiments.md "Folding in" has what 1 and 5 % lose


def update(chain: Chain, folder: Path, name: str) -> Release | None:
    """The release of the chain's files, written under `folder`; None, after saying why, where only a full refresh will
    do."""
    full = full_refresh.last(chain.work, chain.full_settings())
    found = changed(full.stages["ingest"].path, chain.ingest().path) if full else None
    if reason := _declined(chain, full, found):
        console.note(f"no update, a full refresh: {reason}")
        return None
    assert full
    assert found
    console.note(f"{_differ(found)} from those of {full.release}: its figures are kept and not measured again")
    full_refresh.mark_used(chain.work, full)
    return _Update(chain, full, found).release(folder, name)


def _declined(chain: Chain, full: FullRefresh | None, found: Changed | None) -> str | None:
    """Why only a full refresh will do; None where an update will."""
    if full is None or found is None:
        return f"no full refresh with these settings is kept in {chain.work}"
    if chain.mapped and "map" not in full.stages:
        return f"the last full refresh, {full.release}, made no map"
    if chain.ingest().key == full.stages["ingest"].key:
        return f"nothing changed since {full.release}"
    return f"{_differ(found)} from those of {full.release}, more than {MOST:.0%}" if found.share > MOST else None


def _differ(found: Changed) -> str:
    return f"{found.entries:,} of {found.of:,} entries ({found.share:.2%}) differ"


class _Update:
    """The stages of one update."""

    def __init__(self, chain: Chain, full: FullRefresh, changed: Changed) -> None:
        self._chain, self._full, self._changed = chain, full, changed
        self._before = full.stages

    def release(self, folder: Path, name: str) -> Release:
        """Builds what is missing and writes the release."""
        built = self._finished()

        def added(content: ReleaseContent) -> ReleaseContent:
            metrics = {**content.metrics, KEPT_FROM: self._kept_from(built.train)}
            return replace(content, metrics=metrics, settings={**content.settings, "updated_from": self._full.release})

        chain = self._chain
        return release_from(built, folder, name, chain.training.cooccurring, not chain.sources, added)

    def _kept_from(self, learned: Built) -> dict[str, Any]:
        """What the manifest says of the figures: where they were measured, and how far the lists are from those."""
        return {
            "release": self._full.release,
            "written_at": self._full.written_at,
            "data_hash": self._before["ingest"].key,
            "entries_changed": self._changed.entries,
            "share_changed": round(self._changed.share, 5),
            "lists_kept": learned.report()["figures"]["lists_kept"],
        }

    def _finished(self) -> FinishedStages:
        chain, before = self._chain, self._before
        graph, learned = chain.graph("all"), self._train()
        cold = self._cold_start(learned)
        return FinishedStages(
            ingest=chain.ingest(),
            graph=graph,
            train=learned,
            query_model=before["query_model"],
            names=self._names(learned),
            cold_start_evaluation=before["cold_start_evaluation"],
            cold_start=cold,
            evaluate=before["evaluate"],
            map=self._map(learned, cold) if chain.mapped else None,
            calibration=before["calibration"],
            seed=chain.seed,
        )

    def _train(self) -> Built:
        chain = self._chain
        with console.stage("update train") as line:
            tracks = tables.read(chain.ingest().path, "tracks")
            built = stages.train_stage(
                chain.work, self._before["train"], chain.graph("all"), tracks, chain.training, chain.seed
            )
            figures = built.report()["figures"]
            line.fact(
                f"{figures['new_tracks']:,} tracks are new, {figures['lists_kept']:.1%} of each list stays as it was"
            )
            line.reused = built.reused
        return built

    def _cold_start(self, learned: Built) -> Built:
        with console.stage("update coldstart") as line:
            built = stages.cold_start_stage(self._chain.work, self._before["cold_start"], self._chain.ingest(), learned)
            line.fact(", ".join(f"{count:,} {what}" for what, count in built.report()["figures"].items() if count))
            line.reused = built.reused
        return built

    def _names(self, learned: Built) -> Built:
        chain, ingested = self._chain, self._chain.ingest().path
        with console.stage("names all") as line:
            graph = graphs.load(learned.path)
            names = training_input.playlist_names(tables.read(ingested, "playlists"))
            inputs = TrainingInputs(graph, tables.read(ingested, "tracks"), {}, chain.training, chain.seed, names)
            built = train.names_stage(chain.work, inputs, learned, self._before["query_model"])
            line.fact(train.names_sentence(built))
            line.reused = built.reused
        return built

    def _map(self, learned: Built, cold: Built) -> Built:
        chain = self._chain
        with console.stage("update map") as line:
            built = stages.map_update_stage(chain.work, self._before["map"], chain.ingest(), learned, cold, chain.seed)
            line.fact(f"{built.report()['figures']['points']:,} tracks")
            line.reused = built.reused
        return built
