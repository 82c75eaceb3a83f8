"""Implementation of the plot and eda commands: draws, prints the findings and the files."""

from pathlib import Path
from typing import Any

import orjson

from pipelines import console, tables
from pipelines.evaluate.figure import Source
from pipelines.plots import draw_sound, draw_standing
from pipelines.stage import writable


class CannotPlot(Exception):
    """The file is no leaderboard; the message says which file is expected."""


def plot(leaderboard: Path, out: Path) -> None:
    """Draws a leaderboard."""
    board = _read(leaderboard)
    _name(draw_standing(board, writable(out)))


def _read(file: Path) -> dict[str, Any]:
    try:
        board = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise CannotPlot(f"cannot read {str(file)!r} ({error}): give what evaluate --all wrote") from error
    if not isinstance(board, dict) or not board.get("views"):
        raise CannotPlot(f"{str(file)!r} is no leaderboard: give the JSON file that evaluate --all wrote")
    return board


def eda(ingested: Path, out: Path) -> None:
    """Plots the track table and prints what correlates with popularity."""
    source = Source.of(ingested, seed=0)
    with console.stage("eda") as line:
        paths, finding = draw_sound(
            tables.read(ingested, "tracks"), writable(out), f"data {source.data_hash}, commit {source.commit}"
        )
        line.fact(f"{len(paths)} plots")
    console.plain(finding)
    _name(paths)


def _name(paths: list[Path]) -> None:
    for path in paths:
        console.plain(str(path))
