"""Which track a row means: a Spotify id, else another catalogue's id, MBID, ISRC, else artist and title."""

from functools import partial

import polars as pl

from kit import ids
from pipelines.ingest.report import Faults

NO_IDENTITY = "no track id, and no artist with a title"
MALFORMED = "malformed track id (ids of another catalogue belong in a column song_id)"
_LOCAL = "spotify:local:"  # a file on someone's disk: only its names mean anything
_PARTS = ("track_id", "song_id", "mbid", "isrc", "artist", "title")


def identify(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The frame with track_id as 22 characters; rows that mean no track are left out and counted.

    The frame has columns artists (list), title and any of track_id, song_id, mbid, isrc, all text.
    """
    parts = [name for name in _PARTS if name in frame.columns or name == "artist"]
    keyed = frame.with_columns(pl.col("artists").list.first().alias("artist"))
    distinct = keyed.select(parts).unique(maintain_order=True)
    meant = [_meant(dict(zip(parts, row, strict=True))) for row in distinct.iter_rows()]
    answers = distinct.with_columns(
        pl.Series("resolved", [track_id for track_id, _ in meant], dtype=pl.String),
        pl.Series("fault", [fault for _, fault in meant], dtype=pl.String),
    )
    known = keyed.join(answers, on=parts, how="left", nulls_equal=True, maintain_order="left")
    said = "track_id" if "track_id" in parts else None
    for fault in (NO_IDENTITY, MALFORMED):
        faults.rows_of(known.filter(pl.col("fault") == fault), fault, said)
    return (
        known.filter(pl.col("resolved").is_not_null())
        .with_columns(pl.col("resolved").alias("track_id"))
        .drop("resolved", "fault", "artist")
    )


def _meant(parts: dict[str, str | None]) -> tuple[str | None, str | None]:
    """(track id, None) or (None, why there is none)."""
    stated = parts.get("track_id")
    if stated and not stated.startswith(_LOCAL):
        try:
            return ids.parse(stated), None
        except ids.MalformedId:
            return None, MALFORMED
    derive = partial(ids.derive, artist=parts["artist"] or "", title=parts.get("title") or "")
    try:
        return derive(song=parts.get("song_id"), mbid=parts.get("mbid"), isrc=parts.get("isrc")), None
    except ids.MalformedId:
        return None, NO_IDENTITY
