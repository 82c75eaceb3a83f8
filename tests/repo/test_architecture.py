"""docs/architecture.md names real files: every path in its diagrams, in backticks and in links exists."""

import re
from pathlib import Path

import pytest

from pipelines.side_by_side.schedule import STEPS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NODE = re.compile(r'\["([^"\n]*)"\]')
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)\)")
# Relative, without blanks, and either of several parts or with the suffix of a file; routes begin with a slash.
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|md|toml|json|txt)")


STAGE = re.compile(r"\b(\w+)\(([\w -]+)\)")
ARROW = re.compile(r"^ *(\w+)\S*(?: [\w-]+\))? --> (\w+)", re.MULTILINE)


def drawn(text: str) -> list[list[str]]:
    """The labels of the file nodes of each diagram."""
    return [NODE.findall(diagram) for diagram in DIAGRAM.findall(text)]


def written(text: str) -> list[str]:
    """The paths in backticks outside the diagrams."""
    return [span for span in SPAN.findall(DIAGRAM.sub("", text)) if PATH.fullmatch(span)]


def missing(text: str) -> list[str]:
    """Every path of the page that does not exist, from the root of the repository; links from the page's folder."""
    paths = [*written(text), *(label for labels in drawn(text) for label in labels)]
    linked = [link for link in LINK.findall(text) if not (PAGE.parent / link).exists()]
    return [path for path in paths if not (ROOT / path).exists()] + linked


def test_every_path_of_the_page_exists() -> None:
    assert missing(PAGE.read_text()) == []


def test_the_page_has_two_diagrams_and_many_paths() -> None:
    """Files in the first; stages, and the two files that follow CURRENT, in the second."""
    text = PAGE.read_text()
    assert [len(labels) >= least for labels, least in zip(drawn(text), (30, 2), strict=True)] == [True, True]
    assert len(set(written(text))) >= 30


def test_the_second_diagram_has_every_stage_with_what_it_needs() -> None:
    diagram = DIAGRAM.findall(PAGE.read_text())[1]
    names = dict(STAGE.findall(diagram))
    arrows = [(names.get(before, before), names.get(after, after)) for before, after in ARROW.findall(diagram)]
    needed = {after: {before for before, then in arrows if then == after} for after in names.values()}
    around = {"ingest", "release", "publish"}
    assert names.keys() - {name.replace(" ", "_").replace("-", "_") for name in [*STEPS, *around]} == set()
    assert {name: needs for name, needs in needed.items() if name not in around} == {
        name: set(step.needs or ("ingest",)) for name, step in STEPS.items()
    }
    assert needed["publish"] == {"release"}


def test_every_stage_has_its_line_in_the_table_of_stages() -> None:
    first = re.findall(r"^\| ([^|`]+) \|", PAGE.read_text(), re.MULTILINE)
    named = {name for cell in first for name in cell.split(", ")}
    assert {*STEPS, "ingest", "release", "publish"} - named == set()


def test_every_file_of_a_diagram_has_its_line_in_a_table() -> None:
    text = PAGE.read_text()
    rows = re.findall(r"^\| `([^`]+)` \| \S", text, re.MULTILINE)
    assert sorted({label for labels in drawn(text) for label in labels} - set(rows)) == []
    assert all(PATH.fullmatch(row) for row in rows)


@pytest.mark.parametrize(
    "wrong",
    [
        '```mermaid\nflowchart TB\n    a["gateway/front_door.py"] --> b["gateway/back_door.py"]\n```\n',
        "the proxy is `gateway/back_door.py`, the table `gateway/routing.py`",
        "see `back_door.py` and `pyproject.toml`",
        "see [the other door](../gateway/back_door.py) and [the table](../gateway/routing.py)",
    ],
)
def test_a_path_that_does_not_exist_is_found(wrong: str) -> None:
    assert [path.rpartition("/")[2] for path in missing(wrong)] == ["back_door.py"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_newcomers_find_the_page(page: str) -> None:
    assert "(docs/architecture.md)" in (ROOT / page).read_text()
