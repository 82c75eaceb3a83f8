"""The content of a release that continues another: every listed track stays as it is, new tracks stand below.

So the index of the other one grows by the new tracks (pipelines/index/growth.py), and its cards are copied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl

from kit import map as maps
from kit.calibration import FILE as CALIBRATION
from kit.cold_start import FILE
from kit.cooccurrence import CooccurrenceTable
from kit.map import ELSEWHERE, MapPoints
from kit.playlist_names import FILE as NAMES
from kit.query_reweighting import QueryReweighting
from kit.ranker import FILE as RANKER
from kit.ranker import known_log_popularity
from kit.release import STATE_LEARNED, Floats, Manifest, Release
from pipelines import tables
from pipelines.ingest import licences
from pipelines.release import aliases
from pipelines.release.release_content import (
    TERMS,
    Cooccurrence,
    MapContent,
    Neighbours,
    ReleaseContent,
    SpaceContent,
)
from pipelines.release.stacked import Stacked
from pipelines.stage import Built

COUNTED = {"track_id": pl.String(), "playlists": pl.Int32()}


class CannotContinue(Exception):
    """Nothing can be added to the release; the message says what is needed."""


class HasVectors(Protocol):
    """Rows of a space: their ids (r,), index and query vectors (r, dim)."""

    @property
    def track_ids(self) -> Sequence[str]: ...
    @property
    def index(self) -> Floats: ...
    @property
    def query(self) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Rows of a space, as HasVectors."""

    track_ids: Sequence[str]
    index: Floats
    query: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What a release gets beside its base.

    tracks: those that the base lacks, as tables.TRACKS. vectors: by space, of these, or of tracks that the base has
    without a vector. aliases: kind, value, track_id as ingest writes them. playlists: track_id and playlists of tracks
    whose number the base does not know. learned: ids of tracks that playlists teach, and log_popularity their values
    for the ranker.
    """

    tracks: pl.DataFrame
    vectors: Mapping[str, Sequence[HasVectors]]
    aliases: pl.DataFrame
    source: Built
    playlists: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COUNTED))
    learned: Sequence[str] = ()
    log_popularity: Floats = field(default_factory=lambda: np.empty(0, np.float32))


def table(release: Release) -> pl.DataFrame:
    """The tracks of a release in row order, as tables.TRACKS."""
    path = release.path / "tracks.parquet"
    try:
        shown = pl.read_parquet(path, columns=list(tables.TRACKS)).cast(pl.Schema(tables.TRACKS))
    except pl.exceptions.PolarsError as error:
        raise CannotContinue(f"{path} cannot be read ({error}): make a release with segue-pipeline refresh") from None
    if shown["track_id"].to_list() != [one.decode() for one in release.ids.tolist()]:
        raise CannotContinue(f"{path} holds other tracks than the release: make one with segue-pipeline refresh")
    return shown


def continued(base: Release, added: Added) -> ReleaseContent:
    """The base with what is added. Name, data hash and settings are those of the base."""
    old, described = _counted(base), base.manifest
    ids, tracks = old["track_id"].to_list(), pl.concat([table(base), added.tracks])
    learned = np.flatnonzero(base.column("state") == STATE_LEARNED)
    counts = pl.concat([old.join(added.playlists, on="track_id", how="anti"), added.playlists])
    return ReleaseContent(
        name=described.version.rpartition("-")[0] or described.version,
        tracks=tracks,
        playlists=counts,
        aliases=aliases.gathered(tracks, added.aliases, counts, base),
        learned=[*(ids[row] for row in learned.tolist()), *added.learned],
        spaces={
            name: _space(base, name, ids[: base.embedded], added.vectors.get(name, ())) for name in described.spaces
        },
        data_hash=described.data_hash,
        neighbours=_evidence(base, ids[: base.embedded]),
        cooccurrence=_cooccurrence(base, ids[: base.embedded]),
        cold_start=base.path / FILE if FILE in described.files else None,
        ranker=base.path / RANKER if RANKER in described.files else None,
        names=base.path / NAMES if NAMES in described.files else None,
        map=_map(base, ids[: base.embedded]),
        calibration=base.path / CALIBRATION if CALIBRATION in described.files else None,
        log_popularity=np.concatenate([known_log_popularity(base)[learned], added.log_popularity]),
        metrics=described.metrics,
        provenance=_provenance(described, added.tracks),
        licences=described.licences | licences.of(added.source),
        training_playlists=described.training_playlists,
        settings=described.settings,
        invented=described.invented,
        documents={name: base.path / name for name in TERMS if name in described.files},
        base=base,
    )


def _counted(release: Release) -> pl.DataFrame:
    """track_id and playlists of its tracks, in row order."""
    return pl.read_parquet(release.path / "tracks.parquet", columns=list(COUNTED)).cast(pl.Schema(COUNTED))


def _space(release: Release, name: str, ids: Sequence[str], added: Sequence[HasVectors]) -> SpaceContent:
    """The old rows, bit-identical, and the new ones below them."""
    described = release.manifest.spaces[name]
    own = (release.index_vectors(name), release.query_vectors(name))
    return SpaceContent(
        distance=described.distance,
        blocks=described.blocks,
        track_ids=[*ids, *(track_id for one in added for track_id in one.track_ids)],
        index=Stacked([own[0], *(one.index.astype(own[0].dtype) for one in added)]),
        query=Stacked([own[1], *(one.query.astype(own[1].dtype) for one in added)]),
        spectra={block.name: release.spectrum(block) for block in described.blocks if block.spectrum},
        reweighting=QueryReweighting.load(release.path / described.reweighting) if described.reweighting else None,
    )


def _evidence(release: Release, ids: list[str]) -> Neighbours:
    rows, together = (np.load(release.path / f"neighbours.{name}.npy") for name in ("rows", "together"))
    return Neighbours(ids, rows, together)


def _cooccurrence(release: Release, ids: list[str]) -> Cooccurrence | None:
    found = CooccurrenceTable.of(release)
    return Cooccurrence(ids, found) if found else None


def _map(release: Release, ids: list[str]) -> MapContent | None:
    """The map of the release; new tracks are on it after the next `refresh`."""
    if not maps.has_map(release):
        return None
    points = MapPoints.unpacked(maps.points_bytes(release))
    on = np.flatnonzero(points.cluster != ELSEWHERE)
    kept = MapPoints(points.x[on], points.y[on], points.cluster[on])
    return MapContent([ids[row] for row in on.tolist()], kept, maps.clusters(release))


def _provenance(manifest: Manifest, new: pl.DataFrame) -> dict[str, int]:
    counts = dict(manifest.provenance)
    for name, count in new["provenance"].value_counts().rows():
        counts[name] = counts.get(name, 0) + count
    return counts
