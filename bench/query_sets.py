"""Evaluates the tasks beside the leaderboard's: python -m bench.query_sets PLAYLISTS TASK [--models a,b]

Ingests a file or folder of playlists and prints each figure with its interval, as docs/models.md quotes them.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipelines.evaluate import leave_one_out, likes, neighbour_scores, ordered_table
from pipelines.evaluate.figure import Figure
from pipelines.ingest import ingest

MODELS = "popularity,item_knn,als,fused"


def figures_of(task: str, data: Path, models: Sequence[str]) -> list[Figure]:
    """The figures of one task on an ingested folder."""
    if task == "neighbours":
        return neighbour_scores.run(data)
    if task == "ordered":
        return ordered_table.run(data, models, against=models[-1])
    return {"likes": likes.run, "leave-one-out": leave_one_out.run}[task](data, models)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("playlists", type=Path)
    parser.add_argument("task", choices=("likes", "leave-one-out", "neighbours", "ordered"))
    parser.add_argument("--models", default=MODELS, help="names of pipelines/evaluate/model_names.py")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ingest([options.playlists], Path(scratch), lambda *_: None)
        for figure in figures_of(options.task, Path(scratch), options.models.split(",")):
            print(f"{figure.protocol:12} {figure}  {figure.note}")


if __name__ == "__main__":
    main()
