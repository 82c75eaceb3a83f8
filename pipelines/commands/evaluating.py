"""Commands for evaluation and plots: evaluate, tune, plot, eda."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipelines import console
from pipelines.commands.options import (
    DATA,
    All,
    Data,
    Grid,
    Json,
    MaybeSources,
    Models,
    MoreSeeds,
    Page,
    Plots,
    Positions,
    ReleaseFolder,
    Role,
    Seed,
    SeedModels,
    Seeds,
    Sources,
    TestPart,
    Triplets,
    Unseen,
    Users,
    View,
    Views,
    Work,
)
from pipelines.commands.program import MEASURING, command
from pipelines.commands.stages import chain, ingested


@command(
    MEASURING,
    "evaluate playlists.csv tracks.csv --models popularity,als,fused --json figures.json",
    "evaluate playlists.csv tracks.csv --all --out docs/leaderboard.md",
    "evaluate --release releases/mine-126bf3f0 --playlists unseen.csv",
)
def evaluate(
    sources: MaybeSources = None,
    models: Models = "",
    everything: All = False,
    out: Page = None,
    seeds: MoreSeeds = "",
    seed_models: SeedModels = "",
    release: ReleaseFolder = None,
    playlists: Unseen = None,
    role: Role = None,
    view: Views = View.CORE,
    positions: Seeds = Positions.RANDOM,
    test: TestPart = False,
    json: Json = None,
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
) -> None:
    """Measure models on held-out playlists, or a finished release on a file of playlists.

    Prints NDCG@100, recall and hit rate with 95 % intervals. The figures of a release are unbiased only on playlists
    outside its training data. --all trains every model for four continuation tasks and the other tasks, and writes a
    page and its figures as JSON; an interrupted run resumes.
    """
    if everything and (release or json):
        raise typer.BadParameter("--all trains on playlists and writes to --out: leave out --release and --json")
    if (release is None) != (playlists is None) or (release is None) == (not sources):
        raise typer.BadParameter("give playlists to train and evaluate on, or both --release and --playlists")
    if test and (everything or release):
        raise typer.BadParameter("--test is for named models on one view: leave out --all and --release")
    if (out or seeds) and not everything:
        raise typer.BadParameter("--out and --seeds belong to --all: add it, or give --json for one view's figures")
    if seed_models and not seeds:
        raise typer.BadParameter("--seed-models says which models --seeds trains again: give --seeds too")
    model_names = _known(models, everything)
    repeated = _repeated(seed_models, model_names)
    page = out or data / "leaderboard.md"
    _writable(json, page if everything else None)
    if release and playlists:
        return _score(release, playlists, view, positions, seed, role, json)
    learned = chain(sources or [], data, work, seed) if everything else None
    read = ingested(sources or [], data, work) if not everything else None
    with console.working("loading the training libraries"):
        from pipelines.commands import evaluate as commands

    if learned:
        further = [int(number) for number in seeds.split(",") if number]
        commands.everything(learned, model_names, further, repeated, page)
    elif read:
        commands.leaderboard(read.path, model_names, view.value, positions.value, seed, json, test)


def _writable(*files: Path | None) -> None:
    """Fails at once when a file could not be written at the end."""
    from pipelines.stage import writable

    for file in files:
        if file:
            writable(file.parent)


def _known(models: str, everything: bool) -> list[str]:
    """The named models, or the default ones when none is named."""
    from pipelines.evaluate import model_names

    return model_names.known(_listed(models) or (model_names.ALL if everything else model_names.LINEUP))


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _repeated(models: str, evaluated: Sequence[str]) -> list[str] | None:
    """The models of --seed-models in the order of the evaluated ones, None when none is named."""
    named = _listed(models)
    if missing := [name for name in named if name not in evaluated]:
        raise typer.BadParameter(f"--seed-models names {missing[0]!r}, which is not evaluated")
    return [name for name in evaluated if name in named] if named else None


def _score(
    release: Path, playlists: Path, view: View, positions: Positions, seed: int, role: str | None, json: Path | None
) -> None:
    from kit.release import Release

    Release(release).verify()
    from pipelines.commands import score

    score.release(release, playlists, view.value, positions.value, seed, role, json)


@command(MEASURING, "tune playlists.csv tracks.csv --model als")
def tune(
    sources: Sources,
    model: Annotated[Grid, typer.Option(help="The model whose grid is searched.")] = Grid.FUSED,
    data: Data = DATA,
    work: Work = None,
) -> None:
    """Search a model's grid on a second split inside the training playlists.

    Prints every setting with its NDCG@100, best first. The held-out playlists are not used.
    """
    read = ingested(sources, data, work)
    with console.working("loading the training libraries"):
        from pipelines.commands import evaluate as commands

    commands.tune(read.path, model.value)


@command(MEASURING, "evaluate-triplets triplets.parquet --users 2000 --json figures.json")
def evaluate_triplets(file: Triplets, users: Users = None, json: Json = None, seed: Seed = 1) -> None:
    """Measure LMF, ALS and item-kNN on listening triplets (user, track, count), with the grids that system S1 searched.

    Prints precision at 10 with its 95 % interval, the chosen settings and the CPU seconds to fit. Settings are chosen
    on a part of the training triplets; one thread.
    """
    _writable(json)
    with console.working("loading the training libraries"):
        from pipelines.commands import evaluate as commands

    commands.triplets(file, users, seed, json)


@command(MEASURING, "plot leaderboard.json --out plots")
def plot(
    leaderboard: Annotated[Path, typer.Argument(help="The JSON file that evaluate --all wrote.", metavar="FILE")],
    out: Plots = Path("plots"),
) -> None:
    """Draw a leaderboard: accuracy against popularity, cost and number of seeds, and the gains with their intervals.

    Prints the SVG files. The same leaderboard gives the same bytes.
    """
    with console.working("loading the training libraries"):
        from pipelines.commands.plot import plot

    plot(leaderboard, out)


@command(MEASURING, "eda playlists.csv tracks.csv --out plots")
def eda(sources: Sources, out: Plots = Path("plots"), data: Data = DATA, work: Work = None) -> None:
    """Plot the tracks before training: correlations of audio features and popularity, and genre profiles.

    Prints the features that correlate with popularity, with r and number of tracks, and the SVG files.
    """
    read = ingested(sources, data, work)
    with console.working("loading the training libraries"):
        from pipelines.commands.plot import eda

    eda(read.path, out)
