"""Holds the statistics of the release being served; watches for a new release and replaces them."""

import asyncio
from pathlib import Path

from kit import log
from kit.errors import NoRelease
from kit.release import BrokenRelease
from kit.release_current import current_version, open_release
from services.report.catalogue import Catalogue
from services.report.reference import CatalogueTables


class ServedCatalogue:
    """The catalogue that reports compare with. A release that cannot be opened is tried again; the old one stays."""

    def __init__(self, folder: Path, poll_s: float) -> None:
        self._folder = folder
        self._poll_s = poll_s
        self._tables: CatalogueTables | None = None
        self._complaint: str | None = None
        self._log = log.get("release")

    def tables(self) -> CatalogueTables:
        """The present statistics; NoRelease when nothing was published or the first release is still being read."""
        if self._tables is None:
            raise NoRelease(
                "no release is read yet: try again in a moment, or publish one: segue-pipeline publish FOLDER"
            )
        return self._tables

    async def ping(self) -> str:
        """For /health/ready: the version being compared with."""
        return self.tables().catalogue.release.version

    async def watch(self) -> None:
        """Looks for a new release until cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(self._poll_s)

    async def refresh(self) -> None:
        """Reads the release that CURRENT names when it is another one; failures are logged once."""
        try:
            version = current_version(self._folder)
            if version is None or (self._tables and version == self._tables.catalogue.release.version):
                return
            self._tables = await asyncio.to_thread(_read, self._folder, version)
            self._complaint = None
            self._log.info("serving", release=version)
        except (BrokenRelease, OSError, ValueError) as error:
            if str(error) != self._complaint:
                self._log.error(f"cannot read the published release: {error}")
            self._complaint = str(error)


def _read(folder: Path, version: str) -> CatalogueTables:
    return CatalogueTables.of(Catalogue.of(open_release(folder, version)))
