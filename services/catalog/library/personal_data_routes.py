"""Internal routes from which report makes the export of a person's data. The token says whose."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kit.identity import may
from kit.tokens import EXPORT, Caller
from kit.wire.personal_data import SectionList, SectionPage
from services.catalog.dependencies import Store
from services.catalog.library import personal_data

router = APIRouter(prefix="/internal/personal-data", tags=["internal"])
Exporter = Annotated[Caller, Depends(may(EXPORT))]


@router.get("")
async def sections(_caller: Exporter, store: Store) -> SectionList:
    """What catalog keeps of a person: the sections, with the meaning of their fields."""
    return store.personal_data.listed


@router.get("/{section}")
async def section_page(
    section: str, caller: Exporter, store: Store, after: Annotated[str | None, Query(max_length=2_000)] = None
) -> SectionPage:
    """The next rows of a section that belong to the bearer; Unauthorized when the account was deleted."""
    await store.people.version(caller.person)
    return await personal_data.page(store, caller.person, section, after)
