"""Who is calling, as FastAPI dependencies. Every service checks the token itself; no header is believed unsigned.

    Signed        a person (or a key of theirs), else 401
    MaybeSigned   the same or None; a token that does not hold is still 401
    may(scope)    a person or key that holds the scope, else 403
    FromService   another process of ours, by the service key, else 401

The app puts its Verifier at app.state.verifier and the service key at app.state.service_key.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from kit.errors import Forbidden, Unauthorized
from kit.tokens import Caller, Verifier

BEARER = "bearer "
SERVICE = "segue-service "


async def maybe_signed(request: Request) -> Caller | None:
    """The caller whose token stands in Authorization; None for a guest."""
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
    """A dependency: the caller, when the token carries the scope."""

    async def check(caller: Annotated[Caller, Depends(signed)]) -> Caller:
        if scope not in caller.scopes:
            raise Forbidden(f"this key lacks the scope {scope!r}: make one that has it at /v1/me/api-keys")
        return caller

    return check


async def from_service(request: Request) -> None:
    """Lets only our own processes pass."""
    given = request.headers.get("authorization", "")
    key: str = request.app.state.service_key
    shown = given[len(SERVICE) :] if given.lower().startswith(SERVICE) else ""
    if not shown or not hmac.compare_digest(shown.encode(), key.encode()):
        raise Unauthorized("this address is for Segue's own services: they send SEGUE_SERVICE_KEY")


MaybeSigned = Annotated[Caller | None, Depends(maybe_signed)]
Signed = Annotated[Caller, Depends(signed)]
FromService = Depends(from_service)
