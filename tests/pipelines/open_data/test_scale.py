"""Quantile mapping onto the scales of our audio features."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.open_data import scale
from pipelines.open_data.remote import DumpError

ROOT = Path(__file__).parents[3]


def test_the_default_scale_is_that_of_the_demo_release() -> None:
    (file,) = ROOT.glob("releases/demo-*/tracks.parquet")
    own, default = scale.scales(file), scale.scales(None)
    assert {name: own[name].round(3).tolist() for name in own} == {
        name: pytest.approx(default[name].tolist(), abs=2e-3) for name in scale.MAPPED
    }


def test_a_mapping_keeps_order_and_ties_and_gives_the_scales_distribution() -> None:
    rng = np.random.default_rng(3)
    values = rng.gamma(2, size=2_000)
    values[:2] = values[2]
    values[5] = np.nan
    target = scale.scales(None)["energy"]
    found = scale.mapped(scale.ranks(values), target)
    assert np.isnan(found[5])
    assert found[0] == found[1] == found[2]
    known = ~np.isnan(values)
    assert (np.argsort(found[known], kind="stable") == np.argsort(values[known], kind="stable")).all()
    assert np.quantile(found[known], np.linspace(0, 1, 11)) == pytest.approx(target, abs=5e-3)


def test_a_table_without_the_features_or_with_too_few_tracks_is_no_scale(tmp_path: Path) -> None:
    pl.DataFrame({"energy": [0.5]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(DumpError, match=r"is no scale .* name a table of tracks with danceability, energy, loudness"):
        scale.scales(tmp_path / "a.parquet")
    frame = pl.DataFrame({name: [0.5] for name in scale.MAPPED})
    frame.write_csv(tmp_path / "b.csv")
    with pytest.raises(DumpError, match="the scale has 1 values of danceability"):
        scale.scales(tmp_path / "b.csv")
