"""Writes a release from finished stages, and says what it holds and what its sources allow."""

from collections.abc import Callable
from pathlib import Path

from kit.release import Release
from pipelines import console
from pipelines.ingest import licences
from pipelines.release.release_content import ReleaseContent
from pipelines.release.trained_content import FinishedStages, release_content, served_from
from pipelines.release.write import write_release


def release_from(
    built: FinishedStages,
    folder: Path,
    name: str,
    cooccurring: int,
    invented: bool,
    added: Callable[[ReleaseContent], ReleaseContent] | None = None,
) -> Release:
    """The release under `folder`; `added` may change its content, as Origin.added_to does.

    Ids that changed since the release served from `folder` become aliases of their current tracks.
    """
    with console.stage("release") as line:
        before, earlier = {path.name for path in folder.glob(f"{name}-*")}, served_from(folder)
        content = release_content(name, built, cooccurring, earlier, invented)
        release = write_release(folder, added(content) if added else content)
        line.reused = release.version in before
        line.fact(f"{release.size:,} tracks, {release.placed:,} with vectors, in {release.path}")
        if earlier and (changed := content.aliases.changed):
            line.fact(f"{changed:,} tracks have another id than in {earlier.version}")
    if warning := licences.warning(release.manifest.licences):
        console.warn(warning)
    return release
