"""`make must` lists the rows of the floor that no test cites yet; this keeps the marker and the list in step."""

from pathlib import Path

from tests.repo.must import ROWS, cited

ROOT = Path(__file__).parents[2]


def test_every_cited_row_exists_in_the_floor() -> None:
    assert {row for rows in cited(ROOT / "tests").values() for row in rows} <= set(ROWS)


def test_the_floor_holds_the_rows_of_five_systems() -> None:
    assert {row.split("-")[0] for row in ROWS} == {"S0", "S1", "S2", "S3", "S4"}
