"""segue-pipeline: playlists in, release out.

Training libraries are imported inside the commands that need them, so that publish, releases and rollback run where
only the serving packages are installed.

Exit status: 0 done, 1 something a person can mend (one sentence says what), 2 wrong usage, 130 ended by Ctrl-C.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import console
from pipelines.options import (
    All,
    Data,
    Grid,
    Index,
    Json,
    MaybeSources,
    Models,
    MoreSeeds,
    Name,
    Page,
    Plots,
    Positions,
    Product,
    ReleaseFolder,
    Role,
    Seed,
    Seeds,
    Sources,
    Unseen,
    View,
    Views,
    Warm,
    Work,
    everything,
)
from pipelines.program import TRAINING, app, command

if TYPE_CHECKING:
    from pipelines.chain import Chain
    from pipelines.models.earlier import Earlier
    from pipelines.stage import Built

DATA = Path("data")


def _ingested(sources: list[Path], data: Path, work: Path | None) -> "Built":
    from pipelines.reading import ingested

    return ingested(sources, work or data / "work")


def _chain(sources: list[Path], data: Path, work: Path | None, seed: int, warm: bool = False) -> "Chain":
    ingested = _ingested(sources, data, work)
    with console.working("loading the training libraries"):
        from pipelines.chain import Chain

    return Chain(sources, work or data / "work", seed, ingested=ingested, earlier=_earlier(data) if warm else None)


def _earlier(data: Path) -> "Earlier | None":
    from kit.release import open_current
    from pipelines.models.earlier import Earlier

    release = open_current(data / "releases")
    if release is None:
        console.note(f"nothing is published under {data} yet: learning starts from nothing")
    return Earlier.of(release) if release else None


@command(TRAINING, "refresh playlists.csv tracks.csv --data data")
def refresh(
    sources: MaybeSources = None,
    from_catalog: Product = None,
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
    name: Name = "mine",
    index_url: Index = None,
    warm: Warm = False,
) -> None:
    """All of it: ingest, graph, train, coldstart, evaluate, release, publish.

    Out comes a release in DATA/releases that serves from then on. What served before keeps serving until everything
    is learned, measured and checked, and stays for a rollback.
    """
    from pipelines.publish_commands import publish
    from pipelines.stage import writable

    read, folder = everything(sources, from_catalog, data, work), writable(data / "releases")
    publish(_chain(read, data, work, seed, warm).release(folder, name).path, data, index_url)


@command(TRAINING, "ingest spotify_playlists/ tracks.csv listens.csv")
def ingest(sources: MaybeSources = None, from_catalog: Product = None, data: Data = DATA, work: Work = None) -> None:
    """Read files into canonical tables; bad rows are counted and listed, never fatal.

    Prints the folder with tracks, entries, playlists and listens as Parquet, and rejects.jsonl: each row that was left
    out with its file, line and reason.
    """
    console.plain(str(_ingested(everything(sources, from_catalog, data, work), data, work).path))


@command(TRAINING, "graph playlists.csv tracks.csv")
def graph(sources: Sources, data: Data = DATA, work: Work = None, seed: Seed = 1) -> None:
    """The playlist-track graph and which songs stand together.

    Prints the folder with graph.npz (which playlist holds which song) and neighbours.npz (for each song those most
    often in playlists with it, and in how many).
    """
    console.plain(str(_chain(sources, data, work, seed).graph("all").path))


@command(TRAINING, "train playlists.csv tracks.csv --seed 2")
def train(sources: Sources, data: Data = DATA, work: Work = None, seed: Seed = 1) -> None:
    """Learn the `graph` space: spectral filter, artist code and graph network in one vector.

    Prints the folder with what each song is in the index and what it asks for as a seed.
    """
    console.plain(str(_chain(sources, data, work, seed).train("all").path))


@command(TRAINING, "coldstart playlists.csv tracks.csv")
def coldstart(sources: Sources, data: Data = DATA, work: Work = None, seed: Seed = 1) -> None:
    """Learn to place songs that are in no playlist by their sound and their artist.

    Prints the folder with the network (cold_start.safetensors), the songs it placed and the audio space. Only kinds of
    input that find hidden songs better than popularity does may place songs.
    """
    console.plain(str(_chain(sources, data, work, seed).cold_start().path))


@command(
    TRAINING,
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
    release: ReleaseFolder = None,
    playlists: Unseen = None,
    role: Role = None,
    view: Views = View.CLOSED,
    positions: Seeds = Positions.RANDOM,
    json: Json = None,
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
) -> None:
    """Measure models on held-out playlists, or a finished release on a file of playlists.

    Prints NDCG@100, recall and hit rate with 95 % intervals. A release is judged honestly only by playlists that it
    did not learn from. --all trains every model once for four exams, asks the further questions, and writes a page and
    its figures as JSON; a run that is stopped goes on where it was.
    """
    if everything and (release or json):
        raise typer.BadParameter("--all trains on playlists and writes to --out: leave out --release and --json")
    if (release is None) != (playlists is None) or (release is None) == (not sources):
        raise typer.BadParameter("give playlists to train and judge on, or both --release and --playlists")
    if (out or seeds) and not everything:
        raise typer.BadParameter(
            "--out and --seeds belong to --all: add it, or give --json for the figures of one view"
        )
    page = out or data / "leaderboard.md"
    _check_before_loading(release, json, page if everything else None)
    chain = _chain(sources, data, work, seed) if sources and everything else None
    ingested = _ingested(sources, data, work) if sources and not everything else None
    with console.working("loading the training libraries"):
        from pipelines import evaluate_commands as commands

    if chain:
        commands.everything(chain, models, [int(one) for one in seeds.split(",") if one], page)
    elif release and playlists:
        commands.release(release, playlists, view.value, positions.value, seed, role, json)
    elif ingested:
        commands.leaderboard(ingested.path, models, view.value, positions.value, seed, json)


def _check_before_loading(release: Path | None, *files: Path | None) -> None:
    """What would fail at the end fails at once."""
    from kit.release import Release
    from pipelines.stage import writable

    for file in files:
        if file:
            writable(file.parent)
    if release:
        Release(release).verify()


@command(TRAINING, "tune playlists.csv tracks.csv --model als")
def tune(
    sources: Sources,
    model: Annotated[Grid, typer.Option(help="Whose grid.")] = Grid.FUSED,
    data: Data = DATA,
    work: Work = None,
) -> None:
    """Go through a model's grid on a second split inside the training playlists.

    Prints every setting with its NDCG@100, best first. The held-out playlists are not looked at.
    """
    ingested = _ingested(sources, data, work)
    with console.working("loading the training libraries"):
        from pipelines import evaluate_commands as commands

    commands.tune(ingested.path, model.value)


@command(TRAINING, "plot leaderboard.json --out plots")
def plot(
    leaderboard: Annotated[Path, typer.Argument(help="What evaluate --all wrote as JSON.", metavar="FILE")],
    out: Plots = Path("plots"),
) -> None:
    """Draw a leaderboard: accuracy against popularity, cost and number of seeds, and the gains with their intervals.

    Prints the SVG files. The same leaderboard gives the same bytes.
    """
    with console.working("loading the training libraries"):
        from pipelines.plot_commands import plot

    plot(leaderboard, out)


@command(TRAINING, "eda playlists.csv tracks.csv --out plots")
def eda(sources: Sources, out: Plots = Path("plots"), data: Data = DATA, work: Work = None) -> None:
    """Look at the songs before learning: which audio features go together, and with popularity; how genres sound.

    Prints what goes with popularity, with correlation and number of songs, and the SVG files.
    """
    ingested = _ingested(sources, data, work)
    with console.working("loading the training libraries"):
        from pipelines.plot_commands import eda

    eda(ingested.path, out)


@command(TRAINING, "release playlists.csv tracks.csv --out releases --name jazz")
def release(
    sources: Sources,
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
    name: Name = "mine",
    out: Annotated[Path | None, typer.Option(help="Where to write it.", show_default="DATA/releases")] = None,
) -> None:
    """Measure on held-out playlists, learn from all, and write the release folder.

    Prints the folder NAME-HASH: vectors, songs, figures and a manifest with the SHA-256 of each file. It serves when it
    is published.
    """
    from pipelines.stage import writable

    folder = writable(out or data / "releases")
    console.plain(str(_chain(sources, data, work, seed).release(folder, name).path))


@command(TRAINING, "demo --out releases")
def demo(
    out: Annotated[Path, typer.Option(help="Where to write the release.")] = Path("releases"),
    work: Annotated[Path, typer.Option(help="Where finished stages are kept.")] = Path("data/work"),
) -> None:
    """Build the demo release: an invented world, through every stage.

    Prints the release folder. Every song, artist, playlist and listener in it is made up, and it says so.
    """
    from pipelines.stage import writable

    folder = writable(out)
    with console.working("loading the training libraries"):
        from pipelines.chain import demo_release

    console.plain(str(demo_release(folder, work).path))


# Below the others, so that help begins with `refresh`; importing them registers their commands.
from pipelines import cli_serving, cli_songs  # noqa: E402, F401


def main() -> None:
    """The console script. What a person can mend is one sentence; the rest is our fault and a traceback."""
    from pipelines.failures import sentence

    try:
        app(prog_name="segue-pipeline")
    except SystemExit as ended:  # typer ends with this status on Ctrl-C and says nothing
        if ended.code == console.INTERRUPTED:
            console.note("stopped by Ctrl-C: what is finished is kept, run the same command again to go on")
        raise
    except Exception as error:
        said = sentence(error)
        if said is None:
            raise
        sys.exit(console.fail(said))


if __name__ == "__main__":
    main()
