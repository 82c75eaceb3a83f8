"""RMSE of predicted artist ratings, in points of 100, on a held-out fifth of the ratings.

The ratings are simulated or mapped from counts (pipelines.models.artist_ratings); the rows say which. System S4 reports
62.16 on real ratings; when "never play again" is kept as a rating of 255 instead of as 0, errors of that size come out
here too, and the mean alone does better.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from pipelines import demo, stage
from pipelines.evaluate.figure import Figure, Source, commit, quotient
from pipelines.models import artist_ratings
from pipelines.models.artist_ratings import Floats, Ratings
from pipelines.models.svd_ratings import SvdRatings

SIMULATED = "ratings SIMULATED from the invented listeners of the demo world"
# best of five on another split of the simulated and the mapped ratings
CHOSEN = SvdRatings(factors=50, epochs=60, regularization=0.1)
MAPPED = "ratings MAPPED from counts of listening, nobody rated anything"


def simulated(seed: int = 1, model: SvdRatings | None = None) -> list[Figure]:
    """RMSE on artist ratings simulated for the listeners of the demo world."""
    world = demo.generate(demo.SEED)
    made = artist_ratings.simulated(world["listens"], world["tracks"], seed)
    return figures(made, SIMULATED, Source(seed, commit(), f"demo world {demo.SEED}"), model)


def counted(listens: Path, seed: int = 1, model: SvdRatings | None = None) -> list[Figure]:
    """RMSE on ratings mapped from a Parquet file with the columns user_id, song_id and count."""
    frame = pl.read_parquet(listens, columns=["user_id", "song_id", "count"])
    made = artist_ratings.mapped(frame["user_id"], frame["song_id"], frame["count"])
    return figures(made, MAPPED, Source(seed, commit(), stage.hash_files([listens])), model)


def figures(made: Ratings, label: str, source: Source, model: SvdRatings | None = None) -> list[Figure]:
    """RMSE of three predictors: the mean of all ratings, each person's own mean, and the model."""
    train, held = made.split(source.seed)
    settings = model or replace(CHOSEN, seed=source.seed)
    predictions = {
        "mean": np.full(len(held.values), train.scale.mean()),
        "mean of the person": _person_means(train)[held.people],
        settings.name: settings.rate(train).predict(held.people, held.rated),
    }
    note = f"{label}; {len(train.values)} ratings to train on, {len(held.values)} held out"
    return [_figure(name, predicted, held, source, note) for name, predicted in predictions.items()]


def _person_means(train: Ratings) -> Floats:
    """(people,) mean rating of each person; the mean of all where a person has none."""
    people, mean = train.shape[0], train.scale.mean()
    sums, counts = np.bincount(train.people, train.scale, people), np.bincount(train.people, minlength=people)
    return np.where(counts > 0, sums / np.maximum(counts, 1), mean)


def _figure(name: str, predicted: Floats, held: Ratings, source: Source, note: str) -> Figure:
    people = held.shape[0]
    wrong = np.asarray(np.bincount(held.people, (predicted - held.scale) ** 2, people), np.float64)
    rated_pairs = np.asarray(np.bincount(held.people, minlength=people), np.float64)
    value, (low, high) = quotient(wrong, rated_pairs, source.seed)
    spread = (float(np.sqrt(low)), float(np.sqrt(high)))
    return Figure("ratings", name, "RMSE", float(np.sqrt(value)), spread, source, {}, note)
