"""The release that is made of the small world's open dumps."""

from pathlib import Path

from kit.release import Release
from pipelines.chain import Chain
from pipelines.open_data.dumps import described
from pipelines.open_data.release import origin
from pipelines.stage import Built
from tests.pipelines.open_data.world import OpenWorld
from tests.published import QUICK, SMALL


def released(folder: Path, world: OpenWorld, sessions: Built, tracks: Built) -> Release:
    """Trains it with small settings; its stages and it itself are in the folder."""
    files = [sessions.path / "listenbrainz", tracks.path / "musicbrainz"]
    chain = Chain(files, folder / "work", 1, SMALL, QUICK, mapped=False)
    return chain.release(folder / "releases", "open", origin(described(world.dumps), sessions, tracks))
