"""Popular songs that satisfy the filters, from the release's columns alone: the answer when the index is down."""

from collections.abc import Collection, Mapping

import numpy as np
import orjson

from kit.release import Floats, Ints, Release
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Filters

Bounds = Mapping[str, tuple[float | None, float | None]]


def rows(release: Release, filters: Filters, bounds: Bounds, exclude: Collection[int], limit: int) -> Ints:
    """(<= limit,) rows by falling popularity; songs outside a range, or without its value, are left out."""
    popularity = np.asarray(release.column("popularity")[: release.placed], dtype=np.float64)
    kept = ~np.isnan(popularity)
    kept[[row for row in exclude if row < release.placed]] = False
    for name, (low, high) in bounds.items():
        values = _values(release, name)
        with np.errstate(invalid="ignore"):
            kept &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    ordered = np.argsort(np.where(kept, -popularity, np.inf), kind="stable")[: int(kept.sum())]
    if not filters.genres and filters.explicit is not False:
        return ordered[:limit]
    return np.array([row for row in ordered if _passes(release, int(row), filters)][:limit], dtype=np.int64)


def _values(release: Release, name: str) -> Floats:
    if name in FEATURES:
        column = release.column("features")[: release.placed, FEATURES.index(name)]
        return np.asarray(column, dtype=np.float64)
    values = np.asarray(release.column(name)[: release.placed], dtype=np.float64)
    return np.where(values == -1, np.nan, values)


def _passes(release: Release, row: int, filters: Filters) -> bool:
    card = orjson.loads(release.card(row))
    if filters.explicit is False and card["explicit"]:
        return False
    return not filters.genres or bool(set(filters.genres) & set(card["genres"]))
