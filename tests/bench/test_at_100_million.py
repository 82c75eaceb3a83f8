"""docs/at-100-million.md has the figures that its command prints."""

from pathlib import Path

import pytest

from bench import at_100_million as arithmetic

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "at-100-million.md"


@pytest.mark.parametrize("table", arithmetic.TABLES)
def test_the_page_has_every_line_of_the_command(table) -> None:
    page = PAGE.read_text().splitlines()
    lines = list(table())
    assert len(lines) > 4
    assert [line for line in lines if line not in page] == []


def test_an_array_is_tracks_times_columns_times_width() -> None:
    assert "| 512 | 204.8 GB | 102.4 GB | 51.2 GB |" in list(arithmetic.vectors())
