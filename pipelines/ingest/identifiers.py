"""Parses ids and codes from cells: placeholders become null, whole numbers written as floats are restored."""

import re

import polars as pl

from kit import ids
from kit.names import NOTHING
from pipelines.ingest.report import Faults

_CODES = {"isrc": (ids.isrc, "isrc is not an ISRC (12 letters and digits)"), "mbid": (ids.mbid, "mbid is not an MBID")}
_NOBODYS = r"(?:^|[:/])0{22}$"  # a Spotify id of zeros fills a column that must not be empty
_FLOAT = r"^(-?\d+)[.,]0*$"
_WHOLE = r"^(?:0|[1-9]\d*)(?:[.,]0*)?$"
_POWER = r"^\d+(?:[.,]\d+)?[eE]\+?\d{1,3}$"
_SIGNED_POWER = r"^\d(?:[.,]\d+)?[eE]\+\d{1,3}$"
"""Large floats as programs write them (1.2e+16, 1.23E+05); `1e5` alone can be the end of a checksum."""


def identifier(frame: pl.DataFrame, column: str, faults: Faults) -> pl.Series:
    """The column as text, null where there is no id. A code (ISRC, MBID) in canonical spelling; a malformed one counts
    as a value left out.

    `12.0` and `1.2e+1` are 12. `1e3` is 1000 in a column of whole numbers only, and text in any other.
    """
    words = frame[column].cast(pl.String).str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars()
    words = words.set(words.str.to_lowercase().is_in(list(NOTHING)), None)
    if column not in _CODES:
        words = words.set(words.str.contains(_NOBODYS), None) if column == "track_id" else words
        words = _whole_numbers(words, faults)
        return words.alias(column)
    return _code(frame, words.alias(column), faults)


def _whole_numbers(words: pl.Series, faults: Faults) -> pl.Series:
    powers = words.str.contains(_POWER).fill_null(False)
    if powers.any():
        numbers = (words.str.contains(_WHOLE) | powers).all() and all(map(_is_whole, words.filter(powers)))
        signed = words.str.contains(_SIGNED_POWER).fill_null(False)
        chosen = powers if numbers else signed
        if chosen.any():
            written = [_whole(word) for word in words.filter(chosen)]
            words = words.scatter(chosen.arg_true(), written)
            faults.note(f"{words.name} written as powers of ten: digits may be lost, several ids may look as one")
    return words.str.replace(_FLOAT, "$1")


def _is_whole(word: str) -> bool:
    return _number(word).is_integer()


def _number(word: str) -> float:
    return float(word.replace(",", "."))


def _whole(word: str) -> str:
    return str(int(_number(word))) if _is_whole(word) else word


def _code(frame: pl.DataFrame, words: pl.Series, faults: Faults) -> pl.Series:
    spelled, reason = _CODES[words.name]
    distinct = words.drop_nulls().unique()
    meant = {word: spelled(word) for word in distinct}
    codes = words.replace_strict(meant, default=None, return_dtype=pl.String) if meant else words
    nil = words.is_not_null() & words.str.contains(_NIL).fill_null(False)
    faults.values_of(frame.filter(words.is_not_null() & codes.is_null() & ~nil), reason, words.name)
    return codes.alias(words.name)


_NIL = re.compile(r"^[0-]+$").pattern  # the nil UUID and the like: placeholders
