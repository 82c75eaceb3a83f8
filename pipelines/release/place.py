"""Adds new tracks to the current release, with vectors from its cold-start network; nothing is trained.

The resulting release holds every old track with identical vectors, and names the release it was made from. Tracks that
the release already has are unchanged: new attributes in the files are used by the next `refresh`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from kit import map as maps
from kit.calibration import FILE as CALIBRATION
from kit.cold_start import FILE, ColdStart
from kit.cooccurrence import CooccurrenceTable
from kit.map import ELSEWHERE, MapPoints
from kit.playlist_names import FILE as NAMES
from kit.query_reweighting import QueryReweighting
from kit.ranker import FILE as RANKER
from kit.ranker import known_log_popularity
from kit.release import STATE_LEARNED, STATE_PLACED, Manifest, Release, Rows
from kit.release_current import open_current
from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.cold_start.placed import AudioSpace, PlacedTracks, audio_space, place
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.ingest import licences
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.space import TrainedSpace
from pipelines.release import aliases, cards
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

NAME_MOST = 90  # characters of a version before "-" and the hash
LEARNED, SOUND = "graph", "audio"
STATED = ("title", "artists", "album", "year", "duration_ms", "genres", "explicit", "isrc", "mbid", *FEATURES)


class CannotPlace(Exception):
    """No track can be added; the message says what is needed. The current release is unchanged."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """New tracks in a file, relative to a release.

    new: tracks that the release lacks, as tables.TRACKS; placed and audio: those of them that get a vector; known: the
    number of tracks it has already; changed: track_id, title and `says` (list of columns) of known tracks with other
    attributes.
    """

    new: pl.DataFrame
    placed: PlacedTracks
    audio: AudioSpace
    known: int
    changed: pl.DataFrame

    @property
    def with_vector(self) -> int:
        """The number of new tracks with a vector in any space."""
        return len({*self.placed.track_ids, *self.audio.track_ids})

    def counts(self) -> dict[str, int]:
        """The number of new tracks by input type, and without a vector."""
        by = {f"placed by {name}": count for name, count in self.placed.counts().items()}
        sequences = self.with_vector - len(self.placed.track_ids)
        return by | {"compared by sound only": sequences, "unknown": self.new.height - self.with_vector}


def serving(data: Path) -> Release:
    """The current release of a data folder; CannotPlace when there is none."""
    release = open_current(data / "releases")
    if release is None:
        raise CannotPlace(f"nothing is published under {data}: segue-pipeline refresh your playlists first")
    return release


def arrive(release: Release, tracks: pl.DataFrame) -> Arrivals:
    """Finds the new tracks of canonical tables and computes their vectors; CannotPlace when the release has no
    network."""
    network = ColdStart.of(release)
    if network is None:
        raise CannotPlace(f"{release.version} has no cold-start network: make a release with segue-pipeline refresh")
    held = pl.Series(release.rows(tracks["track_id"].to_list()) >= 0, dtype=pl.Boolean)
    new = tracks.filter(~held & (pl.col("title").str.strip_chars().str.len_chars() > 0))
    old = table(release)
    attributes = TrackAttributes.of(pl.concat([old, new]))
    others = attributes.take(np.arange(release.size, len(attributes)))
    return Arrivals(
        new,
        _placed(release, network, attributes, others),
        audio_space(others, network.scale),
        int(held.sum()),
        _changed(old, tracks.filter(held)),
    )


def table(release: Release) -> pl.DataFrame:
    """The tracks of a release in row order, as tables.TRACKS."""
    path = release.path / "tracks.parquet"
    try:
        shown = pl.read_parquet(path, columns=list(tables.TRACKS)).cast(pl.Schema(tables.TRACKS))
    except pl.exceptions.PolarsError as error:
        raise CannotPlace(f"{path} cannot be read ({error}): make a release with segue-pipeline refresh") from None
    if shown["track_id"].to_list() != [one.decode() for one in release.ids.tolist()]:
        raise CannotPlace(f"{path} holds other tracks than the release: make one with segue-pipeline refresh")
    return shown


def _placed(release: Release, network: ColdStart, attributes: TrackAttributes, others: TrackAttributes) -> PlacedTracks:
    """Vectors of new tracks. Only their artists are read: the artists' learned tracks, and which artists are listed
    already."""
    state, index = release.column("state"), release.index_vectors(LEARNED)
    theirs = np.flatnonzero(np.isin(attributes.artists[: release.placed], others.artists[others.artists >= 0]))
    learned = theirs[state[theirs] == STATE_LEARNED]
    silent = np.isnan(attributes.features[theirs]).all(axis=1) & (state[theirs] == STATE_PLACED)
    alone = theirs[silent]
    listed = attributes.artists[alone[np.asarray(index[alone]).any(axis=1)]]
    return place(network, _space(release, learned), attributes.take(learned), others, set(listed.tolist()))


def _space(release: Release, rows: Rows) -> TrainedSpace:
    vectors = (release.index_vectors(LEARNED), release.query_vectors(LEARNED))
    index, query = (Float16Vectors(np.asarray(side[rows])) for side in vectors)
    return TrainedSpace(index, query, release.manifest.spaces[LEARNED].blocks, {})


def _changed(old: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """track_id, title, says: known tracks with other or additional attributes in a file."""
    both = cards.display(stated).join(cards.display(old), on="track_id", suffix=" held", maintain_order="left")
    differs = [pl.when(_differs(name, stated.schema[name])).then(pl.lit(name)) for name in STATED]
    changed_columns = pl.concat_list(differs).list.drop_nulls().alias("says")
    return both.select("track_id", pl.col("title held").alias("title"), changed_columns).filter(
        pl.col("says").list.len() > 0
    )


def _differs(name: str, dtype: pl.DataType) -> pl.Expr:
    is_stated = pl.col(name).list.len() > 0 if isinstance(dtype, pl.List) else pl.col(name).is_not_null()
    return is_stated & pl.col(name).ne_missing(pl.col(f"{name} held"))


def content(release: Release, arrivals: Arrivals, source: Built) -> ReleaseContent:
    """The release with the new tracks added; `source` is their ingest."""
    old, described = (
        pl.read_parquet(release.path / "tracks.parquet", columns=["track_id", "playlists"]),
        release.manifest,
    )
    ids, tracks = old["track_id"].to_list(), pl.concat([table(release), arrivals.new])
    learned = np.flatnonzero(release.column("state") == STATE_LEARNED)
    return ReleaseContent(
        name=(release.version.rpartition("-")[0] or release.version)[:NAME_MOST],
        tracks=tracks,
        playlists=old,
        aliases=aliases.gathered(tracks, aliases.read(source.path), old, release),
        learned=[ids[row] for row in learned.tolist()],
        spaces=_spaces(release, ids[: release.placed], arrivals),
        data_hash=sha256(f"{described.data_hash} {source.key}".encode()).hexdigest()[:16],
        neighbours=_evidence(release, ids[: release.placed]),
        cooccurrence=_cooccurrence(release, ids[: release.placed]),
        cold_start=release.path / FILE,
        ranker=release.path / RANKER if RANKER in described.files else None,
        names=release.path / NAMES if NAMES in described.files else None,
        map=_map(release, ids[: release.placed]),
        calibration=release.path / CALIBRATION if CALIBRATION in described.files else None,
        log_popularity=known_log_popularity(release)[learned],
        metrics=described.metrics,
        provenance=_provenance(described, arrivals.new),
        licences=described.licences | licences.of(source),
        training_playlists=described.training_playlists,
        settings={**described.settings, "placed_onto": release.version, "placed_from": source.key},
        invented=described.invented,
        documents={name: release.path / name for name in TERMS if name in described.files},
        first=ids[: release.placed],
    )


def _spaces(release: Release, ids: list[str], arrivals: Arrivals) -> dict[str, SpaceContent]:
    added: Mapping[str, PlacedTracks | AudioSpace] = {LEARNED: arrivals.placed, SOUND: arrivals.audio}
    return {name: _space_content(release, name, ids, added.get(name)) for name in release.manifest.spaces}


def _space_content(
    release: Release, name: str, ids: list[str], added: PlacedTracks | AudioSpace | None
) -> SpaceContent:
    """The old rows, bit-identical, and the new ones below them."""
    described = release.manifest.spaces[name]
    own = (release.index_vectors(name), release.query_vectors(name))
    theirs = (added.index, added.query) if added else tuple(side[:0] for side in own)
    index, query = (Stacked([side, new.astype(side.dtype)]) for side, new in zip(own, theirs, strict=True))
    return SpaceContent(
        distance=described.distance,
        blocks=described.blocks,
        track_ids=[*ids, *(added.track_ids if added else ())],
        index=index,
        query=query,
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
