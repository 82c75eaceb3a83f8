"""Rows that satisfy the filters, from the release's columns; by the card where a column is not sure.

Used for the most popular tracks and for the tracks beside seeds in mode `sequence`.

A range means the number that a track shows, as in the index: columns hold float32, in which .6 is more than .6. So the
few tracks reached whose value is as good as a bound are checked by their cards.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt
import orjson

from kit.release import Floats, Ints, Release
from kit.wire.catalog import FEATURES
from kit.wire.recommend_options import Filters

Bounds = Mapping[str, tuple[float | None, float | None]]
Flags = npt.NDArray[np.bool_]

NEAR = 1e-6
"""Of a bound: a card rounds to seven digits, and float32 keeps as many."""
WHOLE = ("key", "mode", "time_signature")
"""A card rounds these to whole numbers."""


def with_genres(ordered: Ints, genres: Sequence[str], genre_rows: Mapping[str, Ints]) -> Ints:
    """Those of `ordered` with any of these genres; all without genres. No card is read: a rare or unknown genre would
    cost one for every track of the release."""
    if not genres:
        return ordered
    found = [genre_rows[genre] for genre in genres if genre in genre_rows]
    return ordered[np.isin(ordered, np.concatenate(found))] if found else ordered[:0]


def rows(
    release: Release, ordered: Ints, filters: Filters, bounds: Bounds, exclude: Collection[int], limit: int
) -> Ints:
    """(<= limit,) the first rows of `ordered` that pass the filters and are not excluded, in the order given.

    `bounds` are the ranges of `filters`; tracks outside one, or without its value, do not pass. Popular tracks come by
    falling popularity, already reduced by `with_genres`; the tracks beside seeds (retrieval/neighbours.py) as they are.
    """
    unsure: Flags = np.zeros(len(ordered), bool)
    for name, (low, high) in bounds.items():
        kept, near = _within(_values(release, name)[ordered], low, high, 0.5 if name in WHOLE else 0.0)
        ordered, unsure = ordered[kept], (unsure | near)[kept]
    passing = (
        row
        for row, near_a_bound in zip(ordered.tolist(), unsure.tolist(), strict=True)
        if row not in exclude
        and not (near_a_bound and not _inside(release.card(row), bounds))
        and _passes(release, row, filters)
    )
    return np.fromiter(islice(passing, limit), np.int64)


def _within(values: Floats, low: float | None, high: float | None, rounded: float) -> tuple[Flags, Flags]:
    """(n,) inside the bounds or as good as on one, and of these the second kind; cards may be `rounded` by so much."""
    kept, near = ~np.isnan(values), np.zeros(len(values), bool)
    for bound, beyond in ((low, np.less), (high, np.greater)):
        if bound is None:
            continue
        close = np.abs(values - bound) <= max(NEAR * abs(bound), rounded)
        near |= close & (values != np.rint(values))  # a whole number is the same in every type
        kept &= ~beyond(values, bound) | near
    return kept, near


def _inside(card: bytes, bounds: Bounds) -> bool:
    """Whether what the card says is inside, as the index sees it."""
    track = orjson.loads(card)
    by_name = track | (track["features"] or {})
    for name, (low, high) in bounds.items():
        value = by_name.get(name)
        if value is None or (low is not None and value < low) or (high is not None and value > high):
            return False
    return True


def _values(release: Release, name: str) -> Floats:
    if name in FEATURES:
        column = release.column("features")[: release.embedded, FEATURES.index(name)]
        return np.asarray(column, dtype=np.float64)
    values = np.asarray(release.column(name)[: release.embedded], dtype=np.float64)
    return np.where(values == -1, np.nan, values)


def _passes(release: Release, row: int, filters: Filters) -> bool:
    if not filters.genres and filters.explicit is not False:
        return True
    card = orjson.loads(release.card(row))
    if filters.explicit is False and card["explicit"]:
        return False
    return not filters.genres or not set(filters.genres).isdisjoint(card["genres"])
