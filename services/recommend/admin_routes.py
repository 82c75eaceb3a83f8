"""Routes for administrators: switching between the installed releases."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from kit.identity import may
from kit.tokens import ADMIN
from kit.wire.admin import ReleaseSwitched
from services.recommend.release_admin import ReleaseAdmin

router = APIRouter(prefix="/v1/admin", tags=["operations"], dependencies=[Depends(may(ADMIN))])


async def _releases(request: Request) -> ReleaseAdmin:
    admin: ReleaseAdmin = request.app.state.release_admin
    return admin


Releases = Annotated[ReleaseAdmin, Depends(_releases)]
Version = Annotated[str, Path(min_length=1, max_length=100)]
UNFIT: dict[int | str, dict[str, Any]] = {
    409: {"description": "Its index is not built, it cannot be opened, or another publish is at work"}
}


@router.post("/releases/{version}/publish", responses=UNFIT)
async def publish_release(version: Version, releases: Releases) -> ReleaseSwitched:
    """Switches to an installed release whose index is built; a new one is installed by `segue-pipeline publish`."""
    return await releases.publish(version)


@router.post("/rollback", responses={409: {"description": "There is no older release, or it cannot serve"}})
async def roll_back(releases: Releases) -> ReleaseSwitched:
    """Switches back to the release that served before."""
    return await releases.rollback()
