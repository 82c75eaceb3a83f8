"""Cleans the rows of one file and converts them to the columns of the canonical tables."""

from collections.abc import Mapping

import polars as pl

from kit.names import NOTHING
from pipelines import tables
from pipelines.ingest import clean
from pipelines.ingest.identifiers import identifier
from pipelines.ingest.numbers import Range, number
from pipelines.ingest.report import Faults

_POSITION = Range(0, 2**31 - 1, whole=True)
_COUNT = Range(1, 2**31 - 1, whole=True)
_VALUE = Range(-1, 1, whole=True)
_FOLLOWERS = Range(0, 2**53, whole=True)
_SECONDS = Range(0, 2**33, whole=True)


def playlists(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """Columns of tables.PLAYLISTS; rows without an id are left out."""
    frame = _named(frame, "playlist_id", faults)
    columns: list[pl.Expr | pl.Series] = []
    if "playlist_name" in frame.columns:
        columns.append(clean.name(frame, "playlist_name").alias("name"))
    if "role" in frame.columns:
        columns.append(clean.text("role"))
    for name, allowed in (("followers", _FOLLOWERS), ("modified_at", _SECONDS)):
        if name in frame.columns:
            columns.append(number(frame, name, allowed, faults).cast(pl.Int64))
    return _complete(frame.with_columns(columns), tables.PLAYLISTS)


def entries(frame: pl.DataFrame, content: str, called: str, faults: Faults) -> pl.DataFrame:
    """The frame with playlist_id and position in their types; without a position column, file order counts.

    A playlist without an id is identified by its name and `content`, a hash of the file; a file without playlist names
    is one playlist, named `called`.
    """
    frame = _named(_with_playlist(frame, content, called, faults), "playlist_id", faults)
    if "position" not in frame.columns:
        return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).over("playlist_id").alias("position"))
    return _required(frame, "position", _POSITION, faults).with_columns(pl.col("position").cast(pl.Int32))


def _with_playlist(frame: pl.DataFrame, content: str, called: str, faults: Faults) -> pl.DataFrame:
    have = set(frame.columns)
    if not {"playlist_id", "playlist_name"} & have:
        frame = frame.with_columns(pl.lit(called).alias("playlist_name"))
        faults.note("a playlist known by its file's name")
    if "playlist_name" not in frame.columns:
        return frame
    named = clean.name(frame, "playlist_name")
    named = named.set(named.str.to_lowercase().is_in(list(NOTHING)), None).alias("known_by_name")
    frame = frame.with_columns(named)
    by_name = pl.format(f"{content}:name:{{}}", "known_by_name")
    if "playlist_id" not in have:
        return frame.with_columns(by_name.alias("playlist_id"))
    stated = frame.select(identifier(frame, "playlist_id", faults)).to_series()
    return frame.with_columns(stated).with_columns(pl.coalesce("playlist_id", by_name).alias("playlist_id"))


def listens(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The frame with user_id, count and value in their types; without a count column each row is one listen."""
    frame = _named(frame, "user_id", faults)
    if "count" in frame.columns:
        if "value" in frame.columns:  # a rating without a count is one listen
            frame = frame.with_columns(
                clean.text("count").fill_null(pl.when(pl.col("value").is_not_null()).then(pl.lit("1")))
            )
        frame = _required(frame, "count", _COUNT, faults)
    if "value" in frame.columns:
        value = number(frame, "value", _VALUE, faults)
        frame = frame.with_columns(value.set(value == 0, None))
    absent = {"count": pl.lit(1), "value": pl.lit(None)}
    frame = frame.with_columns(default.alias(name) for name, default in absent.items() if name not in frame.columns)
    return frame.with_columns(pl.col("count").cast(pl.Int32), pl.col("value").cast(pl.Int8))


def _named(frame: pl.DataFrame, column: str, faults: Faults) -> pl.DataFrame:
    frame = frame.with_columns(identifier(frame, column, faults))
    faults.rows_of(frame.filter(pl.col(column).is_null()), f"no {column}")
    return frame.filter(pl.col(column).is_not_null())


def _required(frame: pl.DataFrame, column: str, allowed: Range, faults: Faults) -> pl.DataFrame:
    """Leaves out rows without a usable number in the column: counted as rows, not as values."""
    value = number(frame, column, allowed, Faults())
    faults.rows_of(frame.filter(value.is_null()), f"{column} is not a whole number from {allowed.low:g}", column)
    return frame.with_columns(value).filter(value.is_not_null())


def _complete(frame: pl.DataFrame, table: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    absent = {name: dtype for name, dtype in table.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items()).select(
        list(table)
    )
