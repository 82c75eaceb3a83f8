"""What the evaluate and tune commands do: run, show the table, write the file."""

from pathlib import Path

from pipelines import console, evaluate, release_score
from pipelines import tune as tuning
from pipelines.leaderboard import evaluate_table
from pipelines.protocol import Positions, View


def leaderboard(ingested: Path, models: str, view: View, positions: Positions, seed: int, json: Path | None) -> None:
    """Trains and judges the named models."""
    names = [name.strip() for name in models.split(",") if name.strip()]
    with console.stage("evaluate") as line:
        board = evaluate.run(ingested, names or None, view, positions, seed, line.say)
    console.table(evaluate_table(board))
    if json:
        board.write(json)


def release(
    folder: Path, file: Path, view: View, positions: Positions, seed: int, role: str | None, json: Path | None
) -> None:
    """Judges a release on a file of playlists."""
    with console.stage("evaluate") as line:
        found = release_score.score(folder, file, view, positions, seed, role, line.count)
    console.table(release_score.table(found))
    if json:
        found.write(json)


def tune(ingested: Path, model: str) -> None:
    """Goes through a grid."""
    with console.stage("tune") as line:
        tries = tuning.run(ingested, model, progress=line.say)
    console.table(tuning.tune_table(tries))
