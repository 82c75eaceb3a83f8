"""Measurements of a folder's files -> tracks with audio features on our scales, and the source of each value.

Tempo, key and mode have units and stay as measured. Energy, danceability and loudness are conventions: each value's
rank in the folder becomes the same quantile of the scale, which needs enough files to mean anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from pipelines.local_audio.measure import MEASURER, WINDOW_S
from pipelines.local_audio.names import names_of
from pipelines.open_data.scale import Floats, mapped, ranks

FEWEST = 50  # measured files: the quantile of one among n is known to sqrt(q (1 - q) / n), .07 in the middle
STATED = {"tempo": "bpm", "key": "key", "mode": "mode"}
BY_RANK = {"loudness": "loudness_lufs", "energy": "energy", "danceability": "danceability"}
FEATURES = (*STATED, *BY_RANK)
NAMES = {
    **{"file": pl.String, "names_from": pl.String, "title": pl.String, "artist": pl.String, "album": pl.String},
    **{"year": pl.Int32, "duration_ms": pl.Int64, "isrc": pl.String, "mbid": pl.String},
}


def described(entries: Sequence[Mapping[str, Any]], scale: Mapping[str, Floats]) -> pl.DataFrame:
    """A row for each measured entry of the journal: the columns of NAMES and of FEATURES, null where unknown."""
    read = [entry for entry in entries if "error" not in entry]
    rows = [{"file": _readable(entry["name"]), **names_of(entry["name"], entry["tags"])} for entry in read]
    frame = pl.DataFrame(rows, schema=NAMES) if rows else pl.DataFrame(schema=NAMES)
    stated = [_column(read, measured).alias(name) for name, measured in STATED.items()]
    ranked = [_by_rank(_column(read, measured), scale[name]).alias(name) for name, measured in BY_RANK.items()]
    return frame.with_columns(*stated, *ranked)


def named_values(frame: pl.DataFrame) -> pl.DataFrame:
    """A row for each known value: file, feature, value, source."""
    window = f"of the middle {WINDOW_S} s"
    sources = {name: f"{MEASURER} {measured} {window}" for name, measured in STATED.items()}
    sources |= {name: f"{MEASURER} {measured} {window}, quantile-mapped" for name, measured in BY_RANK.items()}
    values = frame.unpivot(list(FEATURES), index="file", variable_name="feature").drop_nulls("value")
    return values.with_columns(pl.col("feature").replace_strict(sources).alias("source")).sort("file", "feature")


def for_ingest(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that `ingest` reads, of the files with title and artist; features count as this recording's own."""
    known = pl.any_horizontal(pl.col(name).is_not_null() for name in FEATURES)
    match = pl.when(known).then(pl.lit("id")).alias("feature_match")
    return frame.filter(pl.col("names_from").is_not_null()).select(*list(NAMES)[2:], *FEATURES, match)


def _column(entries: Sequence[Mapping[str, Any]], name: str) -> pl.Series:
    return pl.Series(name, [entry["measured"].get(name) for entry in entries], dtype=pl.Float64)


def _by_rank(values: pl.Series, scale: Floats) -> pl.Series:
    if values.count() < FEWEST:
        return pl.Series([None] * len(values), dtype=pl.Float64)
    quantiles = ranks(values.fill_null(np.nan).to_numpy().astype(np.float64))
    return pl.Series(mapped(quantiles, scale)).fill_nan(None).round(4)


def _readable(name: str) -> str:
    """A file's name as valid text: file systems allow bytes that are none."""
    return name.encode("utf-8", "replace").decode()
