"""Popular songs that satisfy the filters, from the release's columns alone."""

from collections.abc import Collection, Mapping
from itertools import islice

import numpy as np
import orjson

from kit.release import Floats, Ints, Release
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Filters

Bounds = Mapping[str, tuple[float | None, float | None]]


def rows(
    release: Release, ordered: Ints, filters: Filters, bounds: Bounds, exclude: Collection[int], limit: int
) -> Ints:
    """(<= limit,) the first of `ordered`, rows by falling popularity, that pass.

    Songs outside a range, or without its value, do not.
    """
    for name, (low, high) in bounds.items():
        values = _values(release, name)[ordered]
        with np.errstate(invalid="ignore"):
            kept = (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
        ordered = ordered[kept]
    passing = (row for row in ordered.tolist() if row not in exclude and _passes(release, row, filters))
    return np.fromiter(islice(passing, limit), np.int64)


def _values(release: Release, name: str) -> Floats:
    if name in FEATURES:
        column = release.column("features")[: release.placed, FEATURES.index(name)]
        return np.asarray(column, dtype=np.float64)
    values = np.asarray(release.column(name)[: release.placed], dtype=np.float64)
    return np.where(values == -1, np.nan, values)


def _passes(release: Release, row: int, filters: Filters) -> bool:
    if not filters.genres and filters.explicit is not False:
        return True
    card = orjson.loads(release.card(row))
    if filters.explicit is False and card["explicit"]:
        return False
    return not filters.genres or not set(filters.genres).isdisjoint(card["genres"])
