"""Prints the rows of the floor (S0-01 .. S4-11: what five earlier systems offered) that no test cites.

python -m tests.repo.must
"""

import ast
from functools import cache
from pathlib import Path

COUNTS = {"S0": 64, "S1": 19, "S2": 13, "S3": 19, "S4": 11}
ROWS = [f"{system}-{number:02}" for system, count in COUNTS.items() for number in range(1, count + 1)]


@cache
def cited(tests: Path) -> dict[str, list[str]]:
    """File -> the rows its tests cite with the marker must("S0-46", ...)."""
    return {
        str(path): rows
        for path in sorted(tests.rglob("test_*.py"))
        if (rows := [row for node in ast.walk(ast.parse(path.read_text())) for row in _rows(node)])
    }


def _rows(node: ast.AST) -> list[str]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "must"):
        return []
    return [str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)]


def main() -> None:
    done = {row for rows in cited(Path(__file__).parents[1]).values() for row in rows}
    missing = [row for row in ROWS if row not in done]
    print(f"{len(done)} of {len(ROWS)} rows are driven by a test; these are not:")  # noqa: T201
    for system in COUNTS:
        print(f"  {system}: {' '.join(row[3:] for row in missing if row.startswith(system)) or 'none'}")  # noqa: T201


if __name__ == "__main__":
    main()
