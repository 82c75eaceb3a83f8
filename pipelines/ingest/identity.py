"""Identifies the track of each row: by Spotify id, else another catalogue's id, MBID, ISRC, else artist and title.

A code is combined with the names beside it, because one code can be assigned to different tracks; which ids are one
track is decided over all files in pipelines.ingest.same_track.
"""

from typing import NamedTuple

import polars as pl

from kit import ids
from kit.names import identity_key
from pipelines.ingest.report import Faults

NO_IDENTITY = "no track id, and no artist with a title"
MALFORMED = "malformed track id (ids of another catalogue belong in a column song_id)"
_LOCAL = "spotify:local:"  # a local file: only its names are meaningful
_PARTS = ("track_id", "song_id", "mbid", "isrc", "artist", "title")
SPOTIFY, CATALOGUE, MBID, ISRC, NAME = "spotify", "song", "mbid", "isrc", "name"
COLUMNS = {CATALOGUE: "song_id", MBID: "mbid", ISRC: "isrc"}
"""The codes that can identify a track, strongest first, and their columns."""
STATED = {"track_id": pl.String, "known_by": pl.String, "song_id": pl.String, "mbid": pl.String, "isrc": pl.String}
"""The identity columns of rows: the id within this ingest, what it was derived from, and every code beside it."""


_SPELLED = "^[0-6][0-9A-Za-z]{21}$"  # an id that begins with a larger digit may be larger than 128 bits


class Meant(NamedTuple):
    """The track of one row and its keys, or the reason why there is none."""

    track_id: str | None
    known_by: str | None = None
    fault: str | None = None


def identify(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The frame with track_id as 22 characters and `known_by`; rows that identify no track are left out and counted.

    The frame has columns artists (list), title and any of track_id, song_id, mbid, isrc, all text.
    """
    parts = [name for name in _PARTS if name in frame.columns or name == "artist"]
    if _all_spelled(frame):
        return frame.with_columns(pl.lit(SPOTIFY).alias("known_by"))
    keyed = frame.with_columns(pl.col("artists").list.first().alias("artist"))
    distinct = keyed.select(parts).unique(maintain_order=True)
    meant = [_meant(dict(zip(parts, row, strict=True))) for row in distinct.iter_rows()]
    answers = distinct.with_columns(
        pl.Series("resolved", [one.track_id for one in meant], dtype=pl.String),
        pl.Series("known_by", [one.known_by for one in meant], dtype=pl.String),
        pl.Series("fault", [one.fault for one in meant], dtype=pl.String),
    )
    known = keyed.join(answers, on=parts, how="left", nulls_equal=True, maintain_order="left")
    id_column = "track_id" if "track_id" in parts else None
    for fault in (NO_IDENTITY, MALFORMED):
        faults.rows_of(known.filter(pl.col("fault") == fault), fault, id_column)
    return (
        known.filter(pl.col("resolved").is_not_null())
        .with_columns(pl.col("resolved").alias("track_id"))
        .drop("resolved", "fault", "artist")
    )


def _all_spelled(frame: pl.DataFrame) -> bool:
    """Whether every row has its track id in 22 characters: then nothing has to be parsed, row by row."""
    return "track_id" in frame.columns and bool(frame["track_id"].str.contains(_SPELLED).fill_null(False).all())


def stated(meant: pl.DataFrame) -> pl.DataFrame:
    """Distinct combinations of the columns of STATED."""
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in STATED if name not in meant.columns]
    return meant.with_columns(absent).select(list(STATED)).unique(maintain_order=True)


def _meant(parts: dict[str, str | None]) -> Meant:
    given = parts.get("track_id")
    if given and not given.startswith(_LOCAL):
        try:
            return Meant(ids.parse(given), SPOTIFY)
        except ids.MalformedId:
            return Meant(None, fault=MALFORMED)
    artist, title = parts["artist"] or "", parts.get("title") or ""
    for kind, column in COLUMNS.items():
        if code := parts.get(column):
            return Meant(_beside(kind, code, artist, title), kind)
    try:
        return Meant(ids.derive(artist=artist, title=title), NAME)
    except ids.MalformedId:
        return Meant(None, fault=NO_IDENTITY)


def code_id(kind: str, code: str) -> str:
    """The id of the track that a code identifies."""
    if kind == CATALOGUE:
        return ids.derive(catalogue_id=code)
    return ids.derive(mbid=code) if kind == MBID else ids.derive(isrc=code)


def _beside(kind: str, code: str, artist: str, title: str) -> str:
    """The code's own id where no names are beside it, else an id within this ingest: the code combined with the
    names."""
    if not (artist or title):
        return code_id(kind, code)
    return ids.derive(catalogue_id=f"{kind}:{code}\n{identity_key(artist)}\n{identity_key(title)}")
