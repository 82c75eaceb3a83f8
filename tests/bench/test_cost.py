"""bench.cost: subsets are nested, a stage is measured in a separate process, exponents are those of the data."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from bench import cost, cost_stage
from tests import worlds

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    worlds.entries().write_parquet(folder / "playlists.parquet")
    worlds.tracks().write_parquet(folder / "tracks.parquet")
    return folder


def playlists(folder):
    return set(pl.read_parquet(folder / "playlists.parquet")["playlist_id"])


def test_smaller_subsets_are_nested_and_the_full_share_is_complete(sources, tmp_path):
    shares = (0.25, 0.5, 1.0)
    counts = [cost_stage.subset([sources], share, tmp_path / f"{share}") for share in shares]
    small, half, everything = (playlists(tmp_path / f"{share}") for share in shares)
    assert small < half < everything == playlists(sources)
    assert [count["playlists"] for count in counts] == [len(small), len(half), 120]
    assert counts[2]["entries"] == worlds.entries().height


def test_a_subset_has_the_tracks_of_its_playlists_and_no_others(sources, tmp_path):
    cost_stage.subset([sources], 0.25, tmp_path / "small")
    tracks = set(pl.read_parquet(tmp_path / "small" / "playlists.parquet")["track_id"])
    assert set(pl.read_parquet(tmp_path / "small" / "tracks.parquet")["track_id"]) == tracks


def test_a_stage_is_measured_in_a_separate_process(sources, tmp_path):
    reported = cost.run_stage("graph all", sources, tmp_path)
    assert reported["cpu_s"] > 0
    assert reported["peak_mb"] > 50  # numpy and polars alone hold more
    (built,) = (tmp_path / "work" / "graph").iterdir()
    assert (built / "neighbours.npz").is_file()


@pytest.mark.slow
def test_memory_is_the_peak_of_the_work():
    held = "print(measured(lambda: None)['peak_mb'], measured(lambda: b'x' * (900 << 20))['peak_mb'])"
    command = [sys.executable, "-c", f"from bench.cost_stage import measured; {held}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    before, after = map(float, done.stdout.split())
    assert 900 < after < before + 950


@pytest.mark.slow
def test_a_failing_stage_ends_the_program_with_its_error(tmp_path):
    with pytest.raises(SystemExit, match="no Parquet file in"):
        cost.run_stage("ingest", tmp_path / "missing", tmp_path)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_the_slope_of_the_growth(power):
    entries = [1000, 2000, 4000, 8000]
    assert cost.exponent(entries, [3 * count**power for count in entries]) == pytest.approx(power)


def test_an_undefined_exponent_is_none():
    assert cost.exponent([1000], [2.0]) is None
    assert cost.exponent([1000, 2000], [0.0, 1.0]) is None


def test_cost_and_cost_stage_use_the_same_stage_names():
    assert (*cost.REFRESH,) == (*cost_stage.STAGES,)
    assert (*cost.PARTS,) == (*cost_stage.PARTS,)


def test_the_tables_hold_every_stage_and_the_sum():
    stages = (cost.START, *cost.REFRESH, *cost.PARTS)
    sizes = [cost.Size(n, 100 * n, dict.fromkeys(stages, (0.01 * n, 400.0 + n))) for n in (100, 200)]
    spent, held = cost.cost_tables(sizes)
    assert [row[0] for row in spent.rows] == [cost.START, *cost.REFRESH, cost.SUM, *cost.PARTS]
    assert ["ingest", "1.00", "2.00", "1.00"] in spent.rows
    assert [cost.SUM, "12.00", "24.00", "1.00"] in spent.rows
    assert ["ingest", "500", "600"] in held.rows
    assert spent.headings == ["stage", "100 playlists", "200 playlists", "exponent"]
