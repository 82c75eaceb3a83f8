"""The canonical tables that `ingest` writes and every later stage reads, with their column names.

Unknown values are null, never zero. `provenance` is the source of a row.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kit.wire.catalog import FEATURES
from pipelines.stage_reading import reads_stage

Columns = dict[str, pl.DataType | type[pl.DataType]]

TRACKS: Columns = {
    "track_id": pl.String,  # 22 characters
    "title": pl.String,
    "artists": pl.List(pl.String),
    "album": pl.String,
    "year": pl.Int16,
    "duration_ms": pl.Int32,
    "genres": pl.List(pl.String),
    "explicit": pl.Boolean,
    "popularity": pl.Float32,  # as the source states it, 0..100
    "isrc": pl.String,
    "mbid": pl.String,
    "features_from": pl.String,  # "id", "name_artist", "file", "invented" or null
    "provenance": pl.String,
    **dict.fromkeys(FEATURES, pl.Float32),
}

ENTRIES: Columns = {
    "playlist_id": pl.String,
    "position": pl.Int32,
    "track_id": pl.String,
    "provenance": pl.String,
}

PLAYLISTS: Columns = {
    "playlist_id": pl.String,
    "role": pl.String,  # the split a playlist belongs to, or null
    "name": pl.String,
    "followers": pl.Int64,
    "modified_at": pl.Int64,  # seconds since 1970, UTC
    "provenance": pl.String,
}

LISTENS: Columns = {
    "user_id": pl.String,
    "track_id": pl.String,
    "count": pl.Int32,
    "value": pl.Int8,  # 1 liked, -1 disliked, null for plain listening
    "provenance": pl.String,
}

ALIASES: Columns = {
    "kind": pl.String,  # "isrc", "mbid", "spotify", "song" (another catalogue's id) or "id" (22 characters)
    "value": pl.String,  # in the one spelling of kit.ids
    "track_id": pl.String,
}
"""Aliases: every id and code that identifies exactly one track."""

ALL: dict[str, Columns] = {
    "tracks": TRACKS,
    "entries": ENTRIES,
    "playlists": PLAYLISTS,
    "listens": LISTENS,
    "aliases": ALIASES,
}


@reads_stage
def read(folder: Path, table: str) -> pl.DataFrame:
    """Reads a canonical table of an ingested folder; empty aliases where the folder has none, as the demo world."""
    path = folder / f"{table}.parquet"
    if table == "aliases" and not path.exists():
        return pl.DataFrame(schema=ALIASES)
    return pl.read_parquet(path, columns=list(ALL[table]))


@reads_stage
def entries_of(folder: Path, playlist_ids: Sequence[str]) -> pl.DataFrame:
    """The entries of some playlists; the others are skipped while the file is read."""
    every = pl.scan_parquet(folder / "entries.parquet").select(list(ENTRIES))
    return every.filter(pl.col("playlist_id").is_in(list(playlist_ids))).collect()


@reads_stage
def count_playlists(folder: Path) -> int:
    """The number of playlists with entries."""
    return pl.read_parquet(folder / "entries.parquet", columns=["playlist_id"])["playlist_id"].n_unique()


def write(folder: Path, table: str, frame: pl.DataFrame) -> None:
    """Writes a table in the canonical schema, columns in order; polars raises when one is missing."""
    columns = ALL[table]
    frame.select(columns.keys()).cast(pl.Schema(columns)).write_parquet(folder / f"{table}.parquet", compression="zstd")
