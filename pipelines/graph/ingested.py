"""Reads the entries of an ingest for the graph: as the integers that it wrote, where it did."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from pipelines import tables
from pipelines.graph.entry_codes import EntryCodes, distinct_pairs
from pipelines.ingest.coded_entries import CODES
from pipelines.release import release_content
from pipelines.stage_reading import reads_stage


def entries(folder: Path, playlists: Sequence[str] | None, more: pl.DataFrame) -> pl.DataFrame | EntryCodes:
    """Entries of the ingest in `folder`, of the given playlists only (None: all), and `more`, tables.ENTRIES too."""
    if (folder / CODES).exists() and more.is_empty():
        return _codes(folder, playlists)
    every = tables.read(folder, "entries")
    kept = every if playlists is None else every.filter(pl.col("playlist_id").is_in(list(playlists)))
    return pl.concat([kept, more])


def playlist_counts(folder: Path) -> pl.DataFrame:
    """track_id, playlists: in how many playlists of the ingest in `folder` each track is; tracks in none are absent."""
    if (folder / CODES).exists():
        coded = _codes(folder, None)
        _, tracks, _ = distinct_pairs(coded)
        counts = np.bincount(tracks, minlength=len(coded.track_ids)).astype(np.int32)
        return pl.DataFrame({"track_id": coded.track_ids, "playlists": counts}).filter(pl.col("playlists") > 0)
    return release_content.playlist_counts(tables.read(folder, "entries"))


@reads_stage
def _codes(folder: Path, playlists: Sequence[str] | None) -> EntryCodes:
    playlist_ids, track_ids = _ids(folder, "playlist"), _ids(folder, "track")
    with np.load(folder / CODES) as codes:
        playlist, track, position = codes["playlist"], codes["track"], codes["position"]
    coded = EntryCodes(playlist_ids, track_ids, playlist, track, position)
    return coded if playlists is None else coded.of_playlists(playlists)


def _ids(folder: Path, of: str) -> pl.Series:
    return pl.read_parquet(folder / f"{of}s.parquet", columns=[f"{of}_id"]).to_series()
