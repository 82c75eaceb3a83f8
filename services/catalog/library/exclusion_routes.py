"""Public routes of exclusions under /v1/me/exclusions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from kit.wire.exclusions import Exclusion, ExclusionList, NewExclusion
from services.catalog.dependencies import Reader, Store, Writer
from services.catalog.library import exclusions

router = APIRouter(prefix="/v1/me/exclusions", tags=["library"])


@router.get("")
async def excluded(store: Store, person: Reader) -> ExclusionList:
    """What of the person's listening does not count for the taste, the latest exclusion first."""
    return await exclusions.all_of(store, person)


@router.post("", status_code=201, responses={404: {"description": "No such track or playlist"}})
async def exclude(body: NewExclusion, store: Store, person: Writer) -> Exclusion:
    """Sets the likes, plays and skips of a track, a playlist, a source or a period aside, also those still to come:
    they count no more from the very next answer on. Likes stay in the list of likes, tracks stay known, and dislikes
    hold. The same exclusion twice is one."""
    return (await exclusions.add(store, person, body))[1]


@router.delete("/{id}", responses={404: {"description": "No such exclusion of this person"}})
async def lift_exclusion(exclusion: Annotated[UUID, Path(alias="id")], store: Store, person: Writer) -> ExclusionList:
    """Removes an exclusion: what it set aside counts again, at once."""
    return await exclusions.remove(store, person, exclusion)
