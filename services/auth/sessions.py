"""Login sessions: access tokens for fifteen minutes, and rotating refresh tokens that are valid once.

Reuse of a refresh token ends its session (RFC 9700 section 4.14.2), because either it or its successor was stolen.
Two tabs of one browser may refresh at once, and a response can be lost: for a few seconds the token just used gives
the same successor again, as long as the successor was not used itself. A thief within these seconds gets the same
tokens as the owner, and the next reuse by either ends the session.
"""

import time
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from kit import log
from kit.errors import Forbidden, NotFound, Unauthorized
from kit.tokens import ACCOUNT, LIFETIME_S, Caller
from kit.wire.auth import OpenSession, OpenSessions, Session
from services.auth import token_secrets
from services.auth.key_schedule import DAY_S
from services.auth.keyring import Keyring
from services.auth.permissions import Permissions
from services.auth.store.rows import Account, SessionRow, moment
from services.auth.store.sessions import SessionTable
from services.auth.token_secrets import Successors

MOST = 50  # sessions per user; beyond it the least recently used one ends


class Begun(NamedTuple):
    """A session that is not stored yet, and its plain refresh token."""

    row: SessionRow
    refresh_token: str


class SignedIn(NamedTuple):
    """The authenticated account and its session."""

    account: Account
    session: UUID


class Sessions:
    """Starts, refreshes, lists and ends sessions."""

    def __init__(
        self,
        table: SessionTable,
        keyring: Keyring,
        successors: Successors,
        permissions: Permissions,
        refresh_days: int,
        grace_s: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table = table
        self._keyring = keyring
        self._successors = successors
        self._permissions = permissions
        self._refresh_s = refresh_days * DAY_S
        self._grace_s = grace_s
        self._clock = clock
        self._log = log.get("sessions")

    def begin(self, person: UUID) -> Begun:
        """Creates a session, which the caller stores."""
        now, token = self._clock(), token_secrets.refresh_token(token_secrets.new_family())
        family, whole = token_secrets.digests(token)
        return Begun(SessionRow(uuid7(), person, family, whole, now, now, now + self._refresh_s), token)

    async def open(self, account: Account, renewed_hash: str | None) -> Session:
        """Starts a session after the password was verified; Unauthorized when it was changed meanwhile."""
        begun = self.begin(account.id)
        if not await self._table.begin(account, begun.row, MOST, renewed_hash):
            raise Unauthorized("the password was changed or the account deleted a moment ago: sign in again")
        return await self.response(account, begun.row.id, begun.refresh_token)

    async def refresh(self, token: str) -> Session:
        """Refreshes a session with new tokens. Unauthorized for an unknown token, and for a reused one after its grace
        period, which also ends the session."""
        now, following = self._clock(), self._successors.following(token)
        used, renewed = token_secrets.digests(token), token_secrets.digest(following)
        found = await self._table.refresh(used, renewed, now, now + self._refresh_s, self._grace_s)
        if found is None or found.account is None:
            if found:
                self._log.warning("refresh token used again: its session has ended", session=str(found.session))
            raise Unauthorized("this refresh token does not hold (any more): sign in at /v1/auth/login")
        return await self.response(found.account, found.session, following)

    async def response(self, account: Account, session: UUID, refresh_token: str) -> Session:
        """The session response with user and tokens."""
        return Session(
            user=account.person,
            access_token=await self._keyring.sign(account.id, self._permissions.scopes(account), session),
            refresh_token=refresh_token,
            expires_in=LIFETIME_S,
        )

    async def signed_in(self, caller: Caller) -> SignedIn:
        """The account of a token whose session has not ended (an access token can outlive its session); Forbidden for
        API keys, Unauthorized."""
        if ACCOUNT not in caller.scopes or caller.session is None:
            raise Forbidden("an API key cannot manage the account: sign in at /v1/auth/login")
        account = await self._table.account(caller.person, caller.session, self._clock())
        if account is None:
            raise Unauthorized("this session has ended: sign in at /v1/auth/login")
        return SignedIn(account, caller.session)

    async def list(self, me: SignedIn) -> OpenSessions:
        """Lists the user's sessions."""
        rows = await self._table.of(me.account.id, self._clock())
        return OpenSessions(
            items=[
                OpenSession(
                    id=row.id,
                    created_at=moment(row.created_at),
                    last_used_at=moment(row.last_used_at),
                    current=row.id == me.session,
                )
                for row in rows
            ]
        )

    async def end(self, me: SignedIn, session: UUID) -> None:
        """Ends one of the user's sessions; NotFound for unknown sessions and those of other users."""
        if not await self._table.end(me.account.id, session):
            raise NotFound(f"you have no session {str(session)!r}: see /v1/me/sessions")

    async def log_out(self, token: str) -> None:
        """Ends the session of a refresh token; an unknown token has no effect."""
        await self._table.end_family(token_secrets.digests(token).family)
