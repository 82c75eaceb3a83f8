"""The public routes of report: the person's own under /v1/me/report, shared ones, and the end of the monthly mail."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import StringConstraints

from kit.identity import may
from kit.tokens import ACCOUNT, Caller
from kit.wire.report import Period, Report, Voice
from kit.wire.report_sharing import Keywords, NewShare, SharedReport, ShareMade, Shares, Subscription, SubscriptionWish
from services.report import sharing, subscribing, unsubscribe_page
from services.report import store as stores
from services.report.card.facts import MOST_FACTS
from services.report.card.layout import Ground, Size
from services.report.names import name_of
from services.report.reports import Reports
from services.report.share_tokens import PATTERN
from services.report.shared_cards import SharedCards

router = APIRouter(prefix="/v1/me/report", tags=["report"])
shared = APIRouter(prefix="/v1/shared/reports", tags=["report"])
mailed = APIRouter(prefix="/v1/report", tags=["report"])

SVG, PNG = "image/svg+xml", "image/png"
PRIVATE = {"cache-control": "private, no-store", "x-robots-tag": "noindex"}
"""No cache and no search engine keeps what its owner may revoke."""
INERT = {"content-security-policy": "default-src 'none'; sandbox", **PRIVATE}
"""A picture that is opened by itself runs nothing."""
NO_LINK: dict[int | str, dict[str, Any]] = {
    404: {"description": "No report is shared under this address"},
    410: {"description": "It was shared by another version of Segue and cannot be shown"},
}


def _picture(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"description": "The card", "content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
    }


async def _reports(request: Request) -> Reports:
    reports: Reports = request.app.state.reports
    return reports


async def _store(request: Request) -> stores.Store:
    store: stores.Store = request.app.state.store
    return store


async def _named(request: Request, caller: Caller, wanted: bool) -> str | None:
    return await name_of(request.app.state.auth, caller) if wanted else None


Reader = Annotated[Caller, Depends(may("report:read"))]
Owner = Annotated[Caller, Depends(may(ACCOUNT))]
Maker = Annotated[Reports, Depends(_reports)]
Store = Annotated[stores.Store, Depends(_store)]
When = Annotated[
    Period, Query(description="all, a year (2026) or a month (2026-10), by when a track was liked, in UTC.")
]
Name = Annotated[bool, Query(description="Put the name on the card. An API key cannot.")]
Facts = Annotated[
    list[Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")]],
    Query(
        max_length=MOST_FACTS,
        description="What the card says: codes of headlines and kinds of records (oldest, newest) of the report, in "
        "this order. What the report does not have is left out; none = the strongest.",
    ),
]
MailToken = Annotated[str, Query(pattern=PATTERN, description="From the link in the mail.")]
FormToken = Annotated[str, Query(alias="token", pattern=PATTERN, description="From the link in the mail.")]
Token = Annotated[str, Path(pattern=PATTERN, description="From POST /v1/me/report/share.")]


async def _my_card(
    request: Request,
    caller: Reader,
    reports: Maker,
    period: When = "all",
    size: Size = Size.WIDE,
    ground: Ground = Ground.PAPER,
    name: Name = False,
    facts: Facts = [],  # noqa: B006 - FastAPI copies it
) -> str:
    shown_name = await _named(request, caller, name)
    return await reports.card(await reports.report(caller, period, Voice.PLAIN), shown_name, size, ground, facts)


async def _shared_cards(request: Request) -> SharedCards:
    cards: SharedCards = request.app.state.shared_cards
    return cards


MyCard = Annotated[str, Depends(_my_card)]
Cards = Annotated[SharedCards, Depends(_shared_cards)]


@router.get("")
async def my_report(caller: Reader, reports: Maker, period: When = "all", voice: Voice = Voice.PLAIN) -> Report:
    """What the person's likes have in common, compared with the tracks on this server.

    Nothing is compared below 20 likes, nor where chance explains the difference; `n` and coverage say by how many.
    """
    return await reports.report(caller, period, voice)


@router.get("/keywords")
async def my_keywords(caller: Reader, reports: Maker, period: When = "all") -> Keywords:
    """Keywords of the report, each with the filters that GET /v1/me/recommendations takes as query parameters."""
    return await reports.keywords(caller, period)


@router.get("/card.svg", response_class=Response, responses=_picture(SVG))
async def my_card(mine: MyCard) -> Response:
    """The share card as SVG, 1200 x 630 (wide) or 1080 x 1920 (tall). It names fonts that a page must load."""
    return Response(mine, media_type=SVG, headers=INERT)


@router.get("/card.png", response_class=Response, responses=_picture(PNG))
async def my_card_as_png(mine: MyCard, reports: Maker) -> Response:
    """The share card as PNG, with its fonts drawn in."""
    return Response(await reports.picture(mine), media_type=PNG, headers=INERT)


@router.post("/share", status_code=201, responses={409: {"description": "There are 20 links already"}})
async def share_report(
    request: Request, wish: NewShare, caller: Owner, _may_read: Reader, reports: Maker, store: Store
) -> ShareMade:
    """Makes a link to the report as it is now, which anybody with it can read until it is revoked."""
    shown_name = await _named(request, caller, wish.show_name)
    report = await reports.report(caller, wish.period, wish.voice)
    return await sharing.share(store, caller.person, report, shown_name)


@router.get("/share")
async def shared_reports(caller: Owner, store: Store) -> Shares:
    """The person's share links, newest first; the tokens are not shown again."""
    return await sharing.listed(store, caller.person)


@router.delete("/share/{id}", status_code=204, responses={404: {"description": "No such link of this person"}})
async def revoke_share(share: Annotated[UUID, Path(alias="id")], caller: Owner, store: Store) -> None:
    """Revokes a link: the report behind it is deleted."""
    await sharing.revoke(store, caller.person, share)


@router.get("/subscription")
async def my_subscription(caller: Owner, store: Store) -> Subscription:
    """Whether the report of each month is mailed to the person."""
    return await subscribing.shown(store, caller.person)


@router.put("/subscription", responses={409: {"description": "The e-mail address is not verified"}})
async def change_subscription(request: Request, wish: SubscriptionWish, caller: Owner, store: Store) -> Subscription:
    """Begins or ends the monthly mail: report, card and five tracks to hear next, in months with five new likes."""
    return await subscribing.change(store, request.app.state.auth, caller, wish)


@mailed.get("/unsubscribe", response_class=HTMLResponse)
async def unsubscribe_form(_token: FormToken) -> HTMLResponse:
    """The page behind the link of a monthly mail. It changes nothing: its button sends the POST."""
    return HTMLResponse(unsubscribe_page.page(*unsubscribe_page.CONFIRM), headers=unsubscribe_page.HEADERS)


@mailed.post(
    "/unsubscribe", response_class=HTMLResponse, responses={404: {"description": "No mail was sent with this token"}}
)
async def unsubscribe(token: MailToken, store: Store) -> HTMLResponse:
    """Ends the monthly mail, without a sign-in: for the button of the page and of mail programs (RFC 8058)."""
    await subscribing.unsubscribe(store, token)
    return HTMLResponse(unsubscribe_page.page(*unsubscribe_page.STOPPED), headers=unsubscribe_page.HEADERS)


@shared.get("/{token}", responses=NO_LINK)
async def shared_report(token: Token, store: Store, response: Response) -> SharedReport:
    """A report that somebody shared, as it was then."""
    response.headers.update(PRIVATE)
    return await sharing.opened(store, token)


@shared.get("/{token}/card.svg", response_class=Response, responses=_picture(SVG) | NO_LINK)
async def shared_card(
    token: Token, store: Store, cards: Cards, size: Size = Size.WIDE, ground: Ground = Ground.PAPER
) -> Response:
    """The card of a shared report as SVG."""
    card = await cards.svg(await sharing.snapshot(store, token), size, ground)
    return Response(card, media_type=SVG, headers=INERT)


@shared.get("/{token}/card.png", response_class=Response, responses=_picture(PNG) | NO_LINK)
async def shared_card_as_png(
    token: Token, store: Store, cards: Cards, size: Size = Size.WIDE, ground: Ground = Ground.PAPER
) -> Response:
    """The card of a shared report as PNG, for link previews."""
    card = await cards.png(await sharing.snapshot(store, token), size, ground)
    return Response(card, media_type=PNG, headers=INERT)
