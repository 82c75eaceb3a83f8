"""Tests that dialects translate and nothing else: what they import and call, how long their functions are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DIALECTS = Path(__file__).parents[2] / "gateway" / "dialects"
FILES = sorted(DIALECTS.rglob("*.py"))
MAX_LINES = 25
"""Of a function, its docstring included: the longest there is lists the paths of a contract."""

STANDARD = frozenset(
    {
        *(
            "asyncio",
            "collections",
            "dataclasses",
            "datetime",
            "email",
            "enum",
            "functools",
            "html",
            "itertools",
            "math",
        ),
        *("re", "string", "time", "typing", "urllib", "uuid", "zlib"),
    }
)
"""Modules that compute, or wait for a body; none that opens a file, a socket or a database."""
LIBRARIES = frozenset({"orjson", "starlette"})
OURS = (
    "gateway.callers",  # the credentials that the front door understands
    "gateway.dialects",
    "gateway.public_routes",  # the only way to the services
    "gateway.request_slots",
    "kit.errors",
    "kit.ids",
    "kit.names",
    "kit.references",
    "kit.wire",
)
FORBIDDEN_CALLS = frozenset({"open", "exec", "eval", "compile", "__import__", "globals", "setattr"})
RANKING = frozenset({"sorted", "sort", "sum"})
"""Functions and methods that rank or add up: what an answer holds, and in which order, is decided by the service."""


def imports(tree: ast.AST) -> Iterator[str]:
    """Full names of what a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_allowed(name: str) -> bool:
    first = name.split(".")[0]
    return first in STANDARD or first in LIBRARIES or any(f"{name}.".startswith(f"{one}.") for one in OURS)


def called(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Names of what a module calls, and whether each is a method or in a module (as in re.compile)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, False
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, True


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions with their lengths in lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def faults(source: str) -> list[str]:
    """What a module of a dialect may not have."""
    tree = ast.parse(source)
    found = [f"imports {name}" for name in sorted(set(imports(tree))) if not is_allowed(name)]
    calls = set(called(tree))
    found += [f"calls {name}" for name, qualified in sorted(calls) if name in FORBIDDEN_CALLS and not qualified]
    found += [f"ranks or adds up: {name}" for name, _ in sorted(calls) if name in RANKING]
    return found + [f"{name} has {lines} lines" for name, lines in functions(tree) if lines > MAX_LINES]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DIALECTS)))
def test_a_dialect_has_no_logic_of_its_own(file: Path) -> None:
    assert faults(file.read_text()) == []


def test_every_dialect_is_looked_at() -> None:
    assert {file.relative_to(DIALECTS).parts[0] for file in FILES} >= {"listenbrainz", "audioscrobbler"}


@pytest.mark.parametrize(
    "source",
    [
        "import sqlite3",
        "from services.catalog.store import Store",
        "from kit import sql",
        "from kit.http import ServiceClient",
        "import gateway.upstream",
        "import numpy as np",
        "import os",
        "rows = open('tracks')",
        "best = sorted(tracks, key=score)",
        "def long():\n" + "    pass\n" * MAX_LINES,
    ],
)
def test_logic_and_stores_are_found(source: str) -> None:
    assert len(faults(source)) == 1


def test_what_translates_is_allowed() -> None:
    assert faults("from kit import references\nfrom kit.errors import BadRequest\nimport orjson\n") == []
