"""Background import of the published release's tracks into the store, repeated when another release is published.

Cards are read in a thread and written in short transactions. The import state is in the database, so a crash loses
at most one batch, and only one of several processes on a database imports.
"""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import ValidationError

from kit import ids, log
from kit.release import BrokenRelease, Release
from kit.release_current import current_version
from kit.wire.catalog import Track
from services.catalog.added.adoption import adopt
from services.catalog.store import Store
from services.catalog.store.imports import ClaimLost, Code

BATCH = 1_000
LEASE_S = 20.0  # a batch takes well under a second; after this time without one another process may take over
RETRY_S = 30.0


class ReleaseImport:
    """The release importer of one process."""

    def __init__(self, store: Store, releases: Path, poll_s: float, batch: int = BATCH) -> None:
        self._store, self._imports, self._keys = store, store.imports, store.keys
        self._releases = releases
        self._poll_s = poll_s
        self._batch = batch
        self._me = uuid4()
        self._log = log.get("release_import")
        self._state = "importing"
        self._stopped = asyncio.Event()
        self._done: str | None = None
        self._complaint: str | None = None
        self._keys_current = False
        self._failed: tuple[str, float] | None = None  # version, when to try it again

    async def done(self) -> float:
        """1 when the current release is imported, else 0."""
        return float(self._state == "ok")

    async def ping(self) -> str:
        """Readiness text: ok, importing, no release, or release skipped. In all states the stored tracks are served."""
        return self._state

    async def run(self) -> None:
        """Polls for a newly published release until stopped; failures are logged and do not end it."""
        while not self._stopped.is_set():
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._stopped.wait()

    def stop(self) -> None:
        """Ends `run` after the current batch: a transaction cancelled halfway would hold the database's lock."""
        self._stopped.set()

    async def look(self) -> None:
        """Imports the current release unless it is already imported or failed within RETRY_S. First recomputes search
        keys that an earlier version of the service stored."""
        if not self._keys_current:
            self._keys_current = await self._renew_keys()
        try:
            version = current_version(self._releases)
        except (BrokenRelease, OSError, ValueError) as error:  # unreadable, not text, no file descriptor left
            self._complain(f"cannot read which release is published: {error}")
            return
        self._complaint = None
        if version is None:
            self._state = "no release"
        elif version != self._done and not self._too_soon(version):
            try:
                await self._bring(version)
            except ClaimLost as error:
                self._log.warning("import left to another process", release=version, reason=str(error))
            except Exception as error:
                self._failed, self._state = (version, time.monotonic() + RETRY_S), "release skipped"
                known = isinstance(error, BrokenRelease)
                self._log.error("release skipped", release=version, reason=str(error), exc_info=not known)

    def _complain(self, complaint: str) -> None:
        """Logs an error once until it changes; the imported tracks are served meanwhile."""
        self._state = "release skipped"
        if complaint != self._complaint:
            self._log.error(complaint)
        self._complaint = complaint

    def _too_soon(self, version: str) -> bool:
        return self._failed is not None and self._failed[0] == version and time.monotonic() < self._failed[1]

    async def _renew_keys(self) -> bool:
        """Recomputes every track's search keys if they are outdated; False when stopped. Safe to run concurrently."""
        if await self._keys.current():
            return True
        started, number = time.monotonic(), 0
        while (last := await self._keys.renew(number, self._batch)) is not None:
            number = last
            if self._stopped.is_set():
                return False
        await self._keys.finish()
        self._log.info("names indexed", up_to=number, seconds=round(time.monotonic() - started, 1))
        return True

    async def _bring(self, version: str) -> None:
        if await self._imports.imported() != version:
            self._state = "importing"
            # Before the claim: reading every byte of a large release may take longer than a claim lasts.
            release = await asyncio.to_thread(_open_whole, self._releases / version)
            row = await self._imports.claim(self._me, version, LEASE_S)
            if row is None or not await self._import(release, row):
                return
        self._done, self._state = version, "ok"

    async def _import(self, release: Release, row: int) -> bool:
        """Imports tracks from a row on; False when stopped before the end."""
        started = time.monotonic()
        try:
            while row < release.size:
                if self._stopped.is_set():
                    return False
                stop = min(row + self._batch, release.size)
                tracks = await asyncio.to_thread(_read, release, row, stop)
                await self._imports.put(self._me, release.version, tracks, stop, LEASE_S)
                row = stop
            if not await self._import_aliases(release, row):
                return False
            adopted = await adopt(self._store)  # before the end is recorded: what is cut short here begins again
            await self._imports.finish(self._me, release.version)
        finally:
            await self._imports.give_up(self._me)
        seconds = round(time.monotonic() - started, 1)
        counts = {"tracks": release.size, "adopted": adopted}
        self._log.info("release imported", release=release.version, seconds=seconds, **counts)
        return True

    async def _import_aliases(self, release: Release, row: int) -> bool:
        """Imports the aliases, whose row numbers continue those of the tracks; False when stopped before the end."""
        older, codes = release.aliases()[1], release.codes()[1]
        last = release.size + max(len(older), len(codes))
        while row < last:
            if self._stopped.is_set():
                return False
            start, stop = row - release.size, min(row + self._batch, last) - release.size
            batch = await asyncio.to_thread(_aliases, release, start, stop)
            row = release.size + stop
            await self._imports.put_aliases(self._me, *batch, row, LEASE_S)
        return True


def _aliases(release: Release, start: int, stop: int) -> tuple[list[tuple[UUID, UUID]], list[Code]]:
    """Older ids and codes number `start` to `stop` - 1, with their tracks."""
    values, rows = (part[start:stop].tolist() for part in release.aliases())
    older = [(ids.decode(older_id.decode()), _number(release, at)) for older_id, at in zip(values, rows, strict=True)]
    values, rows = (part[start:stop].tolist() for part in release.codes())
    codes = [(code.decode().partition(":"), _number(release, at)) for code, at in zip(values, rows, strict=True)]
    return older, [Code(kind, value, number) for (kind, _, value), number in codes]


def _number(release: Release, row: int) -> UUID:
    return ids.decode(release.track_id(row))


def _open_whole(path: Path) -> Release:
    release = Release(path)
    release.verify()
    return release


def _read(release: Release, start: int, stop: int) -> list[Track]:
    try:
        return [Track.model_validate_json(release.card(row)) for row in range(start, stop)]
    except ValidationError as error:
        where = f"{release.path / 'cards.jsonl'}, rows {start} to {stop - 1}"
        raise BrokenRelease(
            f"{where}: not tracks as kit.wire.catalog has them; build the release again: {error}"
        ) from None
