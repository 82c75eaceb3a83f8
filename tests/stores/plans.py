"""Checks that no statement's work grows with the square of a table, by SQLite's plan of every statement of the tests.

A subquery that is run again for each row must find its own rows by an index. SQLite leaves a partial index aside unless
the statement repeats the index's condition word for word; then it walks the table for each row, which a small test
world never notices.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

Statement = tuple[str, str, Any]
"""The database file, the SQL text and its values."""
WALKS = re.compile(r"SCAN (?!CONSTANT|SUBQUERY|\d+ CONSTANT)\w+|SEARCH \w+ USING INTEGER PRIMARY KEY \(rowid[<>]")


@contextmanager
def recorded() -> Iterator[dict[str, Statement]]:
    """Collects the statements with a query in them that are sent to SQLite meanwhile, each text once."""
    seen: dict[str, Statement] = {}

    def note(connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if connection.dialect.name == "sqlite" and "SELECT" in statement and not statement.startswith("EXPLAIN"):
            seen.setdefault(statement, (str(connection.engine.url.database), statement, values[0] if many else values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def walks(statement: Statement) -> list[str]:
    """Steps of the plan that walk a table inside a subquery run for each row of another; empty = none."""
    path, text, values = statement
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        try:
            steps = file.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):  # a test that removes tables, to see what fails
                raise
            return []
    parents = {step[0]: step[1] for step in steps}
    correlated = {step[0] for step in steps if step[3].startswith("CORRELATED")}

    def repeated(step: int) -> bool:
        while step:
            if step in correlated:
                return True
            step = parents.get(step, 0)
        return False

    return [detail for number, _, _, detail in steps if WALKS.match(detail) and repeated(number)]


@pytest.fixture(autouse=True)
def each_statement_finds_its_rows_by_index() -> Iterator[None]:
    """Fails a test that ran a statement in which a subquery walks a table once for each row of another."""
    with recorded() as seen:
        yield
    kept = [statement for statement in seen.values() if Path(statement[0]).is_file()]
    faults = {statement[1]: steps for statement in kept if (steps := walks(statement))}
    assert not faults, faults
