"""Implementation of the evaluate and tune commands on playlists."""

from collections.abc import Sequence
from pathlib import Path

from pipelines import console
from pipelines.chain import Chain
from pipelines.evaluate import continuation, runs
from pipelines.evaluate import triplets as listening_triplets
from pipelines.evaluate import tune as tuning
from pipelines.evaluate.board import document as board
from pipelines.evaluate.board import page as board_page
from pipelines.evaluate.leaderboard import evaluate_table
from pipelines.evaluate.protocol import Positions, View
from pipelines.evaluate.run_results import RunResult
from pipelines.plots import draw_standing


def leaderboard(
    ingested: Path,
    names: Sequence[str],
    view: View,
    positions: Positions,
    seed: int,
    json: Path | None,
    test: bool = False,
) -> None:
    """Trains and evaluates the named models."""
    with console.stage("evaluate") as line:
        board = continuation.run(ingested, names, view, positions, seed, line.update, test)
    console.table(evaluate_table(board))
    if json:
        board.write(json)


def everything(
    chain: Chain, names: Sequence[str], seeds: Sequence[int], repeated: Sequence[str] | None, page: Path
) -> None:
    """Runs every model (or those named) on every task, with further seeds too, then writes the page and its figures."""
    ingested, cold = chain.ingest().path, chain.cold_start_evaluation().report()["figures"]
    further = [seed for seed in dict.fromkeys(seeds) if seed != chain.seed]
    with console.steps("evaluate", runs.steps(names, further, repeated)) as steps:

        def sit(step: runs.Run) -> RunResult:
            with steps.step(str(step)) as line:
                evaluate_task = step.evaluate_task(line.update)
                line.reused = evaluate_task.reused
            return evaluate_task

        found = board.run(ingested, chain.work, names, chain.seed, sit, cold, further, repeated)
    board.write(found, page.with_suffix(".json"))
    with console.working("drawing"):
        drawn = draw_standing(found, page.parent / "plots")
    board_page.write(found, page, drawn)
    console.plain(str(page))


def triplets(file: Path, users: int | None, seed: int, json: Path | None) -> None:
    """Evaluates S1's models on a file of listening triplets."""
    with console.stage("evaluate triplets") as line:
        found = listening_triplets.run(file, seed, users, line.update)
    console.table(listening_triplets.triplet_table(found))
    if json:
        found.write(json)


def tune(ingested: Path, model: str) -> None:
    """Evaluates a grid and prints the results."""
    with console.stage("tune") as line:
        tries = tuning.run(ingested, model, progress=line.update)
    console.table(tuning.tune_table(tries))
