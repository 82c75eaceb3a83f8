"""Cells as numbers. The scale and the spelling of a column are decided for the whole column, never per value.

    decimal comma      "0,71": a column whose numbers use commas and no dot, also "1.234,5"; "1,234" among whole numbers
                       is a thousand
    percentages        a 0..1 feature whose values run to 100
    seconds            a duration in milliseconds whose every value is below 10 s

Each such reading is noted in the report.
"""

from typing import NamedTuple

import polars as pl

from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.ingest.report import Faults

_NOTHING = ("", "null", "nan", "none", "na", "n/a", "<na>", "undefined", "\\n", "-")


class Range(NamedTuple):
    """The least and greatest value that a column takes."""

    low: float
    high: float
    whole: bool = False


FEATURE_RANGES = {
    **{feature: Range(0, 1) for feature in FEATURES},
    "key": Range(-1, 11, whole=True),
    "loudness": Range(-100, 20),
    "mode": Range(0, 1, whole=True),
    "tempo": Range(0, 400),
    "time_signature": Range(0, 12, whole=True),
}
SHARES = [feature for feature, allowed in FEATURE_RANGES.items() if allowed == Range(0, 1)]
_YEAR = Range(1860, 2100, whole=True)  # the first recording of a voice is from 1860
_DURATION = Range(1_000, 86_400_000, whole=True)  # no track is shorter than a second
_SECONDS_BELOW = 10_000
_POPULARITY = Range(0, 100)
_RANGES = {**FEATURE_RANGES, "duration_ms": _DURATION, "popularity": _POPULARITY, "year": _YEAR}


def number(frame: pl.DataFrame, column: str, allowed: Range, faults: Faults) -> pl.Series:
    """The column as Float64 within its range, null elsewhere; what stood there and is no such number is counted."""
    raw = _written(frame[column])
    return _within(frame, raw, _parsed(raw, column, allowed, faults), allowed, faults)


def of_tracks(frame: pl.DataFrame, faults: Faults) -> list[pl.Series]:
    """Every number that describes a track, in the types of pipelines.tables.TRACKS."""
    raw = {column: _written(frame[column]) for column in _RANGES if column in frame.columns}
    values = {column: _parsed(cells, column, _RANGES[column], faults) for column, cells in raw.items()}
    values |= _shares({column: values[column] for column in SHARES if column in values}, faults)
    if "duration_ms" in values:
        values["duration_ms"] = _milliseconds(values["duration_ms"], faults)
    found = {column: _within(frame, raw[column], value, _RANGES[column], faults) for column, value in values.items()}
    if "release_date" in frame.columns:
        dates = frame.with_columns(pl.col("release_date").cast(pl.String).str.strip_chars().str.slice(0, 4))
        from_date = number(dates, "release_date", _YEAR, faults).alias("year")
        found["year"] = found["year"].zip_with(found["year"].is_not_null(), from_date) if "year" in found else from_date
    return [series.cast(tables.TRACKS[column]) for column, series in found.items()]


def _written(cells: pl.Series) -> pl.Series:
    """Words for nothing are null."""
    if cells.dtype != pl.String:
        return cells
    words = cells.str.strip_chars()
    return words.set(words.str.to_lowercase().is_in(_NOTHING), None)


def _parsed(raw: pl.Series, column: str, allowed: Range, faults: Faults) -> pl.Series:
    """Float64, null where no number stands; a decimal comma where the column has one."""
    if raw.dtype == pl.String and raw.str.contains(",", literal=True).any():
        grouped = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"
        written = raw.drop_nulls()
        if not (allowed.whole and written.filter(written.str.contains(",", literal=True)).str.contains(grouped).all()):
            comma = r"^[+-]?\d*(?:\.\d{3})*,\d+$"
            read = written.str.contains(comma) | written.str.contains(r"^[+-]?\d+$")
            dotted = written.str.contains(r"^[+-]?\d*\.\d+$").any()
            if dotted or not read.any():
                return raw.cast(pl.Float64, strict=False)
            faults.note(f"{column} has a decimal comma")
            raw = raw.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        else:
            raw = raw.str.replace_all(",", "", literal=True)
    return raw.cast(pl.Float64, strict=False)


def _within(frame: pl.DataFrame, raw: pl.Series, value: pl.Series, allowed: Range, faults: Faults) -> pl.Series:
    usable = value.is_between(allowed.low, allowed.high)
    if allowed.whole:
        usable &= value == value.floor()
    value = value.set(~usable.fill_null(False), None)
    whole = "a whole number " if allowed.whole else ""
    faults.values_of(
        frame.filter(raw.is_not_null() & value.is_null()),
        f"{raw.name} is not {whole}between {allowed.low:g} and {allowed.high:g}",
        raw.name,
    )
    return value.alias(raw.name)


def _shares(values: dict[str, pl.Series], faults: Faults) -> dict[str, pl.Series]:
    """Features from 0 to 1; a column in percent is divided, and with it a column of only 0 and 1 in the same file."""
    percent = {column for column, value in values.items() if _is_percent(value)}
    if percent:
        percent |= {column for column, value in values.items() if _is_whole(value)}
    for column in sorted(percent):
        faults.note(f"{column} is in percent")
    return {column: value / 100 if column in percent else value for column, value in values.items()}


def _is_percent(value: pl.Series) -> bool:
    """More values from 2 to 100 than fractions between 0 and 1."""
    fractions = int(value.is_between(0, 1, closed="none").sum())
    return int(value.is_between(2, 100).sum()) > fractions


def _is_whole(value: pl.Series) -> bool:
    known = value.drop_nulls()
    return bool((known == known.floor()).all())


def _milliseconds(value: pl.Series, faults: Faults) -> pl.Series:
    known = value.filter(value > 0)
    if known.len() and (known < _SECONDS_BELOW).all() and (known >= 1).all():
        faults.note("duration_ms is in seconds")
        return (value * 1000).round()
    return value
