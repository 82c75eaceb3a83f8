"""Commands about songs: those that join a release without training, and the song graph as files of its own."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import console
from pipelines.options import Data, Index, Seed, Sources, Work
from pipelines.program import TRAINING, command

DATA = Path("data")


@command(TRAINING, "place new-songs.csv --data data")
def place(sources: Sources, data: Data = DATA, work: Work = None, index_url: Index = None) -> None:
    """Add songs that nobody has played yet to the release that serves, without training.

    Each is placed by its sound and its artist as far as the release may; one of which only a title is known can be
    found, not recommended. The next refresh, from all files, learns the songs that playlists hold by then.

    Prints which release serves then. What served before stays for a rollback.
    """
    from pipelines.place_commands import place

    place(sources, data, work or data / "work", index_url)


@command(TRAINING, "song-data playlists.csv tracks.csv --out song-data")
def song_data(
    sources: Sources,
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("song-data"),
    data: Data = DATA,
    work: Work = None,
    seed: Seed = 1,
) -> None:
    """Write the weighted song graph as a PyTorch-Geometric Data object, with embeddings and the network for new songs.

    Prints the file songs-vVERSION-TIME.safetensors. Beside it: track_ids.npy, embeddings.npy of a graph network, and as
    plain arrays what places a song by its sound alone: one_hot_encoder.npz, min_max_scaler.npz, mlp.npz.
    """
    from pipelines.reading import ingested
    from pipelines.stage import writable

    folder, built = writable(out), ingested(sources, work or data / "work")
    with console.working("loading the training libraries"):
        from pipelines.song_files import write

    with console.stage("song-data") as line:
        found = write(built.path, folder, seed, line.say)
        line.fact(f"{found.songs:,} songs, {found.edges:,} edges")
    console.plain(str(found.path))
