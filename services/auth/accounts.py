"""Accounts: made, signed in to, changed and deleted by the person who knows the password."""

import time
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr
from uuid_utils.compat import uuid7

from kit import log
from kit.errors import BadRequest, Unauthorized
from kit.wire.auth import Goodbye, Login, PasswordChange, PasswordChanged, Person, PersonChanges, Session, Signup
from services.auth import throttle
from services.auth.names import email_key, showable
from services.auth.password_check import PasswordCheck
from services.auth.passwords import Passwords
from services.auth.sessions import Sessions
from services.auth.store.people import PeopleTable
from services.auth.store.rows import Account
from services.auth.store.sessions import SessionTable


class Accounts:
    """What a person does with their account. `address` is where the call comes from, for slowing guesses only."""

    def __init__(
        self,
        people: PeopleTable,
        rows: SessionTable,
        passwords: Passwords,
        proof: PasswordCheck,
        sessions: Sessions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._rows = rows
        self._passwords = passwords
        self._proof = proof
        self._sessions = sessions
        self._clock = clock
        self._log = log.get("accounts")

    async def sign_up(self, wish: Signup) -> Session:
        """A new account, signed in; EmailTaken."""
        name = showable(wish.name)
        hashed = await self._passwords.hash(wish.password.get_secret_value())
        account = Account(
            id=uuid7(),
            name=name,
            email=wish.email,
            email_key=email_key(wish.email),
            password_hash=hashed,
            created_at=self._clock(),
        )
        begun = self._sessions.begin(account.id)
        await self._people.add(account, begun.row)
        self._log.info("account made", person=str(account.id))
        return await self._sessions.answer(account, begun.row.id, begun.refresh_token)

    async def log_in(self, given: Login, address: str) -> Session:
        """A new session; WrongCredentials, the same whether the address is known or not."""
        key = email_key(given.email)
        account = await self._people.by_email(key)
        renewed = await self._proof.of(account, key, given.password.get_secret_value(), address)
        assert account is not None  # nobody's password is never right
        return await self._sessions.open(account, renewed)

    async def change(self, account: Account, wish: PersonChanges, address: str) -> Person:
        """Another name, another e-mail address; the latter only with the password."""
        values: dict[str, Any] = {}
        if wish.name is not None:
            values["name"] = showable(wish.name)
        if wish.email is not None and wish.email != account.email:
            await self._prove(account, wish.password, address)
            values |= {"email": wish.email, "email_key": email_key(wish.email)}
        if values and not await self._people.change(account, **values):
            raise _changed_meanwhile()
        return account.person.model_copy(update={name: values[name] for name in ("name", "email") if name in values})

    async def change_password(self, account: Account, wish: PasswordChange, address: str) -> PasswordChanged:
        """Another password: every session ends, API keys too unless they are kept, and a new session begins."""
        await self._prove(account, wish.old_password, address)
        hashed = await self._passwords.hash(wish.new_password.get_secret_value())
        begun = self._sessions.begin(account.id)
        keep = wish.keep_api_keys
        if (revoked := await self._rows.begin_anew(account, begun.row, hashed, keep_api_keys=keep)) is None:
            raise _changed_meanwhile()
        self._log.info("password changed", person=str(account.id), api_keys_revoked=revoked)
        session = await self._sessions.answer(account, begun.row.id, begun.refresh_token)
        return PasswordChanged(**dict(session), api_keys_revoked=revoked)

    async def delete(self, account: Account, goodbye: Goodbye, address: str) -> None:
        """The end of an account and of everything of it; the other services hear of it from the feed."""
        await self._prove(account, goodbye.password, address)
        if not await self._people.delete(account, throttle.account_digest(account.email_key)):
            raise _changed_meanwhile()
        self._log.info("account deleted", person=str(account.id))

    async def _prove(self, account: Account, password: SecretStr | None, address: str) -> None:
        if password is None:
            raise BadRequest("give your current password as well: the e-mail address is changed only with it")
        await self._proof.of(account, account.email_key, password.get_secret_value(), address)


def _changed_meanwhile() -> Unauthorized:
    return Unauthorized("the password was changed or the account deleted a moment ago: sign in again")
