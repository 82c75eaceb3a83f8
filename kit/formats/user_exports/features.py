"""Audio features of a row of a table, with the ranges of kit.wire.catalog.Features."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from kit.wire.catalog import FEATURES, Features

WHOLE = frozenset({"key", "mode", "time_signature"})


def _range(name: str) -> tuple[float, float]:
    bounds = Features.model_fields[name].metadata
    low, high = (next(getattr(one, side) for one in bounds if hasattr(one, side)) for side in ("ge", "le"))
    return float(low), float(high)


RANGES = {name: _range(name) for name in FEATURES}


def features_of(values: Mapping[str, Any]) -> tuple[float | None, ...] | None:
    """The twelve features in the order of FEATURES, null where the row has none or an impossible one; None when it
    has none at all."""
    if values.keys().isdisjoint(RANGES):
        return None
    found = tuple(_value(name, values.get(name)) for name in FEATURES)
    return found if any(value is not None for value in found) else None


def _value(name: str, cell: Any) -> float | None:
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return None
    low, high = RANGES[name]
    if not (isfinite(value) and low <= value <= high):
        return None
    return round(value) if name in WHOLE else value
