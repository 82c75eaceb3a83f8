"""Writes the release of a content, and says what it holds and what its sources allow."""

from collections.abc import Callable
from pathlib import Path

from kit.release import BrokenRelease, Release
from kit.release_current import open_current
from pipelines import console
from pipelines.ingest import licences
from pipelines.release.release_content import ReleaseContent
from pipelines.release.write import write_release


def written(folder: Path, name: str, content_of: Callable[[Release | None], ReleaseContent]) -> Release:
    """The release under `folder` of a content, which is made for the release served from there, if there is one."""
    with console.stage("release") as line:
        before, earlier = {path.name for path in folder.glob(f"{name}-*")}, served_from(folder)
        content = content_of(earlier)
        release = write_release(folder, content)
        line.reused = release.version in before
        line.fact(f"{release.size:,} tracks, {release.embedded:,} with vectors, in {release.path}")
        if earlier and (changed := content.aliases.changed):
            line.fact(f"{changed:,} tracks have another id than in {earlier.version}")
    if warning := licences.warning(release.manifest.licences):
        console.warn(warning)
    return release


def served_from(folder: Path) -> Release | None:
    """The current release of a folder of releases; None, with a warning, when it cannot be read."""
    try:
        return open_current(folder)
    except BrokenRelease as error:
        console.warn(f"{error}; ids that changed since it are not known")
        return None
