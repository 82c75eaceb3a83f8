"""Exports playlist-track pairs with all track attributes as one CSV, for a spreadsheet or to be ingested again."""

import json
import os
from pathlib import Path

import polars as pl

from kit.wire.catalog import FEATURES
from pipelines import tables

LISTS = ("artists", "genres")
COLUMNS = (
    *("playlist_id", "position", "role", "playlist_name", "track_id", "title", *LISTS, "album", "year", "duration_ms"),
    *("explicit", "popularity", "isrc", "mbid", "feature_match", *FEATURES),
)
_MATCHES = ("id", "name_artist")  # values of the column feature_match; other features are the file's own


class NoPairs(Exception):
    """The files hold no playlists; the message says what is needed."""


def pairs(ingested: Path) -> pl.DataFrame:
    """COLUMNS, one row for each entry of a playlist, in playlist order; NoPairs when there is none."""
    entries, playlists, tracks = (tables.read(ingested, name) for name in ("entries", "playlists", "tracks"))
    if entries.is_empty():
        raise NoPairs(
            "the files hold no playlists: name a table of playlist entries or Million Playlist slices as well"
        )
    about = playlists.select("playlist_id", "role", pl.col("name").alias("playlist_name"))
    match = pl.when(pl.col("features_from").is_in(_MATCHES)).then("features_from")
    cards = tracks.with_columns(*map(_cell, LISTS), match.alias("feature_match")).drop("provenance")
    joined = entries.join(about, on="playlist_id", how="left", maintain_order="left")
    return joined.join(cards, on="track_id", how="left", maintain_order="left").select(COLUMNS)


def _cell(column: str) -> pl.Expr:
    """A list as ["a", "b"], which kit.formats.lists parses whatever characters are in the names."""
    return pl.col(column).map_elements(lambda names: json.dumps(list(names), ensure_ascii=False), pl.String)


def write(ingested: Path, out: Path) -> int:
    """Writes the file atomically; returns the number of pairs."""
    found = pairs(ingested)
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    found.write_csv(temporary)
    temporary.replace(out)
    return found.height
