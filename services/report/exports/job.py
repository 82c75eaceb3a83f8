"""The job that makes an export: reads every source page by page into a zip, and stores it in parts.

A failed attempt begins anew. Memory holds one page and one part; the work of compressing runs in a thread.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from kit.job_worker import JobFailed, Run
from kit.wire.personal_data import SectionAbout
from services.report.exports.archive import ZipParts
from services.report.exports.dictionary import README, file_name, readme
from services.report.exports.sources import Source
from services.report.store import Store
from services.report.store.exports import PART_BYTES

MOST_BYTES = 1 << 30
"""Far above what the limits of catalog let a person keep."""
TOO_LARGE = "there is more of your data than one export may hold: ask the operator of this server for it"


class ExportJob:
    """Makes exports from these sources; a zip is kept for `kept`."""

    def __init__(self, store: Store, sources: Sequence[Source], kept: timedelta) -> None:
        self._store, self._sources, self._kept = store, sources, kept

    async def run(self, run: Run) -> dict[str, Any]:
        """The handler of the job; its result says how many rows and bytes there are."""
        person = run.job.person
        assert person
        await self._store.exports.restart(run.job)
        made = _Made(run, self._store)
        sections = [(source, section) for source in self._sources for section in await source.sections(person)]
        made.files_in_all = len(sections)
        made.zip.text(README, readme((section for _, section in sections), made.moment))
        for source, section in sections:
            await made.file(section, source.pages(person, section.name))
        size = await made.close()
        await self._store.exports.complete(run.job, size, self._kept)
        return {"rows": made.rows, "bytes": size}


class _Made:
    """An export while it is made."""

    def __init__(self, run: Run, store: Store) -> None:
        self.moment = datetime.now(UTC)
        self.zip = ZipParts(PART_BYTES, self.moment)
        self.files, self.files_in_all, self.rows, self._stored = 0, 0, 0, 0
        self._run, self._store = run, store

    async def file(self, section: SectionAbout, pages: AsyncIterator[Sequence[Any]]) -> None:
        """Adds one section."""
        self.zip.begin(file_name(section))
        async for page in pages:
            await asyncio.to_thread(self.zip.add, page)
            self.rows += len(page)
            await self._store_parts()
            await self._run.report(self._progress())
        self.zip.end()
        self.files += 1

    async def close(self) -> int:
        """Stores the last parts; returns the size of the zip."""
        last = self.zip.close()
        for start in range(0, len(last), PART_BYTES):
            await self._append(last[start : start + PART_BYTES])
        await self._run.report(self._progress())
        return self._stored

    async def _store_parts(self) -> None:
        for part in self.zip.parts():
            await self._append(part)

    async def _append(self, part: bytes) -> None:
        if self._stored + len(part) > MOST_BYTES:
            raise JobFailed(TOO_LARGE)
        await self._store.exports.append(self._run.job, self._stored, part)
        self._stored += len(part)

    def _progress(self) -> dict[str, Any]:
        return {"files": self.files, "files_in_all": self.files_in_all, "rows": self.rows}
