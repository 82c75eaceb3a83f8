"""The interest test on simulated listeners: lists made of 12 adaptive answers against 12 random tracks.

    python -m bench.interest_test [--release releases/demo-...] [--listeners 400]

Listeners are drawn as the demo world draws them (pipelines/demo/preferences.py), so their preference of every track is
known: a listener likes the 5 % of the catalogue of greatest preference, dislikes the lower half, and is neutral of the
rest. The likes of a test are pooled into one query, as recommend does, and the first 20 tracks of the exact lookup are
compared with the preference (rated tracks excluded); without a like the list is the most popular tracks.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.tables import Table
from kit.manifest import GRAPH
from kit.query import Pooling
from kit.release import STATE_LEARNED, Release
from pipelines.demo import world
from pipelines.demo.preferences import person
from services.catalog.interest_test import candidates as choosing
from services.catalog.interest_test.preference import is_done, next_candidates

SHOWN, LIKED, DISLIKED, ANSWERS = 20, 0.05, 0.5, 12
Ranks = npt.NDArray[np.float64]
Rating = Callable[[int], int]
Strategy = Callable[[Rating, np.random.Generator], dict[int, int]]
"""Asks for ratings of rows; returns the value of each."""


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Makes a list from ratings."""

    index: npt.NDArray[np.float32]
    query: npt.NDArray[np.float32]
    pooling: Pooling
    popularity: npt.NDArray[np.float32]

    @classmethod
    def of(cls, release: Release) -> "Lists":
        """The release's graph space."""
        index, query = (
            np.asarray(vectors(GRAPH), np.float32) for vectors in (release.index_vectors, release.query_vectors)
        )
        popularity = np.nan_to_num(np.asarray(release.column("popularity"), np.float32)[: len(index)], nan=-1.0)
        return cls(index, query, Pooling.of(release, GRAPH), popularity)

    def after(self, ratings: dict[int, int]) -> npt.NDArray[np.int64]:
        """The first 20 rows."""
        liked = [row for row, value in ratings.items() if value > 0]
        scores = self.popularity.copy()
        if liked:
            scores = self.index @ self.pooling.pool(self.query[liked], np.ones(len(liked))).vector
        scores[list(ratings)] = -np.inf
        return np.argsort(-scores, kind="stable")[:SHOWN]


def adaptive(release: Release, count: int = choosing.CANDIDATES, stops: bool = False) -> Strategy:
    """The served test, with `count` candidates; `stops`: ends early, as served."""
    found = choosing.candidates(release, choosing.well_known(release, np.arange(release.size)), count)

    def rate_tracks(rating: Rating, _: np.random.Generator) -> dict[int, int]:
        rated: dict[int, float] = {}
        while len(rated) < ANSWERS and not (stops and is_done(len(rated), sum(value > 0 for value in rated.values()))):
            [at] = next_candidates(found, rated, 1)
            rated[at] = rating(int(found.rows[at]))
        return {int(found.rows[at]): int(value) for at, value in rated.items()}

    return rate_tracks


def random_tracks(release: Release, most_popular: int | None = None) -> Strategy:
    """Twelve random tracks, of all learned ones or of the most popular."""
    learned = np.flatnonzero(np.asarray(release.column("state")) == STATE_LEARNED)
    among = choosing.well_known(release, learned, most_popular or len(learned))

    def rate_tracks(rating: Rating, rng: np.random.Generator) -> dict[int, int]:
        return {int(row): rating(int(row)) for row in rng.choice(among, ANSWERS, replace=False)}

    return rate_tracks


def preference_ranks(release: Release, count: int, seed: int = 5) -> list[Ranks]:
    """For each listener the rank, 0 (most preferred) to 1, of every row of the demo release."""
    tracks, ids = world.catalogue()
    rows, rng = release.rows(ids), np.random.default_rng(seed)
    if (rows < 0).any():
        raise SystemExit(f"{release.path} is not a release of the demo world: its tracks are others")
    crowd = np.bincount(tracks.scene).astype(float)
    found = []
    for _ in range(count):
        weights = person(rng, tracks, crowd / crowd.sum()).log_weights(tracks)
        ranks = np.ones(release.size)
        ranks[rows[np.argsort(-weights, kind="stable")]] = np.arange(len(rows)) / len(rows)
        found.append(ranks)
    return found


def figures(release: Release, people: Sequence[Ranks], strategy: Strategy) -> list[str]:
    """Tracks of the list that are liked, with a 95 % interval; answers, likes, tests without a like, mean rank."""
    lists, rng = Lists.of(release), np.random.default_rng(1)
    liked, answers, likes, ranks = [], [], [], []
    for rank in people:
        ratings = strategy(lambda row, r=rank: _rating(r[row]), rng)  # type: ignore[misc]
        top = rank[lists.after(ratings)]
        liked.append(float((top < LIKED).mean()))
        ranks.append(float(top.mean()))
        answers.append(len(ratings))
        likes.append(sum(value > 0 for value in ratings.values()))
    half = 1.96 * np.std(liked) / np.sqrt(len(liked))
    mean = np.mean(liked)
    return [
        f"{mean:.3f} [{mean - half:.3f}, {mean + half:.3f}]",
        f"{np.mean(answers):.1f}",
        f"{np.mean(likes):.1f}",
        f"{np.mean(np.array(likes) == 0):.3f}",
        f"{np.mean(ranks):.3f}",
    ]


def _rating(rank: float) -> int:
    return 1 if rank < LIKED else -1 if rank > DISLIKED else 0


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, default=max(Path("releases").glob("demo-*")))
    parser.add_argument("--listeners", type=int, default=400)
    given = parser.parse_args()
    release = Release(given.release)
    people = preference_ranks(release, given.listeners)
    strategies = {
        "adaptive, as served": adaptive(release, stops=True),
        "adaptive, always 12": adaptive(release),
        **{f"adaptive, always 12, {count} candidates": adaptive(release, count) for count in (40, 80, 320)},
        "12 random tracks": random_tracks(release),
        "12 random of the 300 most popular": random_tracks(release, 300),
    }
    rows = [[name, *figures(release, people, strategy)] for name, strategy in strategies.items()]
    headings = ["tracks rated", "liked in the first 20 [95 %]", "answers", "likes", "tests without a like", "mean rank"]
    print(Table(f"Interest test, {given.listeners} simulated listeners, {release.version}", headings, rows))


if __name__ == "__main__":
    main()
