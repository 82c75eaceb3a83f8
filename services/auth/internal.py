"""Internal routes of auth for other services: API keys exchanged, names for mails, delegated tokens, the outbox."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kit.identity import FromService
from kit.wire.events import EventPage
from kit.wire.keys import Handshake, KeyExchange, KeyToken, ScrobbleSession
from kit.wire.people import DelegatedToken, Delegation, PeopleBatch, PeopleFound
from services.auth.dependencies import ApiKeyService, Delegated, Scrobbling, Store, never_kept

LAST_NUMBER = 2**63 - 1
router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[FromService])


@router.post("/keys:exchange")
async def exchange_key(body: KeyExchange, keys: ApiKeyService) -> KeyToken:
    """An access token for an API key."""
    return await keys.exchange(body.key.get_secret_value())


@router.post("/scrobblers:handshake", dependencies=[Depends(never_kept)])
async def begin_scrobbling(body: Handshake, scrobbling: Scrobbling) -> ScrobbleSession:
    """A session for an Audioscrobbler 1.2 client."""
    return await scrobbling.begin(body)


@router.post("/people:batch")
async def people_batch(body: PeopleBatch, store: Store) -> PeopleFound:
    """Names and addresses of accounts, for the jobs that mail people."""
    return PeopleFound(items=[account.recipient for account in await store.people.by_ids(body.ids)])


@router.post("/tokens:delegate", dependencies=[Depends(never_kept)])
async def delegate_token(body: Delegation, tokens: Delegated) -> DelegatedToken:
    """A short token that reads what the purpose needs of one account and can do nothing else."""
    return await tokens.of(body.person, body.purpose)


@router.get("/events")
async def events(store: Store, after: Annotated[int, Query(ge=-1, le=LAST_NUMBER)] = 0) -> EventPage:
    """Who was deleted, after a number; -1 means from now on."""
    return await store.events(after)
