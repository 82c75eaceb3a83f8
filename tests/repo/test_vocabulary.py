"""Tests that modules, classes, functions, arguments and variables have the field's terms, not private words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("kit", "services", "gateway", "pipelines", "supervisor", "bench", "tests")

# A word of a name, and the terms to use instead.
REPLACED = {
    "asked": "query, request, or what the value is",
    "asking": "query, training queries, or client",
    "choose": "the verb for what is done",
    "commonness": "log_popularity",
    "desk": "service",
    "emphases": "reweightings",
    "emphasis": "reweighting",
    "emphasised": "reweighted",
    "exam": "task or evaluation",
    "exams": "tasks or evaluations",
    "follow": "consume, apply, or offset",
    "followed": "offset",
    "follower": "consumer",
    "heard": "played, or playlist sequence",
    "hearing": "feedback batch",
    "heat": "inverse temperature",
    "inbound": "request body or headers",
    "judge": "evaluate",
    "judged": "evaluated, validation, or rated",
    "judging": "validation or evaluating",
    "lesson": "training query",
    "lessons": "reranker training set or query model",
    "liking": "query or weight",
    "occurrences": "item degree",
    "opaque": "token secret",
    "proof": "password check",
    "question": "query",
    "rarity": "popularity exponent",
    "recommender": "pipeline",
    "said": "message, value, or what it is",
    "say": "print, log, record, or progress",
    "says": "states, caption, or record",
    "school": "training set",
    "sitting": "run",
    "song": "track",
    "songs": "tracks",
    "strangers": "negatives",
    "stretches": "sub-playlists",
    "surprise": "self_information",
    "tastes": "feedback, profiles, or preferences",
    "taught": "trained, fitted, or training_playlists",
    "told": "stated or found",
    "verdict": "result",
}
# Names that others fixed: fields of the internal HTTP contract, the library scikit-surprise, texts for listeners.
ALLOWED = {
    "kit/wire/library.py": {"heard"},
}


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that the module defines or binds, but for the sentences that tests are called by."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if not name.startswith("test_"):
                    yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def private(found: set[str], path: str) -> list[str]:
    """Names with a replaced word, each with what to use."""
    return [
        f"{path}: {name!r}: say {REPLACED[word]!r}"
        for name in sorted(found - ALLOWED.get(path, set()))
        for word in sorted(words(name) & set(REPLACED))
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_are_the_terms_of_the_field(folder: str) -> None:
    faults = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        faults += private({*names(ast.parse(file.read_text())), file.stem.removeprefix("test_")}, path)
    assert faults == []


def test_a_private_word_is_found_in_every_kind_of_name() -> None:
    source = "class Taught: pass\ndef learn_emphasis(said): told, self.judged_by = 1, 2\ndef test_what_is_said(): pass"
    found = set(names(ast.parse(source)))
    assert [fault.split("'")[1] for fault in private(found, "x.py")] == [
        "Taught", "judged_by", "learn_emphasis", "said", "told",
    ]  # fmt: skip
