"""The ordered protocol: the first songs of a held-out playlist are shown, and what follows must follow.

Next song: the place of the song that really comes next among all songs of the catalogue but the seeds (mean reciprocal
rank, hit rate at 10 and 50, median). Continuation: a list of CONTINUED songs, each chosen as the next of all before it;
average precision at 10 against the rest of the playlist, and how far neighbours in the list are apart in tempo, energy,
loudness and key. A playlist's own continuation, in order and shuffled, says what is usual.

System S3 reports "MAP" with a cut-off of 10 over five playlists without saying what counts as right; here the ten songs
generated are judged against every later song of the playlist, over all held-out playlists.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from kit.wire.catalog import FEATURES
from pipelines.evaluate import metrics
from pipelines.graph import Rows
from pipelines.models.interface import Restrictable, Scorer, Vectors

SHOWN = (1, 5, 10, 25)
CONTINUED = 20
CONTINUED_FROM = 10  # songs shown before a continuation
BATCH = 128
FLOWING = ("tempo", "energy", "loudness", "key")  # BPM, 0..1, dB, steps on the circle of fifths

Mask = npt.NDArray[np.bool_]


@runtime_checkable
class Continues(Protocol):
    """A scorer with its own way to go on, for instance one that keeps its state."""

    def continuation(self, seeds: Sequence[Rows], length: int, allowed: Mask) -> list[Rows]:
        """For each list the rows that follow, none twice, none a seed, all allowed."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """The first songs of a held-out playlist and everything after them, both in order."""

    playlist: int
    shown: Rows
    following: Rows


@dataclass(frozen=True, slots=True, eq=False)
class OrderedExam:
    """Questions, what may be answered (n,), and the audio features of songs (n, 12), NaN unknown."""

    playlists: int
    questions: Sequence[Question]
    allowed: Mask
    features: Vectors

    def asked(self, shown: int) -> list[Question]:
        """The questions with that many songs shown."""
        return [question for question in self.questions if len(question.shown) == shown]

    def continued(self) -> list[Question]:
        """The questions whose playlists go on for CONTINUED songs."""
        return [question for question in self.asked(CONTINUED_FROM) if len(question.following) >= CONTINUED]


def exam(held: Sequence[Rows], allowed: Mask, features: Vectors) -> OrderedExam:
    """Closed: songs outside the catalogue are dropped first. A playlist needs one song after those shown."""
    known = [rows[(rows >= 0) & allowed[rows]] for rows in held]
    questions = [
        Question(number, rows[:shown], rows[shown:])
        for shown in SHOWN
        for number, rows in enumerate(known)
        if len(rows) > shown
    ]
    return OrderedExam(len(held), questions, allowed, features)


@dataclass(frozen=True, slots=True, eq=False)
class OrderedMarks:
    """ranks[shown] (questions,) from 1; precision (questions,) at 10 and apart/shuffled[name] of the continuations."""

    paper: OrderedExam
    ranks: Mapping[int, Rows]
    precision: npt.NDArray[np.float64]
    apart: Mapping[str, npt.NDArray[np.float64]]
    shuffled: Mapping[str, npt.NDArray[np.float64]]

    def figures(self, shown: int) -> dict[str, float]:
        """Next-song figures with that many songs shown."""
        ranks = self.ranks[shown]
        return {
            "mrr": float((1 / ranks).mean()),
            "hit@10": float((ranks <= 10).mean()),
            "hit@50": float((ranks <= 50).mean()),
            "median_rank": float(np.median(ranks)),
        }

    @property
    def average(self) -> float:
        """Mean reciprocal rank, averaged over the numbers of songs shown."""
        return float(np.mean([self.figures(shown)["mrr"] for shown in self.ranks]))

    def by_playlist(self) -> npt.NDArray[np.float64]:
        """(playlists, numbers of songs shown) reciprocal ranks for metrics.interval, NaN where not asked."""
        table = np.full((self.paper.playlists, len(self.ranks)), np.nan)
        for column, (shown, ranks) in enumerate(self.ranks.items()):
            table[[question.playlist for question in self.paper.asked(shown)], column] = 1 / ranks
        return table

    def flow(self) -> dict[str, tuple[float, float]]:
        """Mean distance of neighbours in the continuations, as generated and shuffled."""
        return {name: (_mean(self.apart[name]), _mean(self.shuffled[name])) for name in FLOWING}


def mark(scorer: Scorer, paper: OrderedExam, seed: int = 1) -> OrderedMarks:
    """Asks everything."""
    scorer = scorer.within(paper.allowed) if isinstance(scorer, Restrictable) else scorer
    asked = {shown: paper.asked(shown) for shown in SHOWN}
    ranks = {shown: next_ranks(scorer, questions, paper.allowed) for shown, questions in asked.items() if questions}
    continued = paper.continued()
    lists = continuations(scorer, [q.shown for q in continued], CONTINUED, paper.allowed)
    precision = [
        metrics.average_precision(np.isin(found, q.following), len(q.following), 10)
        for q, found in zip(continued, lists, strict=True)
    ]
    return OrderedMarks(paper, ranks, np.array(precision), *flows(continued, lists, paper.features, seed))


def usual(paper: OrderedExam, seed: int = 1) -> tuple[dict[str, float], dict[str, float]]:
    """Mean distance of neighbours in what really follows, in order and shuffled."""
    continued = paper.continued()
    apart, shuffled = flows(continued, [q.following[:CONTINUED] for q in continued], paper.features, seed)
    return {name: _mean(apart[name]) for name in FLOWING}, {name: _mean(shuffled[name]) for name in FLOWING}


def next_ranks(scorer: Scorer, questions: Sequence[Question], allowed: Mask) -> Rows:
    """(questions,) the place of the next song, from 1, equal scores by row."""
    ranks = []
    for batch in _batches(questions):
        scores = scorer.scores([question.shown for question in batch])
        scores[:, ~allowed] = -np.inf
        scores[np.isnan(scores)] = -np.inf  # comparisons with NaN are false: it would be the best rank
        for question, row in zip(batch, scores, strict=True):
            row[question.shown] = -np.inf
            target = question.following[0]
            ranks.append(1 + int((row > row[target]).sum()) + int((row[:target] == row[target]).sum()))
    return np.array(ranks, np.int64)


def continuations(scorer: Scorer, seeds: Sequence[Rows], length: int, allowed: Mask) -> list[Rows]:
    """For each list of seeds the `length` songs that follow: the scorer's own way, or the best next time and again."""
    go_on: Callable[[Sequence[Rows]], list[Rows]] = (
        (lambda batch: scorer.continuation(batch, length, allowed))
        if isinstance(scorer, Continues)
        else (lambda batch: _fed_back(scorer, batch, length, allowed))
    )
    return [found for batch in _batches(seeds) for found in go_on(batch)]


def _fed_back(scorer: Scorer, seeds: Sequence[Rows], length: int, allowed: Mask) -> list[Rows]:
    lists = [np.asarray(rows, np.int64) for rows in seeds]
    for _ in range(length):
        scores = scorer.scores(lists)
        scores[:, ~allowed] = -np.inf
        for line, rows in enumerate(lists):
            scores[line, rows] = -np.inf
        lists = [np.append(rows, best) for rows, best in zip(lists, scores.argmax(axis=1), strict=True)]
    return [rows[len(given) :] for rows, given in zip(lists, seeds, strict=True)]


def _batches(items: Sequence[Any]) -> Iterator[Any]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))


# -- flow ----------------------------------------------------------------------------------------------------------
def flows(
    questions: Sequence[Question], lists: Sequence[Rows], features: Vectors, seed: int
) -> tuple[dict[str, npt.NDArray[np.float64]], dict[str, npt.NDArray[np.float64]]]:
    """Per list the mean distance of neighbours, the last song shown included; then the same of the shuffled list."""
    rng = np.random.default_rng(seed)
    last = [question.shown[-1:] for question in questions]
    in_order = [np.concatenate(pair) for pair in zip(last, lists, strict=True)]
    mixed = [np.concatenate([first, rng.permutation(rows)]) for first, rows in zip(last, lists, strict=True)]
    places = positions(features)
    return _apart(in_order, places), _apart(mixed, places)


def positions(features: Vectors) -> dict[str, Vectors]:
    """(n,) where a song stands in each of FLOWING; a key on the circle of fifths, a minor one as its relative major.

    A tempo of 0, key -1 and missing values are NaN.
    """
    column = dict(zip(FEATURES, features.T, strict=True))
    key = np.where(column["key"] >= 0, column["key"], np.nan)
    relative = np.where(column["mode"] == 0, key + 3, key)
    fifths = np.where(np.isnan(column["mode"]), np.nan, relative * 7 % 12)
    tempo = np.where(column["tempo"] > 0, column["tempo"], np.nan)
    return {"tempo": tempo, "energy": column["energy"], "loudness": column["loudness"], "key": fifths}


def _apart(lists: Iterable[Rows], places: Mapping[str, Vectors]) -> dict[str, npt.NDArray[np.float64]]:
    lists = list(lists)
    return {name: np.array([_mean_step(place[rows], name) for rows in lists]) for name, place in places.items()}


def _mean_step(values: Vectors, name: str) -> float:
    """Mean distance of neighbours whose values are known, NaN when none are."""
    steps = np.abs(np.diff(values.astype(np.float64)))
    steps = np.minimum(steps, 12 - steps) if name == "key" else steps
    return _mean(steps)


def _mean(values: npt.NDArray[np.float64]) -> float:
    """Of those that are known, NaN when none is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
