"""Writes docs/parity.md: for each row of the floor what answers it, and the tests that drive it.

python -m tests.repo.parity

Rows, and what replaces them, are in tests/repo/parity.toml; tests come from their `must` marks.
"""

import tomllib
from collections import defaultdict
from pathlib import Path

from tests.repo.must import COUNTS, ROWS, cited

ROOT = Path(__file__).parents[2]
TABLE, PAGE = ROOT / "tests" / "repo" / "parity.toml", ROOT / "docs" / "parity.md"
HEAD = ("| row | what | answered by | tests |", "|---|---|---|---|")
SYSTEMS = {
    "S0": "a cloud platform with graph embeddings",
    "S1": "matrix factorisation on listening triplets",
    "S2": "playlists, graph network, index",
    "S3": "a sequence network that continues playlists",
    "S4": "popularity, content, SVD and neural CF in three rows",
}


def answers() -> dict[str, dict[str, str]]:
    """Row id -> its entry of the table."""
    read = tomllib.loads(TABLE.read_text())
    return {f"{system}-{number}": entry for system, rows in read.items() for number, entry in rows.items()}


def driven_by() -> dict[str, list[str]]:
    """Row id -> the test files that cite it, relative to the repository."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, rows in cited(ROOT / "tests").items():
        for row in dict.fromkeys(rows):
            found[row].append(str(Path(path).relative_to(ROOT)))
    return found


def page() -> str:
    """The whole page."""
    table, driven = answers(), driven_by()
    lines = [
        "# Parity",
        "",
        "What five earlier systems offered, row by row, and what answers it here. Written by `make parity` from the",
        "tests' `must` marks and [tests/repo/parity.toml](../tests/repo/parity.toml); a test fails when it is not",
        f"up to date. {len(driven)} of {len(ROWS)} rows are driven by a test.",
    ]
    for system in COUNTS:
        lines += [
            "",
            f"## {system}: {SYSTEMS[system]}",
            "",
            "| row | what | answered by | tests |",
            "|---|---|---|---|",
        ]
        lines += [_line(row, table[row], driven.get(row, [])) for row in ROWS if row.startswith(system)]
    return "\n".join(lines) + "\n"


def _line(row: str, entry: dict[str, str], files: list[str]) -> str:
    answer = "; ".join(part for part in (entry["by"], entry.get("why", "")) if part)
    shown = ", ".join(f"[{Path(file).stem}](../{file})" for file in files)
    return f"| {row} | {entry['row']} | {answer} | {shown} |"


if __name__ == "__main__":
    PAGE.write_text(page())
