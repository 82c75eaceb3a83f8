"""kit.calibration: chances of scores, between and beyond the curves; files that are no such table."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kit.calibration import FILE, Calibration, percentages
from kit.release import BrokenRelease, Release
from tests.copies import cloned

TABLES = Calibration(
    np.array(["seeds", "seeds", "name"]),
    np.array([1, 4, 0]),
    np.array([[0.0, 1.0, 2.0], [0.0, 2.0, 4.0], [0.0, 0.5, 1.0]]),
    np.array([[0.0, 0.5, 0.9], [0.0, 0.4, 0.8], [0.1, 0.2, 0.2]]),
)


def chances(kind: str, seeds: float, *scores: float) -> list[float]:
    found = TABLES.of_scores(kind, seeds, np.array(scores))  # type: ignore[arg-type]
    assert found is not None
    return [round(chance, 6) for chance in found.tolist()]


def test_chances_are_interpolated_between_points_and_between_numbers_of_seeds() -> None:
    assert chances("seeds", 1, -1, 0.5, 1, 9) == [0, 0.25, 0.5, 0.9]
    assert chances("seeds", 4, 2) == [0.4]
    assert chances("seeds", 2, 2) == [0.65]  # half way from 1 to 4 in the logarithm
    assert chances("seeds", 100, 2) == chances("seeds", 4, 2)
    assert chances("name", 0, 0.25) == [0.15]
    assert TABLES.of_scores("audio", 1, np.array([1.0])) is None


def test_a_chance_never_falls_as_the_score_rises() -> None:
    scores = np.linspace(-1, 5, 500)
    for seeds in np.linspace(0.5, 9, 30):
        found = TABLES.of_scores("seeds", float(seeds), scores)
        assert found is not None
        assert (np.diff(found) >= 0).all()


def test_percentages_never_rise_down_a_list() -> None:
    assert percentages([0.304, 0.5, 0.296, 0.1]) == [30, 30, 30, 10]
    assert percentages([]) == []


@pytest.fixture(scope="module")
def ranked(published_ranked: Path) -> Path:
    """The folder of a release with tables; copied, never changed."""
    return next((published_ranked / "releases").glob("*-*"))


@pytest.mark.parametrize(
    "change",
    [
        {"chances": TABLES.chances[:, ::-1]},
        {"chances": TABLES.chances + 0.5},
        {"scores": np.full((3, 3), np.nan)},
        {"seeds": np.array([4, 1, 0])},
        {"kind": np.array(["seeds", "name", "seeds"])},
        {"seeds": np.array([1, 4])},
    ],
)
def test_a_table_that_falls_or_does_not_fit_is_refused(
    change: dict[str, np.ndarray], ranked: Path, tmp_path: Path
) -> None:
    assert TABLES.valid()
    assert not replace(TABLES, **change).valid()
    release = Release(cloned(ranked, tmp_path / ranked.name))
    replace(TABLES, **change).save(release.path / FILE)
    with pytest.raises(BrokenRelease, match="build the release again"):
        Calibration.of(release)
