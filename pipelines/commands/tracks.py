"""Commands about tracks: placing without training, comparing lists, exporting files."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import console
from pipelines.commands.options import DATA, Data, Index, Json, Seed, Sources, Work
from pipelines.commands.program import TRACKS, command


@command(TRACKS, "place new-tracks.csv --data data")
def place(sources: Sources, data: Data = DATA, work: Work = None, index_url: Index = None) -> None:
    """Add new tracks to the current release, without training.

    Each is placed by its audio features and its artist, as far as the release allows these inputs; a track with a
    title only can be found, not recommended. The next refresh, from all files, trains the tracks in playlists.

    Prints the new current release. The previous one is kept for a rollback.
    """
    from pipelines.commands.place import place

    place(sources, data, work or data / "work", index_url)


@command(TRACKS, "track-graph playlists.csv tracks.csv --out track-graph")
def track_data(
    sources: Sources,
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("track-graph"),
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
) -> None:
    """Write the weighted track graph as a PyTorch-Geometric Data object, with embeddings and the network for new
    tracks.

    Prints the file tracks-vVERSION-TIME.safetensors. Beside it: track_ids.npy, embeddings.npy of a graph network, and
    as plain arrays the network for new tracks: one_hot_encoder.npz, min_max_scaler.npz, mlp.npz.
    """
    from pipelines.ingest.training_input import ingested
    from pipelines.stage import writable

    folder, built = writable(out), ingested(sources, work or data / "work")
    with console.working("loading the training libraries"):
        from pipelines.export.track_graph_files import write

    with console.stage("track-graph") as line:
        found = write(built.path, folder, seed, line.update)
        line.fact(f"{found.tracks:,} tracks, {found.edges:,} edges")
    console.plain(str(found.path))


@command(TRACKS, "compare seeds.csv spotify.txt --json compared.json")
def compare(
    seeds: Annotated[Path, typer.Argument(help="The seeds of both lists.", metavar="SEEDS")],
    theirs: Annotated[Path, typer.Argument(help="What the other service recommended, best first.", metavar="THEIRS")],
    release: Annotated[
        Path | None, typer.Option(help="The release folder to rank with.", show_default="the current release")
    ] = None,
    data: Data = DATA,
    json: Json = None,
) -> None:
    """Compare a release's list with another service's list for the same seeds.

    A list is any file with one playlist or tracks that ingest reads, or a text with a Spotify link, URI or id on each
    line. Tracks are the same by id, else by first artist and title.

    Prints both lists with each track's rank in the other, overlap, rank-biased overlap, shared artists and median
    popularity. There is no ground truth.
    """
    from pipelines.stage import writable

    if json:
        writable(json.parent)
    from pipelines.commands.compare import side_by_side

    side_by_side(seeds, theirs, release, data, json)


@command(TRACKS, "export-csv mpd.slice.0-999.json tracks.csv --out pairs.csv")
def export_csv(
    sources: Sources,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("pairs.csv"),
    data: Data = DATA,
    work: Work = None,
) -> None:
    """Write every playlist-track pair with all track attributes, audio features too, as one CSV.

    The file opens in a spreadsheet, and ingest reads it again. Prints its name.
    """
    from pipelines.export import playlist_csv
    from pipelines.ingest.training_input import ingested
    from pipelines.stage import writable

    writable(out.parent)
    built = ingested(sources, work or data / "work")
    with console.stage("export-csv") as line:
        line.fact(f"{playlist_csv.write(built.path, out):,} playlist-track pairs")
    console.plain(str(out))
