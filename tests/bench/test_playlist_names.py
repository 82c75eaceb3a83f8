"""bench.playlist_names and bench.name_requests: every name and seed count has a row; no name model is reported."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from bench import name_requests
from bench.playlist_names import NAMES, model_of, names_table
from kit.release import Release
from kit.release_current import open_current
from tests import worlds
from tests.named_release import published_with_names, written_with_names


def open_release(data: Path) -> Release:
    found = open_current(data / "releases")
    assert found is not None
    return found


def test_every_name_has_a_row(tmp_path: Path) -> None:
    release = written_with_names(tmp_path)
    worlds.set_current(release.path.parent, release)
    release.path.parent.rename(tmp_path / "releases")
    table = names_table(model_of(tmp_path), rounds=1)
    assert [row[0] for row in table.rows] == [f"{len(name)} characters" for name in NAMES]


def test_a_release_without_a_name_model_is_reported(tmp_path: Path) -> None:
    worlds.set_current(tmp_path / "releases", worlds.write_small_release(tmp_path / "releases"))
    with pytest.raises(SystemExit, match="has no name model"):
        model_of(tmp_path)


def test_requests_with_and_without_a_name_are_paired(tmp_path: Path) -> None:
    data = published_with_names(tmp_path)
    costs = asyncio.run(name_requests.measured(data, pairs=4))
    assert [(cost.seeds, len(cost.without), len(cost.named)) for cost in costs] == [(1, 4, 4), (5, 4, 4), (25, 4, 4)]
    assert all((cost.without > 0).all() and (cost.named > 0).all() for cost in costs)
    table = name_requests.costs_table(open_release(data), costs)
    assert [row[0] for row in table.rows] == ["1", "5", "25"]


def test_the_difference_of_requests_is_paired() -> None:
    """A request that costs more without a name costs as much more with one: the difference is the same for all."""
    without = np.random.default_rng(1).uniform(500, 5000, 50)
    assert name_requests.Cost(5, without, without + 80).difference() == (pytest.approx(80), pytest.approx((80, 80)))


def test_no_name_is_repeated(tmp_path: Path) -> None:
    found = name_requests.bodies(written_with_names(tmp_path), 2, 50)
    assert len({body["name"] for body in found}) == 50
