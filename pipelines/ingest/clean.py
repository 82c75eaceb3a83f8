"""Converts cells to text and lists of the canonical types. A value without meaning becomes null and is counted.

Ranges are those of kit.wire.catalog.Features. Two patterns of zeros mean "unknown" and become null without a count: a
tempo or time signature of 0, with the danceability and valence of 0 that a failed analysis writes beside it, and
features that are all 0.
"""

import polars as pl

from kit.formats.lists import artists_in, listed
from kit.formats.text import without_entities
from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.ingest import numbers
from pipelines.ingest.identifiers import identifier
from pipelines.ingest.report import Faults

_TRUE, _FALSE = ("true", "1", "yes", "1.0"), ("false", "0", "no", "0.0")
_TEXTS = ("title", "album")
_ENTITY = r"&[#0-9A-Za-z]+;"


def text(column: str) -> pl.Expr:
    """Removes control characters (which PostgreSQL refuses) and outer spaces; empty text is null."""
    stripped = pl.col(column).cast(pl.String).str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars()
    return pl.when(stripped.str.len_bytes() > 0).then(stripped)


def name(frame: pl.DataFrame, column: str) -> pl.Series:
    """Text of a display column: HTML entities are decoded."""
    cells = frame[column].cast(pl.String)
    coded = cells.str.contains(_ENTITY).fill_null(False)
    if coded.any():
        plain = pl.Series([without_entities(cell) for cell in cells.filter(coded)], dtype=pl.String)
        cells = cells.scatter(coded.arg_true(), plain)
    return cells.to_frame(column).select(text(column)).to_series()


def track(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The frame with every column of tables.TRACKS in its type, null where the file does not have it."""
    have = set(frame.columns)
    identities = [code for code in ("track_id", "song_id", "mbid", "isrc") if code in have]
    columns: list[pl.Series | pl.Expr] = [identifier(frame, code, faults) for code in identities]
    columns += [name(frame, column) for column in _TEXTS if column in have]
    columns += [_artists(frame), *numbers.of_tracks(frame, faults)]
    if "genres" in have:
        genres = frame["genres"]
        written = genres if genres.dtype == pl.List(pl.String) else name(frame, "genres")
        columns.append(_many(written, ",;", lower=True))
    if "explicit" in have:
        columns.append(_explicit(frame["explicit"]))
    cleaned = _unknown_features(frame.with_columns(columns))
    wanted = {column: dtype for column, dtype in tables.TRACKS.items() if column not in (*cleaned.columns, "track_id")}
    absent = [pl.lit(None, dtype=dtype).alias(column) for column, dtype in wanted.items()]
    return _with_artist_from_title(cleaned.with_columns(absent))


def _with_artist_from_title(frame: pl.DataFrame) -> pl.DataFrame:
    """Splits "Artist - Title" cells in rows without an id and an artist."""
    codes = [pl.col(code).is_null() for code in ("track_id", "song_id", "mbid", "isrc") if code in frame.columns]
    parts = pl.col("title").str.split(" - ")
    both = pl.all_horizontal(pl.col("artists").is_null(), parts.list.len() == 2, *codes)
    both &= parts.list.eval(pl.element().str.strip_chars().str.len_bytes() > 0).list.all()
    return frame.with_columns(
        pl.when(both).then(parts.list.get(1, null_on_oob=True).str.strip_chars()).otherwise("title").alias("title"),
        pl.when(both)
        .then(pl.concat_list(parts.list.get(0, null_on_oob=True).str.strip_chars()))
        .otherwise("artists")
        .alias("artists"),
    )


def _artists(frame: pl.DataFrame) -> pl.Series:
    """Artist names: a list where the file separates them (kit.formats.lists); a lone `artist` cell is one name."""
    if "artists" not in frame.columns and "artist" not in frame.columns:
        return pl.Series("artists", [None] * frame.height, dtype=pl.List(pl.String))
    column = "artists" if "artists" in frame.columns else "artist"
    if frame[column].dtype == pl.List(pl.String):
        return _many(frame[column].alias("artists"), ";")
    cells = name(frame, column).alias("artists")
    escaped = column == "artists" and bool(cells.str.contains(r"\,", literal=True).any())
    if escaped or "artist_uris" in frame.columns:
        pairs = zip(cells, _uris(frame), strict=True)
        lists = [None if cell is None else artists_in(cell, uris, escaped=escaped) for cell, uris in pairs]
        return _many(pl.Series("artists", lists, dtype=pl.List(pl.String)), ";")
    if column == "artists":
        return _many(cells, ";")
    one = pl.when(pl.col("artists").is_not_null()).then(pl.concat_list("artists"))
    return cells.to_frame().select(one.alias("artists")).to_series()


def _uris(frame: pl.DataFrame) -> pl.Series:
    """The URIs beside the artists' names, as text; null where there is none."""
    if "artist_uris" not in frame.columns:
        return pl.Series([None] * frame.height, dtype=pl.String)
    uris = frame["artist_uris"]
    return uris.list.join(",") if uris.dtype == pl.List(pl.String) else uris.cast(pl.String)


def _many(cells: pl.Series, separators: str, *, lower: bool = False) -> pl.Series:
    """Lists of cleaned names; null where there is none."""
    if cells.dtype == pl.List(pl.String):
        if cells.list.eval(pl.element().str.contains(_ENTITY)).list.any().any():
            lists = [names and [each and without_entities(each) for each in names] for names in cells.to_list()]
            cells = pl.Series(cells.name, lists, dtype=pl.List(pl.String))
    else:
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
    """Zeros that mean unknown become null; features_from states how the features were matched to the track."""
    have = [feature for feature in FEATURES if feature in frame.columns]
    if not have:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias("features_from"))
    failed = pl.col("tempo") == 0 if "tempo" in have else pl.lit(False)
    # instrumentalness or mode alone may be 0; exactly 0 dBFS with all else 0 is an empty row
    zero = pl.all_horizontal(pl.col(feature).is_null() | (pl.col(feature) == 0) for feature in have)
    all_zero = zero if "loudness" in have else pl.lit(False)
    zero_is_unknown = {"tempo": pl.lit(True), "time_signature": pl.lit(True), "danceability": failed, "valence": failed}
    frame = frame.with_columns(
        pl.when(all_zero | ((pl.col(feature) == 0) & zero_is_unknown.get(feature, pl.lit(False))))
        .then(None)
        .otherwise(pl.col(feature))
        .alias(feature)
        for feature in have
    )
    match = (
        pl.col("feature_match").cast(pl.String) if "feature_match" in frame.columns else pl.lit(None, dtype=pl.String)
    )
    origin = pl.when(match.is_in(["id", "name_artist"])).then(match).otherwise(pl.lit("file"))
    known = pl.any_horizontal(pl.col(feature).is_not_null() for feature in have)
    return frame.with_columns(pl.when(known).then(origin).alias("features_from"))
