"""A data folder made the way people make one: source files, the whole pipeline, publish. Takes a few seconds."""

from pathlib import Path

from kit.release import Release
from pipelines.chain import Chain
from pipelines.cold_start.network_settings import Settings as NetworkSettings
from pipelines.models.train_settings import TrainSettings
from pipelines.release.publish import publish
from tests import worlds
from tests.copies import cloned

SMALL = TrainSettings(spectral_dims=12, artist_dims=8, gcn_dims=8, gcn_steps=20)
QUICK = NetworkSettings(hidden=64, steps=20)


def source_files(folder: Path, seed: int = 7) -> list[Path]:
    """The small world of tests.worlds as a person would hold it: two tables."""
    folder.mkdir(parents=True, exist_ok=True)
    tracks, playlists = folder / "tracks.parquet", folder / "playlists.parquet"
    worlds.tracks(seed).write_parquet(tracks)
    worlds.entries(seed).write_parquet(playlists)
    return [tracks, playlists]


def published_world(folder: Path, seed: int = 7) -> Path:
    """The data folder after `refresh` on the small world."""
    data = folder / "data"
    publish(_learned(source_files(folder / "sources", seed), folder).path, data)
    return data


def _learned(sources: list[Path], folder: Path) -> Release:
    return Chain(sources, folder / "work", 1, SMALL, QUICK).release(folder / "out", "small")


def another_release(data: Path, folder: Path, seed: int = 8) -> str:
    """Publishes a release of another draw of the same world into a data folder; its version."""
    release = _learned(source_files(folder / "other", seed), folder)
    publish(release.path, data)
    return release.version


def published_after(data: Path, folder: Path) -> Path:
    """A copy of a data folder where another draw of the same world was published after its release."""
    copied = copy(data, folder)
    another_release(copied, folder)
    return copied


def copy(data: Path, folder: Path) -> Path:
    """A data folder of one's own, to break."""
    return cloned(data, folder / "copied")
