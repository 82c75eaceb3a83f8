"""Rows by id: through the permutation that sorts the ids, without a sorted copy of them."""

from pathlib import Path

import numpy as np
import pytest

from kit.release import BrokenRelease
from kit.release_ids import bytes22, rows_of
from tests import worlds


def test_every_id_has_its_row_and_no_other_has_one() -> None:
    draw = np.random.default_rng(4)
    ids = np.array([f"{number:022d}" for number in draw.permutation(500)], "S22")
    order = np.argsort(ids)
    assert rows_of(ids, order, ids).tolist() == list(range(500))
    others = bytes22(["0" * 21 + "x", "9" * 22, "", f"{499:022d}"])
    assert rows_of(ids, order, others).tolist() == [-1, -1, -1, int(np.flatnonzero(ids == others[3])[0])]
    assert rows_of(ids[:0], order[:0], others).tolist() == [-1] * 4
    assert rows_of(ids, order, others[:0]).tolist() == []


@pytest.mark.parametrize("wrong", [-1, 10**9])
def test_a_permutation_of_other_rows_is_found_out_when_the_release_is_opened(tmp_path: Path, wrong: int) -> None:
    release = worlds.write_small_release(tmp_path)
    path = release.path / "ids.order.npy"
    order = np.load(path)
    order[0] = wrong
    np.save(path, order)
    with pytest.raises(BrokenRelease, match=r"ids\.order\.npy orders other ids"):
        release.open_all()
