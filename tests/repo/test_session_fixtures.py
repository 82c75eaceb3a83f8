"""What a fixture of the whole session keeps running, beside every later test of the worker, is listed here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IDLE = {
    "postgres_server": "waits for connections",
    "stand_in_server": "waits for calls, in a process of its own",
    "real_server": "a server elsewhere",
    "installed": "a folder on the import path",
}
"""Session fixtures that end something, and what that does meanwhile: nothing. Services look for work many times a
second: fixtures of a package serve them."""


def kept(source: str) -> list[str]:
    """Names of the session fixtures that do something after the session."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if any("scope='session'" in ast.unparse(decorator) for decorator in node.decorator_list)
        if any(isinstance(inner, ast.Yield) for inner in ast.walk(node))
    ]


def test_only_what_idles_is_kept_for_the_whole_session() -> None:
    sources = [file.read_text() for file in sorted((ROOT / "tests").rglob("*.py"))]
    assert sorted(name for source in sources if "session" in source for name in kept(source)) == sorted(IDLE)


@pytest.mark.parametrize(
    ("scope", "last", "found"),
    [("session", "yield 1", ["serving"]), ("package", "yield 1", []), ("session", "return 1", [])],
)
def test_a_fixture_is_found_by_its_scope_and_its_yield(scope: str, last: str, found: list[str]) -> None:
    assert kept(f'@pytest.fixture(scope="{scope}")\ndef serving():\n    {last}\n') == found
