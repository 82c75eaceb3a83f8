"""Internal routes from which report makes the export of a person's data. The token says whose."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kit.identity import may
from kit.tokens import EXPORT, Caller
from kit.wire.personal_data import SectionList, SectionPage
from services.auth.dependencies import Store, never_kept

router = APIRouter(prefix="/internal/personal-data", tags=["internal"], dependencies=[Depends(never_kept)])
Exporter = Annotated[Caller, Depends(may(EXPORT))]


@router.get("")
async def sections(_caller: Exporter, store: Store) -> SectionList:
    """What auth keeps of a person: the sections, with the meaning of their fields."""
    return store.personal_data.listed


@router.get("/{section}")
async def section_page(
    section: str, caller: Exporter, store: Store, after: Annotated[str | None, Query(max_length=2_000)] = None
) -> SectionPage:
    """The next rows of a section that belong to the bearer."""
    return await store.personal_data.page(section, caller.person, after)
