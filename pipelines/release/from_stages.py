"""Writes a release from finished stages."""

from collections.abc import Callable
from pathlib import Path

from kit.release import Release
from pipelines.release.release_content import ReleaseContent
from pipelines.release.trained_content import FinishedStages, release_content
from pipelines.release.written import written


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
    return written(folder, name, lambda earlier: _content(name, built, cooccurring, earlier, invented, added))


def _content(
    name: str,
    built: FinishedStages,
    cooccurring: int,
    earlier: Release | None,
    invented: bool,
    added: Callable[[ReleaseContent], ReleaseContent] | None,
) -> ReleaseContent:
    content = release_content(name, built, cooccurring, earlier, invented)
    return added(content) if added else content
