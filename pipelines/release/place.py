"""Adds new tracks to the current release, with vectors from its cold-start network; nothing is trained.

The resulting release holds every old track with identical vectors, and names the release it was made from. Tracks that
the release already has are unchanged: new attributes in the files are used by the next `refresh`.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

from kit.cold_start import ColdStart
from kit.manifest import AUDIO, GRAPH
from kit.release import STATE_LEARNED, STATE_PLACED, Release, Rows
from kit.release_current import open_current
from kit.wire.catalog import FEATURES
from pipelines.cold_start.cold_start_vectors import AudioSpace, ColdStartTracks, audio_space, cold_start_tracks
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.index.growth import full_version
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.space import TrainedSpace
from pipelines.recordings.groups import NEW
from pipelines.release import aliases, cards, continuation
from pipelines.release.artist_column import artist_column
from pipelines.release.continuation import Added, CannotContinue, HasVectors
from pipelines.release.release_content import ReleaseContent
from pipelines.stage import Built

NAME_MOST = 90  # characters of a version before "-" and the hash
STATED = ("title", "artists", "album", "year", "duration_ms", "genres", "explicit", "isrc", "mbid", *FEATURES)


class CannotPlace(CannotContinue):
    """No track can be placed; the message says what is needed. The current release is unchanged."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """New tracks in a file, relative to a release.

    new: tracks that the release lacks, as tables.TRACKS; placed and audio: those of them that get a vector; known: the
    number of tracks it has already; changed: track_id, title and `says` (list of columns) of known tracks with other
    attributes.
    """

    new: pl.DataFrame
    placed: ColdStartTracks
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
    held = pl.Series(release.rows(tracks["track_id"].to_list()) >= 0, dtype=pl.Boolean)
    new = tracks.filter(~held & (pl.col("title").str.strip_chars().str.len_chars() > 0))
    old = continuation.table(release)
    placed, audio = vectors_of(release, old, new)
    return Arrivals(new, placed, audio, int(held.sum()), _changed(old, tracks.filter(held)))


def vectors_of(
    release: Release, old: pl.DataFrame, new: pl.DataFrame, learned: Collection[str] = ()
) -> tuple[ColdStartTracks, AudioSpace]:
    """Vectors of new tracks, in the graph space of those that playlists have not taught (learned: the others' ids).

    old: tables.TRACKS of the release in row order. CannotPlace when the release has no network.
    """
    network = ColdStart.of(release)
    if network is None:
        raise CannotPlace(f"{release.version} has no cold-start network: make a release with segue-pipeline refresh")
    names = pl.concat([old, new])["artists"].list.first().to_list()
    known = np.concatenate([release.column("artist"), np.full(new.height, NEW, np.int32)])
    attributes = TrackAttributes.of(pl.concat([old, new]), artist_column(names, known))
    others = np.arange(release.size, len(attributes))
    is_learned = new["track_id"].is_in(list(learned)).to_numpy()
    placed = _placed(release, network, attributes, attributes.take(others[~is_learned]))
    return placed, audio_space(attributes.take(others), network.scale)


def _placed(
    release: Release, network: ColdStart, attributes: TrackAttributes, others: TrackAttributes
) -> ColdStartTracks:
    """Vectors of new tracks. Only their artists are read: the artists' learned tracks, and which artists are listed
    already."""
    state, index = release.column("state"), release.index_vectors(GRAPH)
    theirs = np.flatnonzero(np.isin(attributes.artists[: release.embedded], others.artists[others.artists >= 0]))
    learned = theirs[state[theirs] == STATE_LEARNED]
    silent = np.isnan(attributes.features[theirs]).all(axis=1) & (state[theirs] == STATE_PLACED)
    alone = theirs[silent]
    listed = attributes.artists[alone[np.asarray(index[alone]).any(axis=1)]]
    return cold_start_tracks(network, _space(release, learned), attributes.take(learned), others, set(listed.tolist()))


def _space(release: Release, rows: Rows) -> TrainedSpace:
    vectors = (release.index_vectors(GRAPH), release.query_vectors(GRAPH))
    index, query = (Float16Vectors(np.asarray(side[rows])) for side in vectors)
    return TrainedSpace(index, query, release.manifest.spaces[GRAPH].blocks, {})


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
    described = release.manifest
    vectors: dict[str, list[HasVectors]] = {GRAPH: [arrivals.placed], AUDIO: [arrivals.audio]}
    added = Added(arrivals.new, vectors, aliases.read(source.path), source)
    return replace(
        continuation.continued(release, added),
        name=(release.version.rpartition("-")[0] or release.version)[:NAME_MOST],
        data_hash=sha256(f"{described.data_hash} {source.key}".encode()).hexdigest()[:16],
        settings={
            **described.settings,
            "placed_onto": release.version,
            "full_release": full_version(described) or release.version,
            "placed_from": source.key,
        },
    )
