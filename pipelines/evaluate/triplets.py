"""System S1's models on listening triplets (user, track, count): precision at 10 and fit time, with S1's grids.

A fifth of the triplets is held out at random for the test and a fifth of the rest for choosing: every point of a grid
learns the remaining triplets and is evaluated on the second part, the best of each grid then learns all but the test
part. Counts are the library's confidences (ALS, LMF) and weights (item-kNN). Ten tracks that the training triplets of a
user do not have are recommended to each; precision at 10 is that of the library `implicit`: all hits over all possible
hits, min(10, held-out tracks) for each user.
"""

import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.lmf import LogisticMatrixFactorization
from implicit.evaluation import train_test_split
from implicit.nearest_neighbours import CosineRecommender
from implicit.recommender_base import RecommenderBase
from implicit.utils import ParameterWarning
from rich.table import Table
from scipy import sparse
from threadpoolctl import threadpool_limits

from pipelines import stage
from pipelines.evaluate.figure import Floats, commit, quotient
from pipelines.evaluate.tune import ALS_S1, LMF_S1
from pipelines.evaluate.world import CannotEvaluate
from pipelines.models.interface import Progress, silent

COLUMNS = ("user_id", "song_id", "count")
CUT = 10
TRAINING = 0.8
FEWEST = 100
MAKERS: Mapping[str, Any] = {
    "item_knn": lambda _, **point: CosineRecommender(num_threads=1, **point),
    "lmf": lambda seed, **point: LogisticMatrixFactorization(neg_prop=30, num_threads=1, random_state=seed, **point),
    "als": lambda seed, **point: AlternatingLeastSquares(num_threads=1, random_state=seed, **point),
}
Grids = Mapping[str, Mapping[str, Sequence[Any]]]
GRIDS: Grids = {"item_knn": {"K": (10,)}, "lmf": LMF_S1, "als": ALS_S1}
"""Those of S1; its cosine kNN has one point."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One point of a grid on the part for choosing: precision at 10, and CPU seconds to learn."""

    model: str
    settings: Mapping[str, Any]
    precision: float
    fit_cpu_s: float


@dataclass(frozen=True, slots=True)
class BestOfGrid:
    """The best point of a model's grid, trained anew and evaluated on the test part."""

    model: str
    settings: Mapping[str, Any]
    precision: float
    interval: tuple[float, float]  # 95 %, bootstrap over users
    fit_cpu_s: float
    points: int
    grid_cpu_s: float


@dataclass(frozen=True, slots=True)
class TripletResult:
    """All figures, with the seed, commit and data hash needed to reproduce them."""

    users: int
    of_users: int
    tracks: int
    triplets: int
    seed: int
    commit: str
    data_hash: str
    chosen: Sequence[BestOfGrid]
    tried: Sequence[Tried]

    def write(self, path: Path) -> None:
        """Writes the figures as JSON."""
        path.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))


def run(
    file: Path, seed: int = 1, users: int | None = None, progress: Progress = silent, grids: Grids = GRIDS
) -> TripletResult:
    """Evaluates S1's models on a Parquet or CSV file of triplets, or on `users` users drawn from it."""
    frame = read(file)
    chosen = sampled(frame, users, seed)
    counts = matrix(chosen)
    if counts.nnz < FEWEST:
        raise CannotEvaluate(f"{counts.nnz} triplets are too few to split twice: give {FEWEST} or more")
    training, test = _split(counts, seed)
    results, tried = [], []
    for name, grid in grids.items():
        points = []
        for settings in _points(grid):
            points.append(_tried(name, settings, *_split(training, seed), seed))
            progress(f"{name}: {settings} {points[-1].precision:.4f}, {points[-1].fit_cpu_s:.1f} s")
        tried += points
        best = max(points, key=lambda point: point.precision)
        results.append(_chosen(best, points, training, test, seed))
        progress(f"{name}: precision at 10 {results[-1].precision:.4f} with {best.settings}")
    shape = (counts.shape[0], frame["user_id"].n_unique(), counts.shape[1], counts.nnz)
    return TripletResult(*shape, seed, commit(), stage.hash_files([file]), results, tried)


def read(file: Path) -> pl.DataFrame:
    """The triplets, pairs that are given twice summed; CannotEvaluate when a column is missing or a count is wrong."""
    if not file.is_file():
        raise CannotEvaluate(f"{str(file)!r} is not a file: name one with the columns {', '.join(COLUMNS)}")
    try:
        found = pl.read_csv(file) if file.suffix == ".csv" else pl.read_parquet(file)
    except pl.exceptions.PolarsError as error:
        raise CannotEvaluate(f"{str(file)!r} cannot be read ({error}): give a CSV or Parquet table") from None
    if missing := [name for name in COLUMNS if name not in found.columns]:
        raise CannotEvaluate(f"{str(file)!r} lacks {', '.join(missing)}: name its columns {', '.join(COLUMNS)}")
    kept = found.select(pl.col("user_id", "song_id").cast(pl.String), pl.col("count").cast(pl.Float32, strict=False))
    if kept.null_count().sum_horizontal()[0] or kept.is_empty() or kept["count"].min() <= 0:  # type: ignore[operator]
        raise CannotEvaluate(f"{str(file)!r} has no rows, or rows without an id or with a count that is not above 0")
    return kept.group_by("user_id", "song_id").agg(pl.col("count").sum()).sort("user_id", "song_id")


def sampled(triplets: pl.DataFrame, users: int | None, seed: int) -> pl.DataFrame:
    """The triplets of `users` users drawn at random; all where there are no more."""
    names = triplets["user_id"].unique().sort()
    if users is None or users >= len(names):
        return triplets
    drawn = np.random.default_rng(seed).choice(len(names), users, replace=False)
    return triplets.filter(pl.col("user_id").is_in(names.gather(np.sort(drawn)).to_list()))


def matrix(triplets: pl.DataFrame) -> sparse.csr_matrix:
    """(users, tracks) float32 counts, both in the order of their ids."""
    (_, users), (_, tracks) = (np.unique(triplets[name].to_numpy(), return_inverse=True) for name in COLUMNS[:2])
    return sparse.csr_matrix((triplets["count"].to_numpy(), (users, tracks)), dtype=np.float32)


def _split(counts: sparse.csr_matrix, seed: int) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    train, test = train_test_split(counts, TRAINING, random_state=seed)
    return train.tocsr(), test.tocsr()


def _points(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def _tried(
    name: str, settings: Mapping[str, Any], training: sparse.csr_matrix, validation: sparse.csr_matrix, seed: int
) -> Tried:
    model, cpu_s = fitted(name, settings, training, seed)
    hits, most_hits = hits_of(model, training, validation)
    return Tried(name, settings, float(hits.sum() / most_hits.sum()), round(cpu_s, 4))


def _chosen(
    best: Tried, points: Sequence[Tried], training: sparse.csr_matrix, test: sparse.csr_matrix, seed: int
) -> BestOfGrid:
    model, cpu_s = fitted(best.model, best.settings, training, seed)
    value, interval = quotient(*hits_of(model, training, test), seed)
    spent = round(sum(point.fit_cpu_s for point in points), 1)
    return BestOfGrid(best.model, best.settings, value, interval, round(cpu_s, 4), len(points), spent)


def fitted(
    name: str, settings: Mapping[str, Any], training: sparse.csr_matrix, seed: int
) -> tuple[RecommenderBase, float]:
    """A model trained on counts with one thread, and the CPU seconds it took."""
    model = MAKERS[name](seed, **settings)
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)  # cosine kNN returns its weights in another sparse format
        started = time.process_time()
        model.fit(training, show_progress=False)
        return model, time.process_time() - started


def hits_of(model: RecommenderBase, training: sparse.csr_matrix, test: sparse.csr_matrix) -> tuple[Floats, Floats]:
    """(users with held-out tracks,) the held-out tracks among the first ten, and the most there could be."""
    test_users: npt.NDArray[Any] = np.flatnonzero(np.diff(test.indptr))
    with threadpool_limits(1, "blas"):
        shown, _ = model.recommend(test_users, training[test_users], N=CUT, filter_already_liked_items=True)
    held = [test.indices[test.indptr[user] : test.indptr[user + 1]] for user in test_users]
    hits = np.array([np.isin(rows, own).sum() for rows, own in zip(shown, held, strict=True)], np.float64)
    return hits, np.array([min(CUT, len(own)) for own in held], np.float64)


def triplet_table(found: TripletResult) -> Table:
    """Renders the chosen models as text for a terminal."""
    table = Table(
        "model",
        "P@10 [95 %]",
        "settings",
        "CPU s to fit",
        "points",
        "CPU s of the grid",
        title=f"{found.triplets:,} listening triplets of {found.users:,} users and {found.tracks:,} tracks",
        caption=f"of {found.of_users:,} users in the file, data {found.data_hash}, seed {found.seed}, "
        f"commit {found.commit}",
    )
    for one in found.chosen:
        chosen_settings = ", ".join(f"{name} {value}" for name, value in one.settings.items())
        value = f"{one.precision:.4f} [{one.interval[0]:.4f}, {one.interval[1]:.4f}]"
        table.add_row(
            one.model, value, chosen_settings, f"{one.fit_cpu_s:.1f}", str(one.points), f"{one.grid_cpu_s:.0f}"
        )
    return table
