"""Public routes of the sign-in by an OpenID Connect provider, under /v1/auth/oidc and /v1/me/oidc."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from kit.wire.auth import OidcCode, OidcIdentity, OidcOffer, OidcStart, Session
from services.auth.dependencies import Me, never_kept
from services.auth.oidc import sign_in

router = APIRouter(prefix="/v1", tags=["account"], dependencies=[Depends(never_kept)])
NOT_SET_UP: dict[int | str, dict[str, Any]] = {409: {"description": "No provider is set up on this server"}}
REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "The sign-in was not begun here, or what the provider says of it does not hold"},
    409: {"description": "No provider is set up, or the address or the sign-in is another account's"},
}


async def _sign_in(request: Request) -> sign_in.OidcSignIn:
    found: sign_in.OidcSignIn = request.app.state.oidc
    return found


SignIn = Annotated[sign_in.OidcSignIn, Depends(_sign_in)]


@router.get("/auth/oidc")
async def sign_in_ways(oidc: SignIn) -> OidcOffer:
    """Which ways to sign in this server offers."""
    return oidc.offer()


@router.post("/auth/oidc/start", responses=NOT_SET_UP)
async def start_oidc(oidc: SignIn) -> OidcStart:
    """The provider's page to open. It sends the browser back to /signin/provider with a code and this state: compare
    the state with the one of this answer, then bring both to POST /v1/auth/oidc/finish."""
    return await oidc.begin_sign_in()


@router.post("/auth/oidc/finish", responses=REFUSED)
async def finish_oidc(body: OidcCode, oidc: SignIn) -> Session:
    """Signs in with the code that the provider sent, to a new account where there is none."""
    return await oidc.finish(body)


@router.get("/me/oidc")
async def show_oidc(me: Me, oidc: SignIn) -> OidcIdentity:
    """Whether a sign-in at the provider is connected to the account."""
    return await oidc.show(me)


@router.put("/me/oidc", responses=REFUSED)
async def connect_oidc(body: OidcCode, me: Me, oidc: SignIn) -> OidcIdentity:
    """Connects the sign-in at the provider that sent this code, in place of any other."""
    return await oidc.connect(me, body)


@router.delete("/me/oidc", status_code=204)
async def disconnect_oidc(me: Me, oidc: SignIn) -> None:
    """Disconnects it. An account made by the provider has no password that anybody knows: set one by
    POST /v1/auth/forgot first."""
    await oidc.disconnect(me)
