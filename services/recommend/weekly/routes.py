"""The route of a person's weekly lists."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from kit.identity import may
from kit.tokens import Caller
from kit.wire.weekly import WeeklyLists
from services.recommend.weekly.pipeline import WeeklyPipeline

router = APIRouter(prefix="/v1/me/weekly", tags=["recommendations"])
Reader = Annotated[Caller, Depends(may("recommend:read"))]


@router.get("")
async def weekly_lists(request: Request, caller: Reader) -> WeeklyLists:
    """Three lists that are new each Monday: Discover, Rediscover and Deep cuts. Each has one track for each artist, and
    each track a reason. What is disliked, muted or excluded meanwhile is left out at once."""
    weekly: WeeklyPipeline = request.app.state.weekly
    return await weekly.read(caller)
