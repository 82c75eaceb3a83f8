"""Audio features of a row of a table, with the ranges of kit.wire.catalog.Features."""

from collections.abc import Mapping
from operator import itemgetter, le
from typing import Any

from kit.wire.catalog import FEATURES, Features

WHOLE = frozenset({"key", "mode", "time_signature"})


def _range(name: str) -> tuple[float, float]:
    bounds = Features.model_fields[name].metadata
    low, high = (next(getattr(one, side) for one in bounds if hasattr(one, side)) for side in ("ge", "le"))
    return float(low), float(high)


RANGES = {name: _range(name) for name in FEATURES}
_BOUNDS = [(name, *bounds, name in WHOLE) for name, bounds in RANGES.items()]
_LOWS, _HIGHS = zip(*RANGES.values(), strict=True)
_WHOLE_AT = [at for at, name in enumerate(RANGES) if name in WHOLE]
_CELLS = itemgetter(*RANGES)


def features_of(values: Mapping[str, Any]) -> tuple[float | None, ...] | None:
    """The twelve features in the order of FEATURES, null where the row has none or an impossible one; None when it
    has none at all."""
    if values.keys().isdisjoint(RANGES):
        return None
    return _complete(values) or _partial(values)


def _complete(values: Mapping[str, Any]) -> tuple[float, ...] | None:
    """The features of a row that has all of them in their ranges, as most have, converted at once."""
    try:
        found = list(map(float, _CELLS(values)))
    except (KeyError, TypeError, ValueError):
        return None
    if not (all(map(le, _LOWS, found)) and all(map(le, found, _HIGHS))):
        return None
    for at in _WHOLE_AT:
        found[at] = round(found[at])
    return tuple(found)


def _partial(values: Mapping[str, Any]) -> tuple[float | None, ...] | None:
    get = values.get
    found = tuple([_value(get(name), low, high, whole) for name, low, high, whole in _BOUNDS])
    return found if found.count(None) < len(found) else None


def _value(cell: Any, low: float, high: float, whole: bool) -> float | None:
    if not cell and type(cell) is not float and type(cell) is not int:  # the cell of a track without features
        return None
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return None
    if not low <= value <= high:  # nor is "nan" between them
        return None
    return round(value) if whole else value
