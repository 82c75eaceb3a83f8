"""Public routes of auth: login, sessions, account, API keys, JWKS."""

from fastapi import APIRouter, Depends, Response

from kit.identity import Signed
from kit.wire.auth import (
    ApiKeyMade,
    ApiKeys,
    EmailToken,
    EmailVerified,
    Forgot,
    Goodbye,
    Identity,
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
from kit.wire.keys import Jwks
from services.auth.dependencies import (
    Accounts,
    Address,
    ApiKeyService,
    Emails,
    Forgotten,
    Id,
    Keyring,
    Me,
    Sessions,
    never_kept,
)

JWKS_MAX_AGE_S = 60
router = APIRouter(prefix="/v1", tags=["account"], dependencies=[Depends(never_kept)])
well_known = APIRouter(prefix="/.well-known", tags=["account"])


@router.post(
    "/auth/signup",
    status_code=201,
    responses={409: {"description": "The e-mail address has an account, or the provider alone makes accounts"}},
)
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


@router.get("/me/identity")
async def identity(caller: Signed, people: Accounts) -> Identity:
    """Whose access token or API key this is, and what it may do."""
    account = await people.of(caller.person)
    return Identity(id=account.id, name=account.name, scopes=sorted(caller.scopes))


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
