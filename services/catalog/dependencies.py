"""FastAPI dependencies of catalog's routes: the store, the authenticated user, pagination.

Looking   the user whose likes are added to tracks, or None for a guest or a token without catalog:read
Reader    the user of a token with catalog:read, whose account exists
Writer    the user of a token with feedback:write; the store refuses deleted accounts
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from kit.identity import may, maybe_signed
from kit.tokens import Caller
from services.catalog import store as stores

READ, WRITE = "catalog:read", "feedback:write"


async def _store(
    request: Request,
) -> stores.Store:  # async: FastAPI runs a plain function in a thread, which costs 150 us
    store: stores.Store = request.app.state.store
    return store


Store = Annotated[stores.Store, Depends(_store)]
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str | None, Query(max_length=100, description="next_cursor of the page before.")]


async def _looking(request: Request) -> UUID | None:
    if (caller := await maybe_signed(request)) is None or READ not in caller.scopes:
        return None
    await request.app.state.store.people.version(caller.person)
    return caller.person


async def _reader(caller: Annotated[Caller, Depends(may(READ))], store: Store) -> UUID:
    await store.people.version(caller.person)
    return caller.person


async def _writer(caller: Annotated[Caller, Depends(may(WRITE))]) -> UUID:
    return caller.person


Looking = Annotated[UUID | None, Depends(_looking)]
Reader = Annotated[UUID, Depends(_reader)]
Writer = Annotated[UUID, Depends(_writer)]
