"""bench.scale: measured stages are kept, a failing stage ends its size, and the table extrapolates by the exponent."""

from fractions import Fraction
from pathlib import Path

from bench import cost_stage, scale
from bench.scale import MILLION, Measured

SHARE = Fraction(1, 2000)


def test_stages_are_those_of_the_program_that_runs_them() -> None:
    assert {*scale.STAGES} == {*cost_stage.STAGES, *cost_stage.LATER}


def test_a_measured_stage_is_not_measured_again(tmp_path: Path) -> None:
    lines: list[str] = []
    first = scale.measure(tmp_path, SHARE, ["ingest"], False, lines.append)
    assert first.costs["ingest"]["cpu_s"] > 0 < first.costs["ingest"]["wall_s"]
    assert first.entries > 20_000
    assert scale.measure(tmp_path, SHARE, ["ingest"], False, lines.append) == first
    assert len(lines) == 1


def test_a_stage_that_fails_is_told_and_has_no_cost(tmp_path: Path) -> None:
    lines: list[str] = []
    (tmp_path / "1-of-2000" / "world").mkdir(parents=True)
    (tmp_path / "1-of-2000" / "entries.json").write_text("0")
    assert scale.measure(tmp_path, SHARE, ["ingest", "graph all"], False, lines.append).costs == {}
    assert ["no Parquet file in" in line for line in lines] == [True]


def test_the_table_has_the_exponent_and_the_extrapolation() -> None:
    sizes = [
        Measured(Fraction(1, of), MILLION // of, {"ingest": {"cpu_s": 7200 / of, "peak_mb": 100, "wall_s": 1}})
        for of in (64, 16)
    ]
    rows = scale.table(sizes, ["ingest", "map"]).rows
    assert rows[0] == ["ingest", "112.5", "100", "1.0", "450.0", "100", "1.0", "1.00", "2.00"]
    assert rows[1] == ["map", *["-"] * 8]
