"""Where an export comes from: what auth and catalog keep of a person, and report itself, in pages.

auth and catalog are read with a token that auth signs for this person and this purpose, for two minutes (decisions 0024
and 0031); a new one is asked for before it ends.
"""

import time
from collections.abc import AsyncIterator, Sequence
from typing import Protocol
from uuid import UUID

from kit.errors import NeighbourUnavailable
from kit.http import ServiceClient
from kit.personal_data import PersonalData
from kit.wire.people import DelegatedToken
from kit.wire.personal_data import Row, SectionAbout, SectionList, SectionPage

PATH = "/internal/personal-data"
PAGE_S = 30.0
"""Longest wait for a page: the first one of a table may read rows of many people."""
BEFORE_END_S = PAGE_S + 5


class Source(Protocol):
    """A service that keeps data of people."""

    async def sections(self, person: UUID, /) -> Sequence[SectionAbout]:
        """What it keeps; NeighbourUnavailable."""

    def pages(self, person: UUID, section: str, /) -> AsyncIterator[Sequence[Row]]:
        """The rows of a section that belong to the person, page by page; NeighbourUnavailable."""


class ExportTokens:
    """Access tokens for the export of one person after another, each used until shortly before it ends."""

    def __init__(self, auth: ServiceClient, service_key: str) -> None:
        self._auth, self._service = auth, f"Segue-Service {service_key}"
        self._held: tuple[UUID, str, float] | None = None

    async def bearer(self, person: UUID) -> str:
        """The Authorization header of a person's export; NeighbourUnavailable, also when the account was deleted."""
        if self._held and self._held[0] == person and time.monotonic() < self._held[2]:
            return self._held[1]
        wanted = {"person": str(person), "purpose": "export"}
        answer = await self._auth.post("/internal/tokens:delegate", wanted, self._service)
        token = DelegatedToken.model_validate(answer)
        until = time.monotonic() + token.expires_in - BEFORE_END_S
        self._held = person, f"Bearer {token.access_token}", until
        return self._held[1]


class ServiceSource:
    """Another service."""

    def __init__(self, service: ServiceClient, tokens: ExportTokens) -> None:
        self._service, self._tokens = service, tokens

    async def sections(self, person: UUID) -> Sequence[SectionAbout]:
        """See Source."""
        return SectionList.model_validate_json(await self._read(person, PATH)).items

    async def pages(self, person: UUID, section: str) -> AsyncIterator[Sequence[Row]]:
        """See Source."""
        after: str | None = ""
        while after is not None:
            query = f"?after={after}" if after else ""
            page = SectionPage.model_validate_json(await self._read(person, f"{PATH}/{section}{query}"))
            yield page.items
            after = page.next

    async def _read(self, person: UUID, path: str) -> bytes:
        answer = await self._service.get(path, await self._tokens.bearer(person), deadline_s=PAGE_S)
        if answer.body is None:
            raise NeighbourUnavailable(f"{self._service.name} answered {path} without a body")
        return answer.body


class OwnSource:
    """Report's own tables."""

    def __init__(self, data: PersonalData) -> None:
        self._data = data

    async def sections(self, _person: UUID) -> Sequence[SectionAbout]:
        """See Source."""
        return self._data.listed.items

    async def pages(self, person: UUID, section: str) -> AsyncIterator[Sequence[Row]]:
        """See Source."""
        after: str | None = None
        while True:
            page = await self._data.page(section, person, after)
            yield page.items
            if (after := page.next) is None:
                return
