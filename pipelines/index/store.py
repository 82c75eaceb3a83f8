"""Where the index of a release is built and kept: beside the releases, or on a Qdrant server. One shape for both."""

from pathlib import Path
from typing import Protocol

from kit.release import Release
from kit.vectors.points import Progress


class IndexStore(Protocol):
    """The write side of the index."""

    def ready(self, release: Release) -> bool:
        """True when the release's index is in place and whole."""
        ...

    def agrees(self, release: Release) -> bool:
        """True when an index that is ready answers as the release demands: its vectors, its filters, its recall."""
        ...

    def build(self, release: Release, progress: Progress) -> dict[str, float]:
        """Builds, checks, then puts in place; the recall of each kind of probe. IndexFault leaves nothing behind."""
        ...

    def activate(self, version: str) -> None:
        """Points those at it who know no version."""
        ...

    def drop(self, version: str) -> None:
        """Removes the index of a release that is no longer kept."""
        ...


def store_for(data: Path, index_url: str | None, api_key: str | None) -> IndexStore:
    """The server's store when a URL is set, else the embedded one."""
    if index_url:
        from pipelines.index.server import ServerStore

        return ServerStore.connect(index_url, api_key)
    from pipelines.index.edge import EdgeStore

    return EdgeStore(data)
