"""The parity page is up to date, and what it names exists."""

import json
import re

import pipelines.cli  # noqa: F401 - registers the commands
from pipelines.commands.program import app
from tests.repo.must import ROWS
from tests.repo.parity import PAGE, ROOT, answers, driven_by, page


def test_the_parity_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run make parity"


def test_every_row_is_answered() -> None:
    table = answers()
    assert sorted(table) == sorted(ROWS)
    for row, entry in table.items():
        assert {"row", "by"} <= entry.keys() <= {"row", "by", "why"}, row


def test_a_row_has_a_test_or_a_document() -> None:
    driven = driven_by()
    open_rows = [
        row for row, entry in answers().items() if row not in driven and not re.search(r"\]\([\w-]+\.md\)", entry["by"])
    ]
    assert open_rows == []


def test_routes_commands_and_documents_that_are_named_exist() -> None:
    routes = json.loads((ROOT / "openapi.json").read_text())["paths"]
    commands = {command.name for command in app.registered_commands}
    for row, entry in answers().items():
        answer = entry["by"]
        for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) ([^` ]+)`", answer):
            assert method.lower() in routes.get(path, {}), (row, method, path)
        for command in re.findall(r"`segue-pipeline ([\w-]+)", answer):
            assert command in commands, (row, command)
        for document in re.findall(r"\]\(([\w-]+\.md)\)", answer):
            assert (ROOT / "docs" / document).exists(), (row, document)
