"""What the routes of auth ask FastAPI for: rules and stores from app.state, the caller's address and session."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response

from kit.identity import Signed
from services.auth import (
    accounts,
    api_keys,
    delegated_tokens,
    email_addresses,
    keyring,
    password_reset,
    scrobbling,
    sessions,
)
from services.auth import store as stores


async def never_kept(response: Response) -> None:
    """Sets Cache-Control: no-store, because responses may contain tokens (RFC 6749 section 5.1)."""
    response.headers["cache-control"] = "no-store"


async def _accounts(request: Request) -> accounts.Accounts:
    found: accounts.Accounts = request.app.state.accounts
    return found


async def _sessions(request: Request) -> sessions.Sessions:
    found: sessions.Sessions = request.app.state.sessions
    return found


async def _forgotten(request: Request) -> password_reset.ForgottenPasswords:
    found: password_reset.ForgottenPasswords = request.app.state.forgotten
    return found


async def _emails(request: Request) -> email_addresses.EmailAddresses:
    found: email_addresses.EmailAddresses = request.app.state.emails
    return found


async def _api_keys(request: Request) -> api_keys.ApiKeyService:
    found: api_keys.ApiKeyService = request.app.state.api_keys
    return found


async def _scrobbling(request: Request) -> scrobbling.Scrobbling:
    found: scrobbling.Scrobbling = request.app.state.scrobbling
    return found


async def _delegated(request: Request) -> delegated_tokens.DelegatedTokens:
    found: delegated_tokens.DelegatedTokens = request.app.state.delegated
    return found


async def _keyring(request: Request) -> keyring.Keyring:
    found: keyring.Keyring = request.app.state.keyring
    return found


async def _store(request: Request) -> stores.Store:
    found: stores.Store = request.app.state.store
    return found


async def _address(request: Request) -> str:
    """The caller's address from the gateway's X-Forwarded-For; used only to throttle guesses and mails."""
    return request.headers.get("x-forwarded-for") or (request.client.host if request.client else "")


Accounts = Annotated[accounts.Accounts, Depends(_accounts)]
Sessions = Annotated[sessions.Sessions, Depends(_sessions)]
Forgotten = Annotated[password_reset.ForgottenPasswords, Depends(_forgotten)]
Emails = Annotated[email_addresses.EmailAddresses, Depends(_emails)]
ApiKeyService = Annotated[api_keys.ApiKeyService, Depends(_api_keys)]
Scrobbling = Annotated[scrobbling.Scrobbling, Depends(_scrobbling)]
Delegated = Annotated[delegated_tokens.DelegatedTokens, Depends(_delegated)]
Keyring = Annotated[keyring.Keyring, Depends(_keyring)]
Store = Annotated[stores.Store, Depends(_store)]
Address = Annotated[str, Depends(_address)]


async def _me(caller: Signed, open_sessions: Sessions) -> sessions.SignedIn:
    return await open_sessions.signed_in(caller)


Me = Annotated[sessions.SignedIn, Depends(_me)]
Id = Annotated[UUID, Path(alias="id")]
