"""Audio features of canonical recordings from AcousticBrainz: one value per recording, on our scales, with its source.

    tempo          median of rhythm.bpm, beats per minute; readings of half or double the tempo are common
    key, mode      the most frequent pair of tonal.key_key and key_scale
    danceability   median of rhythm.danceability (detrended fluctuation analysis, 0..3), by quantile
    loudness       median of lowlevel.average_loudness (0..1), by quantile
    energy         mean rank of average_loudness and rhythm.onset_rate, by quantile: a proxy
The other features have no source in these files and stay unknown. Nothing was measured after mid-2022.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from pipelines.open_data.canonical import ROWS_AT_ONCE, Canonical
from pipelines.open_data.listens import recording_key
from pipelines.open_data.scale import Floats, mapped, ranks

SOURCES = {
    "tempo": "acousticbrainz rhythm.bpm",
    "key": "acousticbrainz tonal.key_key",
    "mode": "acousticbrainz tonal.key_scale",
    "danceability": "acousticbrainz rhythm.danceability, quantile-mapped",
    "loudness": "acousticbrainz lowlevel.average_loudness, quantile-mapped",
    "energy": "acousticbrainz lowlevel.average_loudness and rhythm.onset_rate, quantile-mapped",
}
NUMBERS = {
    "rhythm": ("bpm", "danceability", "onset_rate"),
    "lowlevel": ("average_loudness",),
}
TEMPO_MOST = 400.0
_PITCHES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
PITCH = {name: number for number, name in enumerate(_PITCHES)} | {"Db": 1, "D#": 3, "Gb": 6, "G#": 8, "A#": 10}
_MODES = {"major": 1, "minor": 0}


def of_tracks(
    tables: Mapping[str, Path], mapping: Canonical, wanted: pl.Series, scale: Mapping[str, Floats]
) -> pl.DataFrame:
    """track, readings, and a column for each of SOURCES, null where unknown; one row for each wanted track.

    tables: those of the dumps by name, any of them; wanted: canonical rows (uint32), distinct.
    """
    found = pl.DataFrame({"track": wanted.cast(pl.UInt32)}).sort("track")
    for table, columns in NUMBERS.items():
        found = found.join(_medians(tables, table, columns, mapping, wanted), on="track", how="left")
    found = found.join(_keys(tables, mapping, wanted), on="track", how="left", maintain_order="left")
    readings = pl.max_horizontal("rhythm", "lowlevel", "tonal").fill_null(0).cast(pl.Int32).alias("readings")
    return _scaled(found.with_columns(readings), scale).select("track", "readings", *SOURCES)


def value_rows(features: pl.DataFrame) -> pl.DataFrame:
    """A row per value: mbid, feature, value, source, readings. `features` has the columns of of_tracks, and mbid."""
    values = features.unpivot(list(SOURCES), index=["mbid", "readings"], variable_name="feature").drop_nulls("value")
    return values.select(
        "mbid", "feature", "value", pl.col("feature").replace_strict(SOURCES).alias("source"), "readings"
    ).sort("mbid", "feature")


def _scaled(found: pl.DataFrame, scale: Mapping[str, Floats]) -> pl.DataFrame:
    loud, active, dance = (
        ranks(found[name].cast(pl.Float64).to_numpy().astype(np.float64))
        for name in ("average_loudness", "onset_rate", "danceability")
    )
    columns = {
        "danceability": mapped(dance, scale["danceability"]),
        "loudness": mapped(loud, scale["loudness"]),
        "energy": mapped(ranks((loud + active) / 2), scale["energy"]),
    }
    tempo = pl.when((pl.col("bpm") > 0) & (pl.col("bpm") <= TEMPO_MOST)).then("bpm").alias("tempo")
    return found.with_columns(
        tempo, *(pl.Series(name, values).fill_nan(None) for name, values in columns.items())
    ).with_columns(pl.col(name).cast(pl.Float64) for name in SOURCES)


def _medians(
    tables: Mapping[str, Path], table: str, columns: tuple[str, ...], mapping: Canonical, wanted: pl.Series
) -> pl.DataFrame:
    """track, the median of each column, and the number of readings under the table's name."""
    rows = _read(tables.get(table), columns, mapping, wanted)
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in columns]
    finite = rows.with_columns(pl.when(number.is_finite()).then(number) for number in numbers)
    return finite.group_by("track").agg(*(pl.col(name).median() for name in columns), pl.len().alias(table))


def _keys(tables: Mapping[str, Path], mapping: Canonical, wanted: pl.Series) -> pl.DataFrame:
    """track, key, mode, tonal: the most frequent key; of equally frequent ones the lowest."""
    rows = _read(tables.get("tonal"), ("key_key", "key_scale"), mapping, wanted)
    pairs = rows.select(
        "track",
        pl.col("key_key").replace_strict(PITCH, default=None, return_dtype=pl.Int8).alias("key"),
        pl.col("key_scale").str.to_lowercase().replace_strict(_MODES, default=None, return_dtype=pl.Int8).alias("mode"),
    ).drop_nulls()
    counted = pairs.group_by("track", "key", "mode").len().sort("track", "len", "key", "mode", descending=_BY_COUNT)
    return counted.group_by("track", maintain_order=True).agg(
        pl.col("key", "mode").first(), pl.col("len").sum().alias("tonal")
    )


_BY_COUNT = [False, True, False, False]


def _read(file: Path | None, columns: tuple[str, ...], mapping: Canonical, wanted: pl.Series) -> pl.DataFrame:
    """The rows of wanted tracks, read in blocks: track and the columns as text. Empty where there is no such table."""
    found = [pl.DataFrame(schema={"track": pl.UInt32, **dict.fromkeys(columns, pl.String)})]
    if file:
        with pq.ParquetFile(file) as opened:
            for batch in opened.iter_batches(ROWS_AT_ONCE, columns=["mbid", *columns]):
                frame = pl.DataFrame(batch).with_columns(recording_key("mbid").fill_null(-1).alias("key"))
                track = pl.Series("track", mapping.rows(frame["key"].to_numpy()), dtype=pl.UInt32)
                kept = frame.with_columns(track).filter(pl.col("track").is_in(wanted.implode()))
                found.append(kept.select("track", *columns))
    return pl.concat(found)
