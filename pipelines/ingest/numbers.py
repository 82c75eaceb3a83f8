"""Parses numeric cells. The scale and the number format are detected for the whole column, never per value.

    decimal comma      "0,71": a column whose numbers use commas and no dot, also "1.234,5"; "1,234" among whole numbers
                       is a thousand
    percentages        a 0..1 feature whose values run to 100, or that are written with a percent sign
    seconds            a duration in milliseconds whose every value is below 10 s, half of them below 1 s

Each such reading is noted in the report.
"""

from typing import NamedTuple

import polars as pl

from kit.names import NOTHING
from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.ingest.report import Faults


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
_A_SECOND = 1_000  # milliseconds; no track is shorter
_DURATION = Range(_A_SECOND, 86_400_000, whole=True)
_SECONDS_BELOW = 10_000
_POPULARITY = Range(0, 100)
_RANGES = {**FEATURE_RANGES, "duration_ms": _DURATION, "popularity": _POPULARITY, "year": _YEAR}


def number(frame: pl.DataFrame, column: str, allowed: Range, faults: Faults) -> pl.Series:
    """The column as Float64 within its range, null elsewhere; malformed and out-of-range cells are counted."""
    raw = _written(frame[column])
    return _within(frame, raw, _parsed(raw, column, allowed, faults), allowed, faults)


def of_tracks(frame: pl.DataFrame, faults: Faults) -> list[pl.Series]:
    """Every numeric column of tracks, in the types of pipelines.tables.TRACKS."""
    raw = {column: _written(frame[column]) for column in _RANGES if column in frame.columns}
    signed = {column for column in SHARES if column in raw and _has_percent_signs(raw[column])}
    plain = {column: _without_signs(cells) if column in signed else cells for column, cells in raw.items()}
    values = {column: _parsed(cells, column, _RANGES[column], faults) for column, cells in plain.items()}
    values |= _shares({column: values[column] for column in SHARES if column in values}, signed, faults)
    if "duration_ms" in values:
        values["duration_ms"] = _milliseconds(values["duration_ms"], faults)
    found = {column: _within(frame, raw[column], value, _RANGES[column], faults) for column, value in values.items()}
    if "release_date" in frame.columns:
        dates = frame.with_columns(pl.col("release_date").cast(pl.String).str.strip_chars().str.slice(0, 4))
        from_date = number(dates, "release_date", _YEAR, faults).alias("year")
        found["year"] = found["year"].zip_with(found["year"].is_not_null(), from_date) if "year" in found else from_date
    return [series.cast(tables.TRACKS[column]) for column, series in found.items()]


def _written(cells: pl.Series) -> pl.Series:
    """Cells as text, placeholders as null."""
    if cells.dtype != pl.String:
        return cells
    words = cells.str.strip_chars()
    return words.set(words.str.to_lowercase().is_in(list(NOTHING)), None)


def _parsed(raw: pl.Series, column: str, allowed: Range, faults: Faults) -> pl.Series:
    """Float64, null for cells that are no number; with a decimal comma where the column has one."""
    if raw.dtype != pl.String:
        return raw.cast(pl.Float64, strict=False)
    written = raw.drop_nulls()
    if allowed.whole and allowed.high > _A_SECOND and _is_grouped(written):
        raw = raw.str.replace_all(r"[.,\s']", "")
    elif _has_decimal_commas(written):
        faults.note(f"{column} has a decimal comma")
        raw = raw.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return raw.cast(pl.Float64, strict=False)


def _is_grouped(written: pl.Series) -> bool:
    """True for whole numbers of which some have thousands separators: 1,234 or 1.234.567, one separator throughout."""
    for separator in (",", r"\.", r"\s", "'"):
        grouped = written.str.contains(rf"^[+-]?[1-9]\d{{0,2}}(?:{separator}\d{{3}})+$")
        if grouped.any() and not (separator == r"\." and written.str.ends_with(".000").all()):  # 3.000 is 3
            return bool((grouped | written.str.contains(r"^[+-]?\d{1,3}$")).all())
    return False


def _has_decimal_commas(written: pl.Series) -> bool:
    """True when some numbers have a comma before their fraction, and none a point."""
    commas = written.str.contains(r"^[+-]?\d*(?:\.\d{3})*,\d+(?:[eE][+-]?\d+)?$").any()
    return bool(commas) and not written.str.contains(r"^[+-]?\d*\.\d+(?:[eE][+-]?\d+)?$").any()


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


def _has_percent_signs(cells: pl.Series) -> bool:
    """True when every value of the column but 0 has one."""
    if cells.dtype != pl.String:
        return False
    known = cells.drop_nulls()
    signs = known.str.ends_with("%")
    return bool(signs.any()) and bool((signs | (known == "0")).all())


def _without_signs(cells: pl.Series) -> pl.Series:
    return cells.str.strip_suffix("%").str.strip_chars()


def _shares(values: dict[str, pl.Series], percent: set[str], faults: Faults) -> dict[str, pl.Series]:
    """Features from 0 to 1; a column in percent is divided by 100.

    `percent` are columns known to be in percent. Beside one that is, other columns of the file with a value above 1 or
    without a fraction are in percent too: instrumentalness is near 0 for most tracks on either scale.
    """
    percent = percent | {column for column, value in values.items() if _is_percent(value)}
    if percent:
        percent |= {column for column, value in values.items() if _above_1(value) or _is_whole(value)}
    for column in sorted(percent):
        faults.note(f"{column} is in percent")
    return {column: value / 100 if column in percent else value for column, value in values.items()}


def _is_percent(value: pl.Series) -> bool:
    """True with more values from 2 to 100 than fractions between 0 and 1."""
    fractions = int(value.is_between(0, 1, closed="none").sum())
    return int(value.is_between(2, 100).sum()) > fractions


def _above_1(value: pl.Series) -> bool:
    return bool(value.is_between(1, 100, closed="right").any())


def _is_whole(value: pl.Series) -> bool:
    known = value.drop_nulls()
    return bool((known == known.floor()).all())


def _milliseconds(value: pl.Series, faults: Faults) -> pl.Series:
    known = value.filter(value > 0)
    typical = known.median()
    if isinstance(typical, float) and typical < _A_SECOND and bool(((known < _SECONDS_BELOW) & (known >= 1)).all()):
        faults.note("duration_ms is in seconds")
        return (value * 1000).round()
    return value
