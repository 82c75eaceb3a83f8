"""Routes of auth: login, sessions, account, API keys, JWKS; internal routes for other services under /internal."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from kit.identity import FromService, Signed
from kit.wire.auth import (
    ApiKeyMade,
    ApiKeys,
    EmailToken,
    EmailVerified,
    Forgot,
    Goodbye,
    Login,
    MailAccepted,
    NewApiKey,
    OpenSessions,
    PasswordChange,
    PasswordChanged,
    PasswordReset,
    Person,
    PersonChanged,
    PersonChanges,
    Refresh,
    Session,
    Signup,
)
from kit.wire.events import EventPage
from kit.wire.keys import Jwks, KeyExchange, KeyToken
from kit.wire.people import DelegatedToken, Delegation, PeopleBatch, PeopleFound
from services.auth import accounts, api_keys, delegated_tokens, email_addresses, keyring, password_reset, sessions
from services.auth import store as stores

JWKS_MAX_AGE_S = 60
LAST_NUMBER = 2**63 - 1


async def _never_kept(response: Response) -> None:
    """Sets Cache-Control: no-store, because responses may contain tokens (RFC 6749 section 5.1)."""
    response.headers["cache-control"] = "no-store"


router = APIRouter(prefix="/v1", tags=["account"], dependencies=[Depends(_never_kept)])
well_known = APIRouter(prefix="/.well-known", tags=["account"])
internal = APIRouter(prefix="/internal", tags=["internal"], dependencies=[FromService])


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
Delegated = Annotated[delegated_tokens.DelegatedTokens, Depends(_delegated)]
Keyring = Annotated[keyring.Keyring, Depends(_keyring)]
Store = Annotated[stores.Store, Depends(_store)]
Address = Annotated[str, Depends(_address)]


async def _me(caller: Signed, open_sessions: Sessions) -> sessions.SignedIn:
    return await open_sessions.signed_in(caller)


Me = Annotated[sessions.SignedIn, Depends(_me)]
Id = Annotated[UUID, Path(alias="id")]


@router.post("/auth/signup", status_code=201, responses={409: {"description": "The e-mail address has an account"}})
async def signup(body: Signup, people: Accounts) -> Session:
    """Makes an account and signs in to it."""
    return await people.sign_up(body)


@router.post("/auth/login", responses={401: {"description": "E-mail and password do not match"}})
async def login(body: Login, people: Accounts, address: Address) -> Session:
    """Signs in. After ten wrong passwords from one address, that address waits for up to fifteen minutes."""
    return await people.log_in(body, address)


@router.post("/auth/refresh", responses={401: {"description": "The refresh token does not hold"}})
async def refresh(body: Refresh, open_sessions: Sessions) -> Session:
    """A new access token and a new refresh token. Showing a refresh token twice ends its session."""
    return await open_sessions.refresh(body.refresh_token.get_secret_value())


@router.post("/auth/logout", status_code=204)
async def logout(body: Refresh, open_sessions: Sessions) -> None:
    """Ends the session of a refresh token; ending it again changes nothing."""
    await open_sessions.log_out(body.refresh_token.get_secret_value())


@router.post("/auth/forgot", status_code=202)
async def forgot_password(body: Forgot, passwords: Forgotten, address: Address) -> MailAccepted:
    """Mails a link to set a new password, if the address has an account. The answer is always the same."""
    return await passwords.request_reset(body, address)


@router.post("/auth/reset", responses={400: {"description": "The link is wrong, expired, used or replaced"}})
async def reset_password(body: PasswordReset, passwords: Forgotten) -> PasswordChanged:
    """Sets a new password with a mailed token. Ends every session, API key and other link; begins a new session."""
    return await passwords.reset(body)


@router.post(
    "/auth/verify",
    responses={
        400: {"description": "The link is wrong, expired, used or replaced, or needs the password"},
        401: {"description": "The password is wrong"},
        409: {"description": "Another account took the address meanwhile"},
    },
)
async def verify_email(body: EmailToken, emails: Emails, address: Address) -> EmailVerified:
    """Verifies an e-mail address with a mailed token, or, with the account's password too, completes its change. A
    refresh gives the new scopes."""
    return await emails.verify(body, address)


@router.post("/me/verification", status_code=202, responses={409: {"description": "The address is verified already"}})
async def mail_verification(me: Me, emails: Emails, address: Address) -> MailAccepted:
    """Mails another link that verifies the e-mail address."""
    return await emails.again(me.account, address)


@router.get("/me")
async def show_me(me: Me) -> Person:
    """The person who is signed in."""
    return me.account.person


@router.patch("/me")
async def change_me(body: PersonChanges, me: Me, people: Accounts, address: Address) -> PersonChanged:
    """Changes the name. With the current password, mails a link to another e-mail address, which changes it."""
    return await people.change(me.account, body, address)


@router.delete("/me", status_code=202, response_class=Response)
async def delete_me(body: Goodbye, me: Me, people: Accounts, address: Address) -> None:
    """Deletes the account at once, and what the other services know of the person within seconds."""
    await people.delete(me.account, body, address)


@router.put("/me/password")
async def change_password(body: PasswordChange, me: Me, people: Accounts, address: Address) -> PasswordChanged:
    """Sets another password, ends every session, revokes every API key unless `keep_api_keys`, begins a new session."""
    return await people.change_password(me.account, body, address)


@router.get("/me/sessions")
async def list_sessions(me: Me, open_sessions: Sessions) -> OpenSessions:
    """Where the person is signed in, newest first."""
    return await open_sessions.list(me)


@router.delete("/me/sessions/{id}", status_code=204)
async def end_session(session: Id, me: Me, open_sessions: Sessions) -> None:
    """Ends one session: its refresh token is refused from now on, its access token within fifteen minutes."""
    await open_sessions.end(me, session)


@router.get("/me/api-keys")
async def list_api_keys(me: Me, keys: ApiKeyService) -> ApiKeys:
    """The person's API keys, newest first, without the keys themselves."""
    return await keys.list(me.account.id)


@router.post("/me/api-keys", status_code=201, responses={409: {"description": "There are as many as one may have"}})
async def make_api_key(body: NewApiKey, me: Me, keys: ApiKeyService) -> ApiKeyMade:
    """Makes an API key. This answer is the only one that shows it."""
    return await keys.make(me.account, body)


@router.delete("/me/api-keys/{id}", status_code=204)
async def revoke_api_key(key: Id, me: Me, keys: ApiKeyService) -> None:
    """Revokes an API key: it is refused within a minute."""
    await keys.revoke(me.account.id, key)


@well_known.get("/jwks.json")
async def jwks(keys: Keyring, response: Response) -> Jwks:
    """The public keys that access tokens are checked with (RFC 7517)."""
    response.headers["cache-control"] = f"public, max-age={JWKS_MAX_AGE_S}"
    return await keys.jwks()


@internal.post("/keys:exchange")
async def exchange_key(body: KeyExchange, keys: ApiKeyService) -> KeyToken:
    """An access token for an API key."""
    return await keys.exchange(body.key.get_secret_value())


@internal.post("/people:batch")
async def people_batch(body: PeopleBatch, store: Store) -> PeopleFound:
    """Names and addresses of accounts, for the jobs that mail people."""
    return PeopleFound(items=[account.recipient for account in await store.people.by_ids(body.ids)])


@internal.post("/tokens:delegate", dependencies=[Depends(_never_kept)])
async def delegate_token(body: Delegation, tokens: Delegated) -> DelegatedToken:
    """A short token that reads recommendations and reports of one account and can do nothing else."""
    return await tokens.of(body.person)


@internal.get("/events")
async def events(store: Store, after: Annotated[int, Query(ge=-1, le=LAST_NUMBER)] = 0) -> EventPage:
    """Who was deleted, after a number; -1 means from now on."""
    return await store.events(after)
