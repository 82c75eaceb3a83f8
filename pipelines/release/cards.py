"""The track table of a release: API cards and the columns for ranking, in row order."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl

from kit.ids import decode
from kit.recordings.artist_names import main_artists
from kit.release import STATE_LEARNED, STATE_PLACED, STATE_UNKNOWN
from kit.wire.catalog import FEATURES, InRelease
from pipelines.recordings.groups import groups
from pipelines.release.artist_column import artist_column, cached_artist_id

WORDS = {
    STATE_LEARNED: InRelease.LEARNED,
    STATE_PLACED: InRelease.PLACED,
    STATE_UNKNOWN: InRelease.UNKNOWN,
}
_WHOLE = ("key", "mode", "time_signature")
_DERIVED_ID_VERSION = 5
Numbers = npt.NDArray[np.int32]


def display(tracks: pl.DataFrame) -> pl.DataFrame:
    """The canonical tracks with whole-number features as integers and the others without float32 noise (0.6, not
    0.6000000238), so that cards, filters and ranges in requests are consistent."""
    return tracks.with_columns(
        *(pl.col(name).round().cast(pl.Int32) for name in _WHOLE),
        *(pl.col(name).cast(pl.Float64).round_sig_figs(7).fill_nan(None) for name in FEATURES if name not in _WHOLE),
        pl.col("artists").fill_null([]),
        pl.col("genres").fill_null([]),
    )


def percentiles(playlists: npt.NDArray[np.int32], learned: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """(n,) popularity percentile, 0 to 100, of tracks in so many playlists: share of learned tracks (l,) in fewer, ties
    half; NaN when in no playlist."""
    learned = np.sort(learned)
    if not len(learned):
        return np.full(len(playlists), np.nan, dtype=np.float32)
    below = np.searchsorted(learned, playlists, side="left") + np.searchsorted(learned, playlists, side="right")
    percent = np.round(below * (50.0 / len(learned)), 1)
    return np.where(playlists > 0, percent, np.nan).astype(np.float32)


def cards(shown: pl.DataFrame, state: npt.NDArray[np.uint8]) -> Iterator[bytes]:
    """One JSON line a row, as kit.wire.catalog.Track writes it, without making one; publishing validates each
    (pipelines/release/contents/cards.py)."""
    for row, at in zip(shown.iter_rows(named=True), state, strict=True):
        yield orjson.dumps(_card(row, int(at)), option=orjson.OPT_APPEND_NEWLINE)


def _card(row: dict[str, Any], state: int) -> dict[str, Any]:
    features = {name: row[name] for name in FEATURES}
    known = any(value is not None for value in features.values())
    spotify = None if decode(row["track_id"]).version == _DERIVED_ID_VERSION else row["track_id"]
    external = {"spotify": spotify, "isrc": row["isrc"], "mbid": row["mbid"]}
    return {
        "id": row["track_id"],
        "title": row["title"],
        "artists": [{"id": cached_artist_id(name), "name": name} for name in row["artists"]],
        "album": row["album"],
        "year": row["year"],
        "duration_ms": row["duration_ms"],
        "genres": row["genres"],
        "explicit": row["explicit"],
        "popularity": row["popularity"],
        "image_url": None,
        "preview": _preview(spotify),
        "external_ids": {name: value for name, value in external.items() if value},
        "features": features if known else None,
        "in_release": WORDS[state],
        "like": None,
    }


def _preview(spotify: str | None) -> dict[str, str | None] | None:
    embed = f"https://open.spotify.com/embed/track/{spotify}"
    return {"provider": "spotify", "url": None, "embed": embed} if spotify else None


def columns(
    shown: pl.DataFrame,
    state: npt.NDArray[np.uint8],
    playlists: npt.NDArray[np.int32],
    artist_numbers: Numbers | None = None,
    group_numbers: Numbers | None = None,
) -> dict[str, npt.NDArray[Any]]:
    """The arrays of columns/: NaN or -1 where unknown.

    The numbers (n,) that artists and groups have in a release that this one continues, NEW for its new tracks: the
    arrays are the same, and new tracks only are compared with others.
    """
    named = shown["artists"].to_list()
    first = [artists[0] if artists else None for artists in named]
    artist = artist_column(first, artist_numbers)
    duration = shown["duration_ms"].cast(pl.Int32).fill_null(-1).to_numpy()
    features = shown.select(pl.col(name).cast(pl.Float32).fill_null(float("nan")) for name in FEATURES)
    return {
        "features": features.to_numpy(),
        "artist": artist,
        "main_artist": main_artists(first),
        "group": groups(shown["title"].to_list(), named, duration, group_numbers),
        "popularity": shown["popularity"].cast(pl.Float32).fill_null(float("nan")).to_numpy(),
        "year": shown["year"].cast(pl.Int16).fill_null(-1).to_numpy(),
        "duration_ms": duration,
        "state": state,
        "playlists": playlists,
    }
