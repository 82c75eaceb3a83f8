"""Training commands: refresh, its stages one by one, and the demo release."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import console
from pipelines.commands.options import (
    DATA,
    Data,
    Force,
    Index,
    Jobs,
    Mapped,
    MaybeSources,
    Name,
    Product,
    PruneDays,
    Seed,
    Sources,
    Update,
    Warm,
    Work,
    everything,
)
from pipelines.commands.program import LEARNING, command
from pipelines.commands.stages import built_chain, chain, ingested, prune_work, stages_of, updated


@command(LEARNING, "refresh playlists.csv tracks.csv --data data", "refresh playlists/ --update")
def refresh(
    sources: MaybeSources = None,
    from_catalog: Product = None,
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
    name: Name = "mine",
    index_url: Index = None,
    warm: Warm = False,
    update: Update = False,
    mapped: Mapped = True,
    force: Force = False,
    jobs: Jobs = None,
    prune_days: PruneDays = None,
) -> None:
    """Run all stages and publish the release.

    The stages, as the progress lines name them: ingest, graph train, train train, train held-out, query model,
    names train, evaluate, cold-start evaluation, graph all, train all, coldstart, names all, map, calibrate,
    release, publish.

    Prints the new release in DATA/releases, which serves from then on. The previous release serves until everything
    is trained, measured and checked, and is kept for a rollback. Two processes build stages that do not need each other
    where there are two cores and memory for both; --jobs 1 builds them one after another, with half the memory.

    A release that is worse than the current one on the same held-out playlists, beyond noise, is not published.

    After a few new files, --update costs a fraction: it adds them to what the last full refresh learned. The release
    says so, and that its figures were measured before. Refresh in full now and then.
    """
    from pipelines.commands.publish import gate, publish
    from pipelines.stage import writable

    read, folder = everything(sources, from_catalog, data, work), writable(data / "releases")
    sources_kept = stages_of(read) if prune_days is not None else ()
    release = updated(read, data, work, seed, mapped, folder, name) if update else None
    made = (release or built_chain(read, data, work, seed, jobs, warm, mapped).release(folder, name)).path
    if not force:
        gate(made, data)
    publish(made, data, index_url)
    if prune_days is not None:
        prune_work(work or data / "work", prune_days, sources_kept)


@command(LEARNING, "prune --days 30")
def prune(
    data: Data = DATA,
    work: Work = None,
    days: Annotated[float, typer.Option(min=1, help="Stages that a run used in these days stay.")] = 30,
) -> None:
    """Remove finished stages that no run has used for a while.

    Prints, to standard error, what it removed from the work folder, which holds what each stage of each run made. A
    stage that is needed again is built again; releases, databases and dumps stay.
    """
    from pipelines.stage import StageError

    if not (named := work or data).is_dir():
        raise StageError(f"{str(named)!r} is no folder: name the data folder with --data, or the folder with --work")
    prune_work(work or data / "work", days)


@command(LEARNING, "ingest spotify_playlists/ tracks.csv listens.csv")
def ingest(sources: MaybeSources = None, from_catalog: Product = None, data: Data = DATA, work: Work = None) -> None:
    """Read files into canonical tables; bad rows are counted and listed, never fatal.

    Prints the folder with tracks, entries, playlists and listens as Parquet, and rejects.jsonl: each row that was left
    out with its file, line and reason.
    """
    console.plain(str(ingested(everything(sources, from_catalog, data, work), data, work).path))


@command(LEARNING, "graph playlists.csv tracks.csv")
def graph(sources: Sources, data: Data = DATA, work: Work = None, seed: Seed = 1) -> None:
    """Build the playlist-track graph and the nearest neighbours of each track.

    Prints the folder with graph.npz (which playlist holds which track) and neighbours.npz (for each track its nearest
    by cosine, and the number of shared playlists).
    """
    console.plain(str(chain(sources, data, work, seed).graph("all").path))


@command(LEARNING, "train playlists.csv tracks.csv --seed 2")
def train(sources: Sources, data: Data = DATA, work: Work = None, seed: Seed = 1) -> None:
    """Train the `graph` space: spectral filter, artist code and graph network in one vector.

    Prints the folder with the index vector and the query vector of each track.
    """
    console.plain(str(chain(sources, data, work, seed).train("all").path))


@command(LEARNING, "coldstart playlists.csv tracks.csv")
def coldstart(sources: Sources, data: Data = DATA, work: Work = None, seed: Seed = 1) -> None:
    """Train cold-start embeddings of tracks in no playlist, from audio features and artist.

    Prints the folder with the network (cold_start.safetensors), the tracks it placed and the audio space. Only input
    types that find hidden tracks better than popularity may place tracks.
    """
    console.plain(str(chain(sources, data, work, seed).cold_start().path))


@command(LEARNING, "release playlists.csv tracks.csv --out releases --name jazz")
def release(
    sources: Sources,
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
    name: Name = "mine",
    mapped: Mapped = True,
    jobs: Jobs = None,
    out: Annotated[Path | None, typer.Option(help="Where to write it.", show_default="DATA/releases")] = None,
) -> None:
    """Evaluate on held-out playlists, train on all, and write the release folder.

    Prints the folder NAME-HASH: vectors, tracks, figures and a manifest with the SHA-256 of each file. It serves after
    it is published.
    """
    from pipelines.stage import writable

    folder = writable(out or data / "releases")
    console.plain(str(built_chain(sources, data, work, seed, jobs, mapped=mapped).release(folder, name).path))


@command(LEARNING, "demo --out releases")
def demo(
    out: Annotated[Path, typer.Option(help="Where to write the release.")] = Path("releases"),
    work: Annotated[Path, typer.Option(help="Where finished stages are kept.")] = Path("data/work"),
) -> None:
    """Build the demo release: an invented world through every stage.

    Prints the release folder. Every track, artist, playlist and listener in it is made up, and it says so.
    """
    from pipelines.stage import writable

    folder = writable(out)
    with console.working("loading the training libraries"):
        from pipelines.demo_release import demo_release

    console.plain(str(demo_release(folder, work).path))
