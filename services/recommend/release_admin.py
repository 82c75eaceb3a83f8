"""Switches to an installed release: one that lies in the data folder with its index.

Installing a release (checking, copying, building its index) is the work of segue-pipeline publish.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.errors import Conflict, IndexUnavailable, NotFound, StorageUnavailable
from kit.release_current import open_release
from kit.release_switch import PublishInProgress, exclusive, held_versions, served_before, switch
from kit.vectors import index_directory
from kit.wire.admin import ReleaseSwitched
from services.recommend.served.release_store import ReleaseStore

SERVING_S, LOOK_S = 10.0, 0.05
"""Longest wait for the switch to take effect, and the time between two looks."""


class ReleaseAdmin:
    """Switches the current release of a data folder; `index_url` names the Qdrant server, if there is one.
    Where releases come from a store (`releases_url`) only the command line switches: the store says what is current."""

    def __init__(
        self,
        store: ReleaseStore,
        data: Path,
        index_url: str | None,
        index_api_key: str | None,
        releases_url: str | None = None,
    ) -> None:
        self._store = store
        self._data, self._releases_url = data, releases_url
        self._index_url, self._index_api_key = index_url, index_api_key

    async def publish(self, version: str) -> ReleaseSwitched:
        """Makes an installed release current. NotFound, or Conflict when it cannot serve or another publish is at
        work."""
        if self._releases_url:
            command = f"segue-pipeline rollback {version}"
            raise Conflict(f"releases come from {self._releases_url}: run {command} where it is set", command=command)
        held = await asyncio.to_thread(held_versions, self._store.folder)
        if version not in held:
            raise NotFound(f"there is no release {version!r} here; there are: {', '.join(held) or 'none'}")
        await self._check(version)
        previous = await asyncio.to_thread(self._switch, version)
        return ReleaseSwitched(version=version, previous=previous, serving=await self._serves(version))

    async def rollback(self) -> ReleaseSwitched:
        """Makes the release current that served before; Conflict when there is none."""
        version = await asyncio.to_thread(served_before, self._store.folder)
        if version is None:
            raise Conflict("there is no older release to go back to: see /v1/releases")
        return await self.publish(version)

    async def _check(self, version: str) -> None:
        """Conflict unless the index is built and the release opens."""
        command = f"segue-pipeline publish {self._store.folder / version} --data {self._data}"
        if not await asyncio.to_thread(self._indexed, version):
            raise Conflict(f"the index of {version} is not built here: run {command}", command=command)
        try:
            await self._store.try_open(version)
        except Exception as error:
            raise Conflict(f"{version} cannot be opened ({error}): run {command}", command=command) from error

    def _indexed(self, version: str) -> bool:
        """True when the index is whole: an embedded one gets its name only after its check."""
        if not self._index_url:
            return index_directory(self._data, version).is_dir()
        from kit.vectors import server_build  # qdrant-client is installed only where a server is used

        with _explained():
            client = server_build.connect(self._index_url, self._index_api_key)
            return server_build.built(client, open_release(self._store.folder, version))

    def _switch(self, version: str) -> str | None:
        try:
            with exclusive(self._data):
                return switch(self._store.folder, version, self._activate)
        except PublishInProgress as error:
            raise Conflict(str(error)) from error
        except OSError as error:
            raise StorageUnavailable(
                f"{self._store.folder} cannot be written here ({error.strerror}): run segue-pipeline rollback "
                f"{version} where it can"
            ) from error

    def _activate(self, version: str) -> None:
        """Moves the server's alias; an embedded index has none."""
        if self._index_url:
            from kit.vectors import server_build

            with _explained():
                server_build.activate(server_build.connect(self._index_url, self._index_api_key), version)

    async def _serves(self, version: str) -> bool:
        for _ in range(round(SERVING_S / LOOK_S)):
            if self._store.version == version:
                return True
            await asyncio.sleep(LOOK_S)
        return False


@contextmanager
def _explained() -> Iterator[None]:
    """IndexUnavailable for every failure of the Qdrant server."""
    from kit.vectors.server import FAILURES, error_text

    try:
        yield
    except FAILURES as error:
        raise IndexUnavailable(
            f"the Qdrant server did not answer ({error_text(error)}): nothing was changed"
        ) from error
