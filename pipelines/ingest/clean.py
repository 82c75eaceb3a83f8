"""What a cell means: text, numbers and lists in the canonical types. A value without meaning becomes null, counted.

Ranges are those of kit.wire.catalog.Features. Two kinds of zero say "nobody knows" and become null without a count:
a tempo or time signature of 0, with the danceability and valence of 0 that a failed analysis writes beside it, and
features that are all 0.
"""

from typing import NamedTuple

import polars as pl

from kit.formats.lists import listed
from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.ingest.report import Faults

_NOTHING = ("", "null", "nan", "none", "na", "n/a", "\\n", "-")
_TRUE, _FALSE = ("true", "1", "yes", "1.0"), ("false", "0", "no", "0.0")
_TEXTS = ("title", "album")


class Range(NamedTuple):
    """The least and greatest value that a column takes."""

    low: float
    high: float
    whole: bool = False


FEATURE_RANGES = {
    **{name: Range(0, 1) for name in FEATURES},
    "key": Range(-1, 11, whole=True),
    "loudness": Range(-100, 20),
    "mode": Range(0, 1, whole=True),
    "tempo": Range(0, 400),
    "time_signature": Range(0, 12, whole=True),
}
_YEAR = Range(1860, 2100, whole=True)  # the first recording of a voice is from 1860
_DURATION = Range(1, 86_400_000, whole=True)
_POPULARITY = Range(0, 100)


def text(column: str) -> pl.Expr:
    """Control characters (which PostgreSQL refuses) and outer spaces removed; empty text is null."""
    stripped = pl.col(column).cast(pl.String).str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars()
    return pl.when(stripped.str.len_bytes() > 0).then(stripped)


def number(frame: pl.DataFrame, column: str, allowed: Range, faults: Faults) -> pl.Series:
    """The column as Float64 within its range, null elsewhere; what stood there and is no such number is counted."""
    raw = frame[column]
    if raw.dtype == pl.String:
        words = raw.str.strip_chars().str.to_lowercase()
        raw = words.set(words.is_in(_NOTHING), None)
    value = raw.cast(pl.Float64, strict=False)
    usable = value.is_between(allowed.low, allowed.high)
    if allowed.whole:
        usable &= value == value.floor()
    value = value.set(~usable.fill_null(False), None)
    whole = "a whole number " if allowed.whole else ""
    faults.values_of(
        frame.filter(raw.is_not_null() & value.is_null()),
        f"{column} is not {whole}between {allowed.low:g} and {allowed.high:g}",
        column,
    )
    return value.alias(column)


def song(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The frame with every column of tables.TRACKS in its type, null where the file does not have it."""
    have = set(frame.columns)
    identities = [name for name in ("track_id", "song_id", "mbid", "isrc") if name in have]
    columns: list[pl.Series | pl.Expr] = [text(name) for name in (*identities, *_TEXTS) if name in have]
    columns += [_artists(frame), *_numbers(frame, faults)]
    if "genres" in have:
        columns.append(_many(frame["genres"], ",;", lower=True))
    if "explicit" in have:
        columns.append(_explicit(frame["explicit"]))
    cleaned = _unknown_features(frame.with_columns(columns))
    absent = {
        name: dtype for name, dtype in tables.TRACKS.items() if name not in cleaned.columns and name != "track_id"
    }
    return cleaned.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items())


def _numbers(frame: pl.DataFrame, faults: Faults) -> list[pl.Series]:
    ranges = {**FEATURE_RANGES, "duration_ms": _DURATION, "popularity": _POPULARITY, "year": _YEAR}
    found = {name: number(frame, name, ranges[name], faults) for name in ranges if name in frame.columns}
    if "release_date" in frame.columns:
        dates = frame.with_columns(pl.col("release_date").cast(pl.String).str.strip_chars().str.slice(0, 4))
        from_date = number(dates, "release_date", _YEAR, faults).alias("year")
        found["year"] = found["year"].zip_with(found["year"].is_not_null(), from_date) if "year" in found else from_date
    return [series.cast(tables.TRACKS[name]) for name, series in found.items()]


def _artists(frame: pl.DataFrame) -> pl.Series:
    """`artists` names several, split as kit.formats.lists says; `artist` is one name whatever is in it."""
    if "artists" in frame.columns:
        return _many(frame["artists"], ";")
    if "artist" not in frame.columns:
        return pl.Series("artists", [None] * frame.height, dtype=pl.List(pl.String))
    name = text("artist")
    return frame.select(pl.when(name.is_not_null()).then(pl.concat_list(name)).alias("artists")).to_series()


def _many(cells: pl.Series, separators: str, *, lower: bool = False) -> pl.Series:
    """Lists of tidy names; null where there is none."""
    if cells.dtype != pl.List(pl.String):
        distinct = cells.cast(pl.String).drop_nulls().unique().to_frame("text")
        lists = [listed(cell, separators) for cell in distinct["text"]]
        found = distinct.with_columns(pl.Series(cells.name, lists, dtype=pl.List(pl.String)))
        written = cells.cast(pl.String).to_frame("text")
        cells = written.join(found, on="text", how="left", maintain_order="left")[cells.name]
    tidy = text("").str.to_lowercase() if lower else text("")
    lists_of_names = pl.col(cells.name).list.eval(tidy.drop_nulls())
    return cells.to_frame().select(lists_of_names).select(pl.when(pl.all().list.len() > 0).then(pl.all())).to_series()


def _explicit(cells: pl.Series) -> pl.Series:
    words = cells.cast(pl.String).str.strip_chars().str.to_lowercase()
    known = pl.when(words.is_in(_TRUE)).then(True).when(words.is_in(_FALSE)).then(False)
    return pl.select(known.alias("explicit")).to_series()


def _unknown_features(frame: pl.DataFrame) -> pl.DataFrame:
    """Zeros that mean unknown become null; features_from says how the features found the track."""
    have = [name for name in FEATURES if name in frame.columns]
    if not have:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias("features_from"))
    failed = pl.col("tempo") == 0 if "tempo" in have else pl.lit(False)
    # Instrumentalness or mode alone may well be 0; music at exactly 0 dBFS with all else 0 is a row of blanks.
    zero = pl.all_horizontal(pl.col(name).is_null() | (pl.col(name) == 0) for name in have)
    all_zero = zero if "loudness" in have else pl.lit(False)
    zero_is_unknown = {"tempo": pl.lit(True), "time_signature": pl.lit(True), "danceability": failed, "valence": failed}
    frame = frame.with_columns(
        pl.when(all_zero | ((pl.col(name) == 0) & zero_is_unknown.get(name, pl.lit(False))))
        .then(None)
        .otherwise(pl.col(name))
        .alias(name)
        for name in have
    )
    match = (
        pl.col("feature_match").cast(pl.String) if "feature_match" in frame.columns else pl.lit(None, dtype=pl.String)
    )
    origin = pl.when(match.is_in(["id", "name_artist"])).then(match).otherwise(pl.lit("file"))
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in have)
    return frame.with_columns(pl.when(known).then(origin).alias("features_from"))
