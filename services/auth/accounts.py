"""Account operations: sign-up, login, profile and password changes, deletion; the sensitive ones need the password."""

import time
from collections.abc import Callable
from uuid import UUID

from pydantic import SecretStr
from uuid_utils.compat import uuid7

from kit import log
from kit.errors import BadRequest, Unauthorized
from kit.wire.auth import Goodbye, Login, PasswordChange, PasswordChanged, PersonChanged, PersonChanges, Session, Signup
from services.auth import throttle
from services.auth.email_addresses import EmailAddresses
from services.auth.mail import Mailer
from services.auth.names import email_key, showable
from services.auth.password_check import PasswordCheck
from services.auth.passwords import Passwords
from services.auth.permissions import Permissions
from services.auth.problems import SignupClosed
from services.auth.sessions import Sessions
from services.auth.store.people import PeopleTable
from services.auth.store.rows import Account
from services.auth.store.sessions import SessionTable


class Accounts:
    """Account operations. `address` is the caller's network address, used only to throttle password guesses."""

    def __init__(
        self,
        people: PeopleTable,
        rows: SessionTable,
        passwords: Passwords,
        password_check: PasswordCheck,
        sessions: Sessions,
        emails: EmailAddresses,
        permissions: Permissions,
        mailer: Mailer,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._rows = rows
        self._passwords = passwords
        self._password_check = password_check
        self._sessions = sessions
        self._emails = emails
        self._permissions = permissions
        self._mailer = mailer
        self._clock = clock
        self._log = log.get("accounts")

    async def sign_up(self, request: Signup) -> Session:
        """Creates an account with a session; EmailTaken, SignupClosed where the provider alone makes accounts."""
        if not self._permissions.password_signup:
            raise SignupClosed("accounts of this server are made by signing in with its provider: /signin")
        name = showable(request.name)
        hashed = await self._passwords.hash(request.password.get_secret_value())
        account = Account(
            id=uuid7(),
            name=name,
            email=request.email,
            email_key=email_key(request.email),
            password_hash=hashed,
            created_at=self._clock(),
        )
        begun = self._sessions.begin(account.id)
        await self._people.add(account, begun.row)
        self._log.info("account made", person=str(account.id))
        if self._permissions.verification:
            await self._emails.welcome(account)
        return await self._sessions.response(account, begun.row.id, begun.refresh_token)

    async def of(self, person: UUID) -> Account:
        """The account of a verified token; Unauthorized when it was deleted."""
        if not (found := await self._people.by_ids([person])):
            raise Unauthorized("this account was deleted: sign up at /v1/auth/signup for a new one")
        return found[0]

    async def log_in(self, given: Login, address: str) -> Session:
        """Starts a session; WrongCredentials, identical for known and unknown e-mail addresses."""
        key = email_key(given.email)
        account = await self._people.by_email(key)
        renewed = await self._password_check.of(account, key, given.password.get_secret_value(), address)
        assert account is not None  # the check of an unknown account always fails
        return await self._sessions.open(account, renewed)

    async def change(self, account: Account, request: PersonChanges, address: str) -> PersonChanged:
        """Changes the name, and has a link mailed to another e-mail address, which needs the password.

        WrongCredentials, TooManyRequests.
        """
        name = account.name if request.name is None else showable(request.name)
        new_email = request.email if request.email != account.email else None
        if new_email:
            await self._prove(account, request.password, address)
            await self._emails.change(account, new_email, address)
        if name != account.name and not await self._people.change(account, name=name):
            raise _changed_meanwhile()
        return PersonChanged(**dict(account.person) | {"name": name}, confirmation_sent_to=new_email)

    async def change_password(self, account: Account, request: PasswordChange, address: str) -> PasswordChanged:
        """Sets a new password: ends all sessions, revokes API keys unless they are kept, and starts a new session."""
        await self._prove(account, request.old_password, address)
        hashed = await self._passwords.hash(request.new_password.get_secret_value())
        begun = self._sessions.begin(account.id)
        keep = request.keep_api_keys
        if (revoked := await self._rows.begin_anew(account, begun.row, hashed, keep_api_keys=keep)) is None:
            raise _changed_meanwhile()
        self._log.info("password changed", person=str(account.id), api_keys_revoked=revoked)
        session = await self._sessions.response(account, begun.row.id, begun.refresh_token)
        return PasswordChanged(**dict(session), api_keys_revoked=revoked)

    async def delete(self, account: Account, goodbye: Goodbye, address: str) -> None:
        """Deletes an account with all its data and mails in files; the outbox tells the other services."""
        await self._prove(account, goodbye.password, address)
        addresses = await self._people.delete(account, throttle.account_digest(account.email_key))
        if addresses is None:
            raise _changed_meanwhile()
        await self._mailer.forget(addresses)
        self._log.info("account deleted", person=str(account.id))

    async def _prove(self, account: Account, password: SecretStr | None, address: str) -> None:
        if password is None:
            raise BadRequest("give your current password as well: the e-mail address is changed only with it")
        await self._password_check.of(account, account.email_key, password.get_secret_value(), address)


def _changed_meanwhile() -> Unauthorized:
    return Unauthorized("the password was changed or the account deleted a moment ago: sign in again")
