"""Audio features of a row: the same whether all cells are converted at once or one by one."""

import pytest

from kit.formats.user_exports.features import features_of
from kit.wire.catalog import FEATURES, Features

WHOLE = dict.fromkeys(FEATURES, "0.5") | {"key": "4", "mode": "1", "tempo": "121.5", "time_signature": "4"}
ORDERED = tuple(float(WHOLE[name]) for name in FEATURES)


def without(name: str) -> tuple[float | None, ...]:
    return tuple(None if one == name else value for one, value in zip(FEATURES, ORDERED, strict=True))


def test_a_row_with_all_features_gives_them_in_order() -> None:
    found = features_of(WHOLE)
    assert found == ORDERED
    assert Features(**dict(zip(FEATURES, found, strict=True))).key == 4


@pytest.mark.parametrize("cell", ["", "nan", "inf", "-inf", "1e400", "high", None, "9"])
def test_a_cell_that_is_no_value_of_its_feature_is_null_and_the_others_stay(cell: str | None) -> None:
    assert features_of(WHOLE | {"energy": cell}) == without("energy")


def test_a_zero_is_a_value_and_a_row_without_any_has_none() -> None:
    assert features_of({"energy": "0", "title": "Halo"}) == tuple(
        0.0 if name == "energy" else None for name in FEATURES
    )
    assert features_of(dict.fromkeys(FEATURES, "")) is None
    assert features_of({"title": "Halo"}) is None
