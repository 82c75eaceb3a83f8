"""Exploratory analysis of the track table: audio features, popularity and genres.

Tracks whose features were matched by name and artist only are left out: such a match is often another recording
(between the tempos of the two r is only .68). Popularity is the source's own 0..100; most tracks have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.wire.catalog import FEATURES

POPULARITY = "popularity"
COLUMNS = (*FEATURES, POPULARITY)
PROFILED = ("valence", "energy", "danceability", "acousticness")
GENRES = 10
GENRE_TRACKS = 50  # tracks of a genre, so that its mean popularity is known to about 5 points (95 %)
SMALL = 0.1  # from here a correlation is a small effect (Cohen 1988)
Z95 = 1.96

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Pearson's r of every two of COLUMNS over the tracks that have both; NaN with fewer than 4 or a constant."""

    r: Floats  # (13, 13)
    tracks: npt.NDArray[np.int64]  # (13, 13)


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre: its number of tracks with popularity and features, mean popularity, and means of PROFILED in order."""

    name: str
    tracks: int
    popularity: float
    profile: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Correlation of one feature with popularity: r with its 95 % interval (Fisher's z) and the number of tracks."""

    feature: str
    r: float
    interval: tuple[float, float]
    tracks: int


def sequences(tracks: pl.DataFrame) -> pl.DataFrame:
    """Tracks with measured features, from the canonical track table."""
    return tracks.filter(pl.col("features_from").is_not_null() & (pl.col("features_from") != "name_artist"))


def correlations(tracks: pl.DataFrame) -> Correlations:
    """Correlations over the tracks that `sequences` keeps."""
    values = sequences(tracks).select(COLUMNS).cast(pl.Float64).to_numpy()
    size = len(COLUMNS)
    r, listed = np.full((size, size), np.nan), np.zeros((size, size), np.int64)
    for one in range(size):
        for other in range(one, size):
            both = ~np.isnan(values[:, [one, other]]).any(axis=1)
            listed[one, other] = listed[other, one] = both.sum()
            r[one, other] = r[other, one] = _pearson(values[both, one], values[both, other])
    return Correlations(r, listed)


def _pearson(x: Floats, y: Floats) -> float:
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def popular_genres(tracks: pl.DataFrame) -> list[Genre]:
    """The GENRES genres with the highest mean popularity among those with GENRE_SONGS tracks, most popular first."""
    known = sequences(tracks).drop_nulls([POPULARITY, "genres", *PROFILED])
    means = [pl.col(name).mean() for name in (POPULARITY, *PROFILED)]
    found = (
        known.select("track_id", POPULARITY, *PROFILED, pl.col("genres").alias("genre"))
        .explode("genre")
        .with_columns(_one_spelling(pl.col("genre")))
        .filter(pl.col("genre") != "")
        .unique(["track_id", "genre"])
        .group_by("genre")
        .agg(pl.len().alias("tracks"), *means)
        .filter(pl.col("tracks") >= GENRE_TRACKS)
        .sort(POPULARITY, "genre", descending=[True, False])
        .head(GENRES)
    )
    return [Genre(name, listed, popularity, tuple(profile)) for name, listed, popularity, *profile in found.iter_rows()]


def _one_spelling(genre: pl.Expr) -> pl.Expr:
    """Normalises a genre: hip hop for hip-hop, hip_hop and hip+hop."""
    return genre.str.to_lowercase().str.replace_all(r"[^\w&]+|_", " ").str.strip_chars()


def links(found: Correlations) -> list[Link]:
    """Every feature that has a correlation with popularity, strongest first."""
    at = COLUMNS.index(POPULARITY)
    rows = [(name, float(found.r[row, at]), int(found.tracks[row, at])) for row, name in enumerate(FEATURES)]
    known = [Link(name, r, _interval(r, listed), listed) for name, r, listed in rows if not np.isnan(r)]
    return sorted(known, key=lambda link: -abs(link.r))


def _interval(r: float, listed: int) -> tuple[float, float]:
    """atanh(r) is about normal with deviation 1 / sqrt(n - 3) (Fisher 1921)."""
    if abs(r) >= 1:
        return r, r
    centre, reach = atanh(r), Z95 / sqrt(max(listed - 3, 1))
    return tanh(centre - reach), tanh(centre + reach)


def sentence(found: Sequence[Link]) -> str:
    """Names the features that correlate with popularity: those whose r is at least SMALL and whose interval
    excludes 0."""
    if not found:
        return "Nothing can be said of popularity: give tracks that have one and audio features of their own."
    clear = [link for link in found if abs(link.r) >= SMALL and link.interval[0] * link.interval[1] > 0]
    rising = ", ".join(_described(link) for link in clear if link.r > 0)
    falling = ", ".join(_described(link) for link in clear if link.r < 0)
    parts = [f"rises with {rising}" if rising else "", f"falls with {falling}" if falling else ""]
    summary = " and ".join(part for part in parts if part) or "goes with no audio feature"
    weakest = [abs(link.r) for link in found if link not in clear]
    rest = f"; |r| is at most {max(weakest):.2f} for the {'others' if clear else 'strongest'}" if weakest else ""
    return f"Popularity {summary}{rest} (n = {_between([link.tracks for link in found])} tracks)."


def _described(link: Link) -> str:
    low, high = link.interval
    return f"{link.feature} (r = {link.r:+.2f} [{low:+.2f}, {high:+.2f}])"


def _between(counts: Sequence[int]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
