"""Ratings of artists, 0 to 100, with 255 for "never play again": the form of the Yahoo! music ratings of system S4.

Our data holds no ratings. They are either *simulated* for the invented listeners of the demo world, or *mapped* from
counts of listening, and every figure made from them says which. "Never" is the strongest negative: it counts as 0, the
end of the scale, and the artist is never recommended to that person.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

BEST = 100.0
NEVER = 255.0
NOISE = 8.0  # standard deviation of a simulated rating: repeated ratings by one person differ
NEVER_SHARE = 0.5  # of the artists with a disliked track and no liked one


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One rating a row: number of the person, number of the rated item, 0..100 or NEVER; and the shape (people,
    items)."""

    people: Numbers  # (r,)
    rated: Numbers  # (r,)
    values: Floats  # (r,)
    shape: tuple[int, int]

    @property
    def scale(self) -> Floats:
        """(r,) values with NEVER at the end of the scale."""
        return np.where(self.values == NEVER, 0.0, self.values)

    def take(self, rows: npt.NDArray[Any]) -> "Ratings":
        """The ratings of these rows, with the same shape."""
        return Ratings(self.people[rows], self.rated[rows], self.values[rows], self.shape)

    def split(self, seed: int, share: float = 0.2) -> tuple["Ratings", "Ratings"]:
        """Training ratings and a random share of held-out ratings."""
        held = np.random.default_rng(seed).random(len(self.values)) < share
        return self.take(~held), self.take(held)


def of_counts(counts: npt.NDArray[Any]) -> Floats:
    """100 (1 - 2^-count): one listen 50, two 75, three 87.5; independent of all other listens."""
    return np.asarray(BEST * (1 - 0.5 ** np.asarray(counts, np.float64)))


def mapped(people: pl.Series, rated: pl.Series, counts: pl.Series) -> Ratings:
    """Ratings mapped from counts; duplicate pairs are summed first."""
    summed = (
        pl.DataFrame({"person": people, "rated": rated, "count": counts})
        .group_by("person", "rated")
        .agg(pl.col("count").sum())
    )
    return _numbered(summed.with_columns(value=pl.Series(of_counts(summed["count"].to_numpy()))))


def simulated(listens: pl.DataFrame, tracks: pl.DataFrame, seed: int) -> Ratings:
    """Simulated ratings of artists by the invented listeners; canonical tables of the demo world.

    The larger an artist's share of a person's plays, the higher the rating, 20 to 95, plus noise. An artist of whom
    only disliked tracks are known is rated 0 to 20, or NEVER.
    """
    rng = np.random.default_rng(seed)
    pairs = _plays(listens, tracks)
    rank = pl.col("plays").rank("average").over("person") / pl.len().over("person")
    pairs = pairs.with_columns(value=20 + 75 * rank + pl.Series(rng.normal(0, NOISE, pairs.height)))
    poor = pl.Series(np.where(rng.random(pairs.height) < NEVER_SHARE, NEVER, rng.uniform(0, 20, pairs.height)))
    value = pl.when(pl.col("worst") < 0, pl.col("best").fill_null(0) <= 0).then(poor)
    return _numbered(pairs.with_columns(value=value.otherwise(pl.col("value").clip(0, BEST)).round()))


def _plays(listens: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """person, rated (the first artist), plays, best and worst feedback on its tracks."""
    artist = tracks.select("track_id", rated=pl.col("artists").list.first())
    return (
        listens.join(artist, on="track_id")
        .filter(pl.col("rated").is_not_null())
        .group_by(person="user_id", rated="rated")
        .agg(plays=pl.col("count").sum(), best=pl.col("value").max(), worst=pl.col("value").min())
        .sort("person", "rated")
    )


def _numbered(pairs: pl.DataFrame) -> Ratings:
    pairs = pairs.sort("person", "rated")
    people, rated = (np.unique(pairs[name].to_numpy(), return_inverse=True) for name in ("person", "rated"))
    shape = (len(people[0]), len(rated[0]))
    return Ratings(people[1].astype(np.int64), rated[1].astype(np.int64), pairs["value"].to_numpy(), shape)
