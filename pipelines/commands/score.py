"""Implementation of the evaluate command on a release: prints the tables, writes the file. No training library."""

from pathlib import Path

from pipelines import console
from pipelines.evaluate import release_score
from pipelines.evaluate.protocol import Positions, View


def release(
    folder: Path, file: Path, view: View, positions: Positions, seed: int, role: str | None, json: Path | None
) -> None:
    """Evaluates a release on a file of playlists."""
    with console.stage("evaluate") as line:
        found = release_score.score(folder, file, view, positions, seed, role, line.count)
    console.table(release_score.table(found))
    console.table(release_score.beyond_accuracy_table(found))
    if json:
        found.write(json)
