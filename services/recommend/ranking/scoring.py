"""Scores candidates by mode, dials and targets. Pure numpy over the candidates of one request.

A dial adds w times an attribute of each track (popularity, not being by a seed's artist) to its score. What a weight
does to a list depends on the candidates, so the turn of a dial is not the weight: a dial turned part of the way moves
the mean attribute of the first tracks by that part of what the full weight moves it. So equal turns have equal effects,
on each side of the popularity dial's neutral middle; above it there is less to move, as what is learned is popular
already (docs/models.md, "Dials").
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.release import Floats, Ints
from kit.wire.recommend_options import Dials, Mode

POPULARITY_PULL = 1.0
FAMILIARITY_PENALTY = 0.6
TARGET_PULL = 0.5
"""Weights against a score scaled to 0..1 over the candidates: at either end of the popularity dial the most popular
track and the least differ by twice the whole range of scores, a track by a seed's artist loses 0.6 at full adventure,
and a standard deviation from every target costs 0.5."""
HALVINGS = 8
"""Of the range of weights in the search for one: .004 of it is left, which moves hardly a track."""
FIRST = 20
"""Tracks whose mean attribute a dial moves, where no other number is given: a list as long as the API's default."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The dials in force: the mode's own, overridden by what the caller set."""

    adventurous: float = 0.0
    popularity: float = 0.5
    variety: float = 0.0
    per_artist: int | None = None
    one_version: bool = True
    cap_gives_way: bool = True  # the cap per artist is the mode's own
    window: int | None = None  # consecutive positions that per_artist counts in; None: the whole list

    @property
    def neutral(self) -> bool:
        """True when the order of the candidates is kept."""
        return self.adventurous == 0 and self.popularity == 0.5


IN_A_ROW = 20
"""Positions in a row that hold so many tracks of an artist: a page, as long as the API's default. Counted over a whole
list of 100 instead, the same limit costs .033 of NDCG@100, not .009, and the first 20 are the same (docs/models.md)."""
PRESETS = {
    Mode.SIMILAR: Preferences(one_version=False),
    Mode.BALANCED: Preferences(variety=0.2, per_artist=3, window=IN_A_ROW),
    Mode.DISCOVER: Preferences(adventurous=0.8, popularity=0.23, variety=0.4, per_artist=1),
    Mode.DEEP_CUTS: Preferences(adventurous=0.2, popularity=0.01, variety=0.2, per_artist=2, window=IN_A_ROW),
    Mode.HITS: Preferences(popularity=0.97, variety=0.2, per_artist=3, window=IN_A_ROW),
    Mode.SEQUENCE: Preferences(one_version=False),
}


def preferences(mode: Mode, dials: Dials) -> Preferences:
    """The mode's preset with the dials that the caller turned. A limit per artist that the caller sets counts the whole
    list: a caller that sets 2 gets 2."""
    preset = PRESETS[mode]
    if not dials.model_fields_set:
        return preset
    turned = {name: value for name, value in dict(dials).items() if value is not None}
    if "per_artist" in turned:
        turned |= {"cap_gives_way": False, "window": None}
    return Preferences(**{**{name: getattr(preset, name) for name in Preferences.__slots__}, **turned})


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is known of each candidate, row-aligned."""

    rows: Ints  # (c,)
    scores: Floats  # (c,) by position, falling
    popularity: Floats  # (c,) percentile 0..100, NaN where never in a playlist
    artist: Ints  # (c,)
    features: Floats  # (c, t) in the order of TARGETS, NaN where unknown

    def first(self, count: int) -> "Candidates":
        """The nearest of them."""
        return Candidates(
            self.rows[:count],
            self.scores[:count],
            self.popularity[:count],
            self.artist[:count],
            self.features[:count],
        )


def scores(
    candidates: Candidates,
    wish: Preferences,
    targets: Floats,
    spread: Floats,
    familiar: Collection[int],
    first: int = FIRST,
) -> Floats:
    """(c,) final score. With neutral dials and no target it is the score of the position.

    `targets` (t,) NaN where nothing is wished; `spread` (t,) one standard deviation; `familiar` the seeds' artists;
    `first` how many tracks a list has.
    """
    wished = ~np.isnan(targets)
    if wish.neutral and not wished.any():
        return candidates.scores.astype(np.float64)
    score = _scaled(candidates.scores)
    if wished.any():
        score -= TARGET_PULL * _distance(candidates.features[:, wished], targets[wished], spread[wished])
    familiarity_penalty = -np.isin(candidates.artist, list(familiar)).astype(np.float64)
    top = _Top(candidates.artist.tolist(), wish.per_artist, wish.window, first)
    score = _with_dial(score, familiarity_penalty, FAMILIARITY_PENALTY, wish.adventurous, top)
    turn = 2.0 * wish.popularity - 1.0
    popular = np.nan_to_num(candidates.popularity) / 50.0 - 1.0
    return _with_dial(score, np.copysign(1.0, turn) * popular, POPULARITY_PULL, abs(turn), top)


@dataclass(frozen=True, slots=True)
class _Top:
    """Which candidates a list begins with, but for its variety."""

    artist: Sequence[int]
    per_artist: int | None
    window: int | None
    first: int

    def of(self, score: Floats) -> Sequence[int] | Ints:
        """Positions of the best tracks, so many an artist: in plain Python, as only the first of the order are read."""
        if self.per_artist is None:
            return np.argpartition(score, -self.first)[-self.first :]
        taken: list[int] = []
        held, waiting = Counter[int](), defaultdict[int, deque[int]](deque)
        order = iter(np.argsort(-score).tolist())
        while len(taken) < self.first:
            position = self._back_again(taken, held, waiting)
            position = self._next(order, held, waiting) if position is None else position
            if position is None:
                break
            held[self.artist[position]] += 1
            taken.append(position)
        return taken

    def _back_again(self, taken: Sequence[int], held: Counter[int], waiting: Mapping[int, deque[int]]) -> int | None:
        """The best track that the limit held back of the artist who leaves the window: better than any that follows."""
        if self.window is None or len(taken) < self.window:
            return None
        gone = self.artist[taken[-self.window]]
        held[gone] -= 1
        return waiting[gone].popleft() if waiting[gone] else None

    def _next(self, order: Iterator[int], held: Counter[int], waiting: Mapping[int, deque[int]]) -> int | None:
        """The best track so far unread that the limit lets in; those it holds back wait."""
        for position in order:
            if held[self.artist[position]] < (self.per_artist or 0):
                return position
            waiting[self.artist[position]].append(position)
        return None


def _with_dial(score: Floats, attribute: Floats, most: float, part: float, top: _Top) -> Floats:
    """(c,) score + w attribute with the w in 0..most at which the mean attribute of the top has moved `part` of the way
    that it moves at `most`. Without a limit an artist the mean never falls as w rises, so halving finds it."""
    if part in (0.0, 1.0) or len(score) <= top.first:
        return score + part * most * attribute

    def mean(weight: float) -> float:
        return float(attribute[top.of(score + weight * attribute)].mean())

    none, full = mean(0.0), mean(most)
    goal, low, high = none + part * (full - none), 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if mean(middle) < goal else (low, middle)
    turned: Floats = score + high * attribute
    return turned


def _scaled(values: Floats) -> Floats:
    """Scores as 0..1 over the candidates."""
    low, high = float(values.min()), float(values.max())
    return (values.astype(np.float64) - low) / max(high - low, 1e-12)


def _distance(features: Floats, targets: Floats, spread: Floats) -> Floats:
    """(c,) mean distance to the targets in standard deviations, at most 3 each; an unknown value counts as 1.5."""
    distances = np.minimum(np.abs(features - targets) / spread, 3.0)
    mean: Floats = np.where(np.isnan(distances), 1.5, distances).mean(axis=1)
    return mean
