"""The content of a release from the finished stages of a chain (pipelines/chain.py)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from kit.calibration import FILE as CALIBRATION
from kit.cold_start import FILE
from kit.playlist_names import FILE as NAMES
from kit.ranker import FILE as RANKER
from kit.ranker import log_popularity
from kit.release import Release
from pipelines import tables
from pipelines.cold_start import placing
from pipelines.graph.ingested import playlist_counts
from pipelines.ingest import licences
from pipelines.ingest.discard_stages import PRODUCT
from pipelines.map import stage as map_stage
from pipelines.models import train
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.reranked import TrainedQueryModel
from pipelines.release import aliases
from pipelines.release.release_content import Cooccurrence, Neighbours, ReleaseContent, SpaceContent
from pipelines.release.stacked import Stacked
from pipelines.stage import Built
from pipelines.stage_reading import reads_stage


@dataclass(frozen=True, slots=True)
class FinishedStages:
    """The stages that a release is made of. graph, train and names are those of all playlists; `evaluate` is that of
    the training playlists, `map` None where it is left out."""

    ingest: Built
    graph: Built
    train: Built
    query_model: Built
    names: Built
    cold_start_evaluation: Built
    cold_start: Built
    evaluate: Built
    map: Built | None
    calibration: Built
    seed: int


def release_content(
    name: str, stages: FinishedStages, cooccurring: int, earlier: Release | None, invented: bool
) -> ReleaseContent:
    """The content of a release called `name`; ids that differ from those of `earlier` become aliases."""
    graph, space = train.load(stages.train.path, mapped=True)
    table = learned_table(graph, cooccurring)
    cold, trained_queries = (
        placing.load(stages.cold_start.path),
        TrainedQueryModel.load(stages.query_model.path).of(space.blocks),
    )
    learned = [track_id.decode() for track_id in graph.track_ids]
    tracks, counts = tables.read(stages.ingest.path, "tracks"), playlist_counts(stages.ingest.path)
    return ReleaseContent(
        name=name,
        tracks=tracks,
        playlists=counts,
        aliases=aliases.gathered(tracks, aliases.read(stages.ingest.path), counts, earlier),
        training_playlists=tables.count_playlists(stages.ingest.path) or None,
        learned=learned,
        spaces={
            "graph": SpaceContent(
                distance="dot",
                blocks=space.blocks,
                track_ids=[*learned, *cold.placed.track_ids],
                index=Stacked([space.index.stored, cold.placed.index]),
                query=Stacked([space.query.stored, cold.placed.query]),
                spectra=space.spectra,
                reweighting=trained_queries.reweighting,
            ),
            "audio": SpaceContent(
                distance="cosine",
                blocks=cold.audio.blocks(),
                track_ids=cold.audio.track_ids,
                index=cold.audio.index,
                query=cold.audio.query,
            ),
        },
        data_hash=stages.ingest.key,
        neighbours=_evidence(stages.graph.path, learned),
        cooccurrence=Cooccurrence(learned, table) if table else None,
        cold_start=stages.cold_start.path / FILE,
        ranker=stages.query_model.path / RANKER if trained_queries.ranker else None,
        names=names if (names := stages.names.path / NAMES).exists() else None,
        calibration=chances if (chances := stages.calibration.path / CALIBRATION).exists() else None,
        map=map_stage.load(stages.map.path) if stages.map else None,
        log_popularity=log_popularity(graph.item_degree, graph.matrix.shape[0]),
        metrics={
            **stages.evaluate.report()["figures"],
            "cold_start": stages.cold_start_evaluation.report()["figures"],
            "match": stages.calibration.report()["figures"],
        },
        provenance={**dict(tracks["provenance"].value_counts().rows()), **_product_rating_count(stages.ingest)},
        licences=licences.of(stages.ingest),
        settings={"seed": stages.seed, **stages.train.report()["settings"]},
        invented=invented,
    )


def _product_rating_count(ingested: Built) -> dict[str, int]:
    """The number of ratings from the product that the release learned from, when there are any."""
    count = tables.read(ingested.path, "listens").filter(pl.col("provenance") == PRODUCT).height
    return {f"{PRODUCT}: opinions": count} if count else {}


@reads_stage
def _evidence(folder: Path, learned: list[str]) -> Neighbours:
    with np.load(folder / "neighbours.npz", allow_pickle=False) as arrays:
        return Neighbours(learned, arrays["rows"], arrays["together"])
