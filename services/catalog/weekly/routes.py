"""Routes of weekly lists: the export of one for its person, and internal ones with which recommend makes them.

GET /v1/me/weekly itself is recommend's, because it makes the lists of a week that has none yet (decision 0031).
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from kit.identity import FromService, Signed
from kit.wire.playlists import ExportFormat
from kit.wire.weekly import EarlierWeeks, MadeWeekly, WeeklyClaim, WeeklyClaimed, WeeklyKept, WeeklyKey, WeeklyLists
from services.catalog.dependencies import Reader, Store
from services.catalog.playlists.routes import as_download
from services.catalog.weekly import reading

router = APIRouter(prefix="/v1/me/weekly", tags=["library"])
internal = APIRouter(prefix="/internal", tags=["internal"])


@router.get("/{key}/export", response_class=Response, responses={404: {"description": "No list was made yet"}})
async def export_weekly(
    key: Annotated[WeeklyKey, Path()],
    store: Store,
    person: Reader,
    form: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.JSPF,
) -> Response:
    """A weekly list as a file: JSPF, M3U8, CSV or JSON, as it is now. The address stays, its tracks change weekly."""
    return as_download(await reading.as_file(store, person, key, form), form)


@router.get("/earlier")
async def earlier_weeks(store: Store, person: Reader) -> EarlierWeeks:
    """The weeks before whose lists are kept, at most four, the latest first."""
    return await reading.earlier(store, person)


@router.get("/earlier/{week}", responses={404: {"description": "No lists of this week are kept"}})
async def lists_of_week(
    week: Annotated[date, Path(description="Its Monday.")], store: Store, person: Reader
) -> WeeklyLists:
    """The lists of an earlier week, without what was disliked, muted or excluded since."""
    return await reading.of_week(store, person, week)


@internal.get("/weekly")
async def weekly(caller: Signed, store: Store) -> WeeklyLists:
    """The bearer's lists that were made last."""
    return await reading.read(store, caller.person)


@internal.post("/weekly", dependencies=[FromService])
async def keep_weekly(made: MadeWeekly, store: Store) -> WeeklyKept:
    """Keeps the lists of a week; Unauthorized when the account was deleted."""
    lists = {key.value: [one.model_dump(mode="json") for one in tracks] for key, tracks in made.lists.items()}
    return WeeklyKept(kept=await store.weekly.put(made.person, made.week, made.release, lists))


@internal.post("/weekly:claim", dependencies=[FromService])
async def claim_weekly(claim: WeeklyClaim, store: Store) -> WeeklyClaimed:
    """People whose lists of the week are to be made; each is claimed by one caller at a time."""
    return WeeklyClaimed(people=await store.weekly.claim(claim.week, claim.most))
