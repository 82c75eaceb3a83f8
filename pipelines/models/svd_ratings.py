"""SVD on ratings of artists, from the library `scikit-surprise`, as system S4 uses it: artists by predicted rating, the
most popular track of each.

A rating is mu + b_u + b_a + p_u . q_a (Koren, Bell and Volinsky 2009). Playlists hold no ratings: a playlist's count of
tracks by an artist is mapped to one (pipelines.models.artist_ratings.of_counts), so no rating is low, although low
ratings are the model's main signal on real data. Seeds become a person by ridge regression for b_u and p_u with the
artists frozen.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from surprise import SVD, Trainset

from pipelines.graph.playlist_graph import Graph, Rows, numbered
from pipelines.models.artist_ratings import BEST, Floats, Numbers, Ratings, of_counts
from pipelines.models.interface import Artists, Progress, Scores
from pipelines.models.top_artists import Turns

SHOWN = 10
STAR = 20.0  # points: the library's rates are made for 1 to 5 stars; on 0 to 100 a rate of .02 already diverges


@dataclass(frozen=True, slots=True)
class SvdRatings:
    """Settings of surprise's SVD, its own defaults where `pipelines.evaluate.tune` found nothing better."""

    factors: int = 100
    epochs: int = 20
    learning_rate: float = 0.005
    regularization: float = 0.02
    seed: int = 1
    name: str = "svd_ratings"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "SvdScorer":
        numbers = numbered(artists)
        ratings = _of_playlists(graph, numbers)
        progress(f"{self.name}: {len(ratings.values)} ratings, {self.epochs} epochs")
        return SvdScorer(self.rate(ratings), numbers, Turns.of(numbers, graph.item_degree))

    def rate(self, ratings: Ratings) -> "Rated":
        """Fits the model to ratings; people and items without any have zeros."""
        if not len(ratings.values):
            return _nothing(ratings.shape)
        solver = SVD(
            n_factors=self.factors,
            n_epochs=self.epochs,
            lr_all=self.learning_rate,
            reg_all=self.regularization,
            random_state=self.seed,
        )
        solver.fit(_trainset(ratings))
        people = np.where(np.bincount(ratings.people, minlength=ratings.shape[0])[:, None] > 0, solver.pu, 0)
        things = np.where(np.bincount(ratings.rated, minlength=ratings.shape[1])[:, None] > 0, solver.qi, 0)
        mean = STAR * float(solver.trainset.global_mean)
        return Rated(mean, STAR * solver.bu, STAR * people, STAR * solver.bi, things, self.regularization)


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """A factorised rating matrix."""

    mean: float
    person_bias: Floats  # (people,)
    people: Floats  # (people, d)
    bias: Floats  # (things,)
    things: Floats  # (things, d)
    regularization: float

    def predict(self, people: Numbers, rated: Numbers) -> Floats:
        """(r,) ratings 0..100 of pairs."""
        products = (self.people[people] * self.things[rated]).sum(axis=1)
        ratings: Floats = np.clip(self.mean + self.person_bias[people] + self.bias[rated] + products, 0.0, BEST)
        return ratings

    def person(self, rated: Numbers, values: Floats) -> tuple[float, Floats]:
        """Folds in a person: b_u and p_u (d,) for these ratings, the minimum of the same penalised squared error."""
        left = values - self.mean - self.bias[rated]
        design = np.column_stack([np.ones(len(rated)), self.things[rated]])
        penalty = self.regularization * max(len(rated), 1)  # the library adds it once for each rating
        solved = np.linalg.solve(design.T @ design + penalty * np.eye(design.shape[1]), design.T @ left)
        return float(solved[0]), np.asarray(solved[1:], np.float64)

    def all_of(self, bias: float | Floats, person: Floats) -> Floats:
        """Unclipped predicted ratings of all items: (items,) of a bias and a person (d,), or (people, items) of
        (people, 1) and (people, d)."""
        ratings: Floats = self.mean + bias + self.bias + person @ self.things.T
        return ratings

    def rmse(self, held: Ratings) -> float:
        """Root mean square error of predictions, in points of 100."""
        return float(np.sqrt(((self.predict(held.people, held.rated) - held.scale) ** 2).mean()))

    def best(self, person: int, never: Numbers, top: int = SHOWN) -> Numbers:
        """The items with a training person's highest predicted ratings, without those never to be played again."""
        wanted = self.all_of(float(self.person_bias[person]), self.people[person])
        wanted[never] = -np.inf
        return np.argsort(-wanted, kind="stable")[:top]


@dataclass(frozen=True, slots=True, eq=False)
class SvdScorer:
    """Ranks artists by predicted rating, their tracks in rounds."""

    rated: Rated
    artists: npt.NDArray[np.int64]  # (n,) -1 unknown
    turns: Turns

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        scores = np.empty((len(seeds), len(self.artists)), np.float32)
        if seeds:
            biases, people = zip(*map(self._person, seeds), strict=True)
            wanted = self.rated.all_of(np.array(biases)[:, None], np.array(people))
            for line, query in zip(scores, wanted, strict=True):
                line[:] = self.turns.scores(query)
        return scores

    def _person(self, rows: Rows) -> tuple[float, Floats]:
        known = self.artists[rows]
        artists, counts = np.unique(known[known >= 0], return_counts=True)
        return self.rated.person(artists, of_counts(counts))


def _nothing(shape: tuple[int, int]) -> Rated:
    people, things = shape
    return Rated(BEST / 2, np.zeros(people), np.zeros((people, 1)), np.zeros(things), np.zeros((things, 1)), 1.0)


def _of_playlists(graph: Graph, artists: npt.NDArray[np.int64]) -> Ratings:
    """Each playlist's counts of tracks by artist, as ratings."""
    width = int(artists.max(initial=-1)) + 1
    playlists = np.repeat(np.arange(graph.matrix.shape[0]), np.diff(graph.matrix.indptr))
    by = artists[graph.matrix.indices]
    pairs, counts = np.unique(playlists[by >= 0] * max(width, 1) + by[by >= 0], return_counts=True)
    shape = (graph.matrix.shape[0], width)
    return Ratings(pairs // max(width, 1), pairs % max(width, 1), of_counts(counts), shape)


def _trainset(ratings: Ratings) -> Trainset:
    """The ratings in the library's own format and in stars, without its conversion through a table of text."""
    by_person: dict[int, list[tuple[int, float]]] = defaultdict(list)
    by_thing: dict[int, list[tuple[int, float]]] = defaultdict(list)
    triples = zip(ratings.people.tolist(), ratings.rated.tolist(), (ratings.scale / STAR).tolist(), strict=True)
    for person, thing, value in triples:
        by_person[person].append((thing, value))
        by_thing[thing].append((person, value))
    people, things = ratings.shape
    own = [{number: number for number in range(size)} for size in ratings.shape]
    return Trainset(by_person, by_thing, people, things, len(ratings.values), (0, BEST / STAR), *own)
