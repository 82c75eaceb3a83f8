"""Commands about songs: those that join a release without training."""

from pathlib import Path

from pipelines.options import Data, Index, Sources, Work
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
