"""Authentication as FastAPI dependencies. Every service verifies the token itself and trusts no unsigned header.

    Signed        an authenticated user (or an API key's), else 401
    MaybeSigned   the same or None; an invalid token is still 401
    may(scope)    a user or API key with the scope, else 403
    FromService   another Segue service, by the service key, else 401

The app stores its Verifier at app.state.verifier and the service key at app.state.service_key.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from kit.errors import Forbidden, Unauthorized
from kit.tokens import ADMIN, Caller, Verifier

BEARER = "bearer "
SERVICE = "segue-service "


async def maybe_signed(request: Request) -> Caller | None:
    """The caller of the Authorization header's token; None without the header; Unauthorized for an invalid one."""
    given = request.headers.get("authorization")
    if given is None:
        return None
    if not given[: len(BEARER)].lower() == BEARER:
        raise Unauthorized("Authorization must be: Bearer ACCESS_TOKEN")
    verifier: Verifier = request.app.state.verifier
    return await verifier.verify(given[len(BEARER) :].strip())


async def signed(caller: Annotated[Caller | None, Depends(maybe_signed)]) -> Caller:
    """The caller; Unauthorized for a guest."""
    if caller is None:
        raise Unauthorized("this needs a person: send Authorization: Bearer ACCESS_TOKEN from /v1/auth/login")
    return caller


def may(scope: str) -> Callable[[Caller], Awaitable[Caller]]:
    """Makes a dependency that returns the caller if the token has the scope; Forbidden otherwise."""

    async def check(caller: Annotated[Caller, Depends(signed)]) -> Caller:
        if scope not in caller.scopes:
            raise Forbidden(_what_to_do(scope, caller))
        return caller

    return check


def _what_to_do(scope: str, caller: Caller) -> str:
    if scope == ADMIN:
        return (
            "this is for the people named in SEGUE_AUTH_ADMINS, signed in and not with a key; who was named since "
            "then refreshes the access token"
        )
    if caller.session is None:
        return f"this key lacks the scope {scope!r}: make one that has it at /v1/me/api-keys"
    return (
        f"your token lacks the scope {scope!r}: verify your e-mail address (POST /v1/me/verification mails a link), "
        "then refresh the access token"
    )


async def from_service(request: Request) -> None:
    """Accepts only requests that carry the service key; Unauthorized otherwise."""
    given = request.headers.get("authorization", "")
    key: str = request.app.state.service_key
    shown = given[len(SERVICE) :] if given.lower().startswith(SERVICE) else ""
    if not shown or not hmac.compare_digest(shown.encode(), key.encode()):
        raise Unauthorized("this address is for Segue's own services: they send SEGUE_SERVICE_KEY")


MaybeSigned = Annotated[Caller | None, Depends(maybe_signed)]
Signed = Annotated[Caller, Depends(signed)]
FromService = Depends(from_service)
