"""segue-pipeline: playlists in, release out.

Training libraries are imported inside the commands that need them, so that publish, releases and rollback run where
only the serving packages are installed.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import console

if TYPE_CHECKING:
    from pipelines.chain import Chain

HELP = "\n\n".join(
    (
        "Playlists in, release out.",
        "Most people need one command: [bold]segue-pipeline refresh playlists.csv tracks.csv[/] reads the files, "
        "learns, measures and publishes; a running Segue serves the result within a second.",
        "Every command does what is missing before it and reuses what is finished: stages are kept under the work "
        "folder, keyed by what went in, so an interrupted run goes on where it stopped.",
    )
)

app = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False
)

Sources = Annotated[
    list[Path],
    typer.Argument(
        help="Playlists, tracks, listens: CSV or Parquet tables, Million Playlist Dataset slices, or folders of them.",
        show_default=False,
    ),
]
Data = Annotated[Path, typer.Option(help="Where releases, index and databases live.", envvar="SEGUE_DATA")]
Work = Annotated[Path | None, typer.Option(help="Where finished stages are kept.", show_default="DATA/work")]
Seed = Annotated[int, typer.Option(help="Of every random choice: the same seed gives the same release.")]
Name = Annotated[str, typer.Option(help="First part of the release's version.")]
Index = Annotated[
    str | None,
    typer.Option(
        "--index-url", help="A Qdrant server instead of the embedded index.", envvar="SEGUE_RECOMMEND_INDEX_URL"
    ),
]


class View(StrEnum):
    """Which songs may be recommended."""

    CLOSED = "closed"
    WIDE = "wide"


class Positions(StrEnum):
    """Which songs of a held-out playlist are shown."""

    RANDOM = "random"
    FIRST = "first"


TRAINING, SERVING = "Learning", "Serving"


def _chain(sources: list[Path], data: Path, work: Path | None, seed: int) -> "Chain":
    from pipelines.chain import Chain

    return Chain(sources, work or data / "work", seed)


@app.command(rich_help_panel=TRAINING)
def refresh(
    sources: Sources,
    data: Data = Path("data"),
    work: Work = None,
    seed: Seed = 1,
    name: Name = "mine",
    index_url: Index = None,
) -> None:
    """All of it: ingest, graph, train, coldstart, evaluate, release, publish."""
    chain = _chain(sources, data, work, seed)
    release = chain.release(data / "releases", name)
    _publish(release.path, data, index_url)


@app.command(rich_help_panel=TRAINING)
def ingest(sources: Sources, data: Data = Path("data"), work: Work = None, seed: Seed = 1) -> None:
    """Read files into canonical tables; bad rows are counted and listed, never fatal."""
    console.plain(str(_chain(sources, data, work, seed).ingest().path))


@app.command(rich_help_panel=TRAINING)
def graph(sources: Sources, data: Data = Path("data"), work: Work = None, seed: Seed = 1) -> None:
    """The playlist-track graph and which songs stand together."""
    console.plain(str(_chain(sources, data, work, seed).graph("all").path))


@app.command(rich_help_panel=TRAINING)
def train(sources: Sources, data: Data = Path("data"), work: Work = None, seed: Seed = 1) -> None:
    """Learn the `graph` space: spectral filter, artist code and graph network in one vector."""
    console.plain(str(_chain(sources, data, work, seed).train("all").path))


@app.command(rich_help_panel=TRAINING)
def coldstart(sources: Sources, data: Data = Path("data"), work: Work = None, seed: Seed = 1) -> None:
    """Learn to place songs that are in no playlist by their sound and their artist."""
    console.plain(str(_chain(sources, data, work, seed).cold_start().path))


@app.command(rich_help_panel=TRAINING)
def evaluate(
    sources: Annotated[list[Path] | None, typer.Argument(help="As for refresh; not with --release.")] = None,
    models: Annotated[str, typer.Option(help="Comma-separated names; empty = all of the leaderboard.")] = "",
    release: Annotated[Path | None, typer.Option(help="Judge this release folder instead of training.")] = None,
    playlists: Annotated[Path | None, typer.Option(help="With --release: the file of playlists to continue.")] = None,
    role: Annotated[str | None, typer.Option(help="With --release: only playlists of this role.")] = None,
    view: Annotated[View, typer.Option(help="closed: songs in 5 or more playlists; wide: all songs.")] = View.CLOSED,
    positions: Annotated[Positions, typer.Option(help="Which songs are the seeds.")] = Positions.RANDOM,
    json: Annotated[Path | None, typer.Option(help="Also write the figures here.")] = None,
    data: Data = Path("data"),
    work: Work = None,
    seed: Seed = 1,
) -> None:
    """Measure models on held-out playlists, or a finished release on a file of playlists."""
    from pipelines import evaluate_commands as commands

    if release and playlists:
        commands.release(release, playlists, view.value, positions.value, seed, role, json)
    elif sources and not release and not playlists:
        ingested = _chain(sources, data, work, seed).ingest().path
        commands.leaderboard(ingested, models, view.value, positions.value, seed, json)
    else:
        raise typer.BadParameter("give playlists to train and judge on, or both --release and --playlists")


@app.command(rich_help_panel=TRAINING)
def tune(
    sources: Sources,
    model: Annotated[str, typer.Option(help="als, item_knn or fused.")] = "fused",
    data: Data = Path("data"),
    work: Work = None,
    seed: Seed = 1,
) -> None:
    """Go through a model's grid on a second split inside the training playlists."""
    from pipelines import evaluate_commands as commands

    commands.tune(_chain(sources, data, work, seed).ingest().path, model)


@app.command(rich_help_panel=TRAINING)
def release(
    sources: Sources,
    data: Data = Path("data"),
    work: Work = None,
    seed: Seed = 1,
    name: Name = "mine",
    out: Annotated[Path | None, typer.Option(help="Where to write it.", show_default="DATA/releases")] = None,
) -> None:
    """Measure on held-out playlists, learn from all, and write the release folder."""
    written = _chain(sources, data, work, seed).release(out or data / "releases", name)
    console.plain(str(written.path))


@app.command(rich_help_panel=TRAINING)
def demo(
    out: Annotated[Path, typer.Option(help="Where to write the release.")] = Path("releases"),
    work: Annotated[Path, typer.Option(help="Where finished stages are kept.")] = Path("data/work"),
) -> None:
    """Build the demo release: an invented world, through every stage."""
    from pipelines.chain import demo_release

    console.plain(str(demo_release(out, work).path))


@app.command(rich_help_panel=SERVING)
def publish(
    folder: Annotated[Path, typer.Argument(help="A release folder.")],
    data: Data = Path("data"),
    index_url: Index = None,
) -> None:
    """Check a release, fill the index, and make it the one that serves."""
    _publish(folder, data, index_url)


@app.command(rich_help_panel=SERVING)
def releases(data: Data = Path("data")) -> None:
    """List the published releases, newest first."""
    from rich.table import Table

    from pipelines.publish import releases as published

    found = published(data)
    if not found:
        console.note(f"nothing is published under {data}: segue-pipeline publish FOLDER")
    table = Table("version", "serving", "created", "tracks", "with vectors", "NDCG@100")
    for item in found:
        figure = item.metrics.get("average_ndcg_100")
        counts = (f"{item.counts[name]:,}" for name in ("tracks", "vectors"))
        measured = f"{figure:.4f}" if isinstance(figure, float) else "-"
        table.add_row(item.version, "yes" if item.current else "", item.created_at, *counts, measured)
    console.OUT.print(table)


@app.command(rich_help_panel=SERVING)
def rollback(
    version: Annotated[str | None, typer.Argument(help="Default: the newest that is older than the current.")] = None,
    data: Data = Path("data"),
    index_url: Index = None,
) -> None:
    """Serve an earlier release again."""
    from pipelines import publish as publishing

    with console.stage("rollback") as line:
        done = publishing.rollback(data, version, index_url, line.count)
        line.fact(f"{done.version} serves, {done.previous} did")


def _publish(folder: Path, data: Path, index_url: str | None) -> None:
    from pipelines import publish as publishing

    with console.stage("publish") as line:
        done = publishing.publish(folder, data, index_url, line.count)
        line.fact(f"{done.version} serves")
        if done.pruned:
            line.fact(f"removed {', '.join(done.pruned)}")


def main() -> None:
    """The console script. What a person can mend is one sentence; the rest is our fault and a traceback."""
    from pipelines.failures import mendable

    try:
        app()
    except mendable() as error:
        sys.exit(console.fail(str(error)))


if __name__ == "__main__":
    main()
