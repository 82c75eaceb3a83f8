"""The index store on a Qdrant server: one collection tracks_<version> a release, and the alias `tracks`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kit.errors import IndexUnavailable
from kit.release import Release
from kit.vectors import TrackIndex, collection_name, server_build
from kit.vectors.points import Progress
from kit.vectors.rescored import RescoredIndex
from kit.vectors.server import FAILURES, QdrantIndex, error_text
from pipelines.index.check import IndexFault, checked


class ServerStore:
    """IndexStore over a client; `reader` opens the read side of a release's collection."""

    def __init__(
        self,
        client: server_build.Client,
        reader: Callable[[Release], TrackIndex],
        settled_s: float = server_build.SETTLED_S,
    ) -> None:
        self._client = client
        self._reader = reader
        self._settled_s = settled_s

    @classmethod
    def connect(cls, url: str, api_key: str | None) -> "ServerStore":
        """The store of a real server."""

        def reader(release: Release) -> TrackIndex:
            engine = QdrantIndex.connect(url, collection_name(release.version), release.dims, api_key)
            return RescoredIndex(engine, release)

        return cls(server_build.connect(url, api_key), reader)

    def ready(self, release: Release) -> bool:
        """True when the collection exists and holds every track."""
        with _explained():
            return server_build.built(self._client, release)

    def agrees(self, release: Release) -> bool:
        """Asked through the read side."""
        with _explained():
            try:
                asyncio.run(checked(lambda: self._reader(release), release))
            except (IndexFault, IndexUnavailable):
                return False
            return True

    def build(self, release: Release, progress: Progress) -> dict[str, float]:
        """A collection that fails is dropped again."""
        with _explained():
            try:
                server_build.fill(self._client, release, progress, self._settled_s)
                return asyncio.run(checked(lambda: self._reader(release), release))
            except BaseException:
                with suppress(*FAILURES):
                    server_build.drop(self._client, release.version)
                raise

    def activate(self, version: str) -> None:
        """Moves the alias in one call."""
        with _explained():
            server_build.activate(self._client, version)

    def drop(self, version: str) -> None:
        """Deletes the collection."""
        with _explained():
            server_build.drop(self._client, version)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise IndexFault(f"Qdrant did not do it ({error_text(error)}): see that it runs, then publish again") from error
    except server_build.CollectionNotReady as error:
        raise IndexFault(str(error)) from error
