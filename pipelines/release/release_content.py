"""What goes into a release: the values that pipelines/release/write.py writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import polars as pl

from kit.cooccurrence import CooccurrenceTable
from kit.map import MapPoints
from kit.query_reweighting import QueryReweighting
from kit.release import (
    Block,
    Floats,
    Ints,
    Release,
)
from kit.wire.map import MapClusters
from pipelines.release.aliases import Aliases
from pipelines.release.stacked import Stacked

TERMS = ("LICENSE", "NOTICE")
"""Documents with the terms of a release, which every release made from it keeps."""


@dataclass(frozen=True, slots=True)
class SpaceContent:
    """One space over `track_ids` (r,) in any order; an all-zero row has no vector there: the track is
    not listed (index) or is no seed (query).

    `spectra` holds (block dim,) singular values for each block that has a spectrum; its `file` is set by the writer.
    """

    distance: Literal["dot", "cosine"]
    blocks: Sequence[Block]
    track_ids: Sequence[str]
    index: Floats | Stacked  # (r, dim)
    query: Floats | Stacked  # (r, dim)
    spectra: Mapping[str, Floats] = field(default_factory=dict)
    reweighting: QueryReweighting | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For `track_ids` (r,): positions in it (r, K) most often together with each, -1 pads; `together` in how many."""

    track_ids: Sequence[str]
    positions: Ints
    together: Ints


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """A windowed co-occurrence table whose rows are positions in `track_ids`."""

    track_ids: Sequence[str]
    table: CooccurrenceTable


@dataclass(frozen=True, slots=True, eq=False)
class MapContent:
    """The map of `track_ids` (n,) in any order: their points (n,), and the clusters."""

    track_ids: Sequence[str]
    points: MapPoints
    clusters: MapClusters


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """What goes into a release. Tracks without a title are left out, with their vectors.

    tracks: pipelines.tables.TRACKS. playlists: columns track_id and playlists, in how many playlists each track is.
    training_playlists: how many playlists those counts are over. licences: what sources allow.
    learned: ids whose vectors were learned from playlists; any other with a vector was placed by its sound.
    ranker: reads log_popularity (len(learned),), kit.ranker.log_popularity of those; the rest get the least.
    cooccurrence: the table that such a ranker and the next-track model read.
    names: the name model (kit.playlist_names) of its graph space. calibration: its tables (kit.calibration).
    map: the map; each of its tracks must have a title and a vector.
    aliases: other ids, MBIDs and ISRCs that lead to its tracks.
    documents: files that are added as they are, by name: LICENSE, NOTICE, whatever describes its data.
    base: the release that this one continues: its listed tracks stand in the first rows, and tracks of the same state
    keep their card.
    """

    name: str
    tracks: pl.DataFrame
    playlists: pl.DataFrame
    learned: Collection[str]
    spaces: Mapping[str, SpaceContent]
    data_hash: str
    neighbours: Neighbours | None = None
    cooccurrence: Cooccurrence | None = None
    cold_start: Path | None = None
    ranker: Path | None = None
    log_popularity: Floats | None = None
    names: Path | None = None
    map: MapContent | None = None
    calibration: Path | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, int] = field(default_factory=dict)
    licences: Mapping[str, str] = field(default_factory=dict)
    training_playlists: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    invented: bool = False
    aliases: Aliases = field(default_factory=Aliases)
    documents: Mapping[str, Path] = field(default_factory=dict)
    base: Release | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the data of a release is from: `settings` of its manifest, and documents beside its files."""

    settings: Mapping[str, Any]
    documents: Mapping[str, Path]

    def added_to(self, content: ReleaseContent) -> ReleaseContent:
        """The content with both."""
        settings = {**content.settings, **self.settings}
        return replace(content, settings=settings, documents={**content.documents, **self.documents})


def playlist_counts(entries: pl.DataFrame) -> pl.DataFrame:
    """track_id, playlists: in how many playlists each track of pipelines.tables.ENTRIES is."""
    return entries.group_by("track_id").agg(pl.col("playlist_id").n_unique().cast(pl.Int32).alias("playlists"))
