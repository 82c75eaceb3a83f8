"""Ids and codes as cells: words for nothing are no id, a whole number that became a float is the whole number."""

import re

import polars as pl

from kit import ids
from kit.names import NOTHING
from pipelines.ingest.report import Faults

_CODES = {"isrc": (ids.isrc, "isrc is not an ISRC (12 letters and digits)"), "mbid": (ids.mbid, "mbid is not an MBID")}
_FLOAT = r"^(\d+)\.0*$"
_POWER = r"^\d(?:\.\d+)?[eE]\+\d{1,3}$"


def identifier(frame: pl.DataFrame, column: str, faults: Faults) -> pl.Series:
    """The column as text, null where there is no id. A code (ISRC, MBID) in its one spelling; a malformed one counts
    as a value left out."""
    words = frame[column].cast(pl.String).str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars()
    words = words.set(words.str.to_lowercase().is_in(list(NOTHING)), None).str.replace(_FLOAT, "$1")
    powers = words.str.contains(_POWER).fill_null(False)
    if powers.any():
        words = words.scatter(powers.arg_true(), [_whole(word) for word in words.filter(powers)])
    return _code(frame, words.alias(column), faults) if column in _CODES else words.alias(column)


def _whole(word: str) -> str:
    value = float(word)
    return str(int(value)) if value.is_integer() else word


def _code(frame: pl.DataFrame, words: pl.Series, faults: Faults) -> pl.Series:
    spelled, reason = _CODES[words.name]
    distinct = words.drop_nulls().unique()
    meant = {word: spelled(word) for word in distinct}
    codes = words.replace_strict(meant, default=None, return_dtype=pl.String) if meant else words
    nil = words.is_not_null() & words.str.contains(_NIL).fill_null(False)
    faults.values_of(frame.filter(words.is_not_null() & codes.is_null() & ~nil), reason, words.name)
    return codes.alias(words.name)


_NIL = re.compile(r"^[0-]+$").pattern  # the nil UUID and its like: nobody's code
