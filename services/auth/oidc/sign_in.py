"""Signs people in by an OpenID Connect provider, and connects such a sign-in to an account that has a password.

Nothing is stored of a sign-in under way: the state holds the code verifier and the nonce, encrypted, for ten minutes.
The page that began it keeps the state and compares it with the one that comes back, so that nobody signs in with a code
that somebody else obtained (login CSRF); the provider takes each code once.

An identity is the issuer's subject, never an address. A new identity with the address of an account here is that
account's only when both sides have verified the address: else whoever made the account first would be let in.
"""

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from email_validator import EmailNotValidError, validate_email
from uuid_utils.compat import uuid7

from kit import log
from kit.wire.auth import OidcCode, OidcIdentity, OidcOffer, OidcStart, Session
from services.auth.email_addresses import EmailAddresses
from services.auth.names import UNSHOWABLE, email_key, without
from services.auth.passwords import Passwords
from services.auth.permissions import Permissions
from services.auth.problems import EmailTaken, OidcNotSetUp, OidcRefused
from services.auth.sessions import Sessions, SignedIn
from services.auth.store.oidc import OidcTable
from services.auth.store.people import PeopleTable
from services.auth.store.rows import Account, IdentityRow, moment

if TYPE_CHECKING:
    from services.auth.oidc.provider import OidcProvider

PURPOSE = b"segue auth oidc states"
STATE_S = 600
"""Seconds for which a state is accepted."""
NAME_LENGTH, SUBJECT_LENGTH = 100, 255  # OpenID Connect Core 1.0 section 2: a subject has at most 255 characters
NOT_SET_UP = "no provider is set up on this server: sign in with e-mail and password"


@dataclass(frozen=True, slots=True)
class Offer:
    """The provider and what the button calls it; None without one."""

    provider: "OidcProvider | None"
    name: str
    password_signup: bool


class OidcSignIn:
    """Sign-ins by the provider; OidcNotSetUp without one."""

    def __init__(
        self,
        offer: Offer,
        secret: str,
        table: OidcTable,
        people: PeopleTable,
        sessions: Sessions,
        passwords: Passwords,
        emails: EmailAddresses,
        permissions: Permissions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode())
        self._states = Fernet(base64.urlsafe_b64encode(key))
        self._offer, self._table, self._people = offer, table, people
        self._sessions, self._passwords, self._emails, self._permissions = sessions, passwords, emails, permissions
        self._clock = clock
        self._log = log.get("oidc")

    def offer(self) -> OidcOffer:
        """Which ways to sign in there are."""
        name = self._offer.name if self._offer.provider else None
        return OidcOffer(provider=name, password_signup=self._offer.password_signup)

    async def begin_sign_in(self) -> OidcStart:
        """Begins a sign-in; OidcUnavailable."""
        verifier, nonce = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
        content = orjson.dumps({"verifier": verifier, "nonce": nonce})
        state = self._states.encrypt_at_time(content, int(self._clock())).decode()
        url = await self._provider.authorize_url(state, nonce, verifier)
        return OidcStart(url=url, state=state, expires_in=STATE_S)

    async def finish(self, given: OidcCode) -> Session:
        """Signs in, to a new account where there is none; OidcRefused, EmailTaken, OidcUnavailable."""
        claims = await self._claims(given)
        account = await self._table.account(claims["iss"], claims["sub"]) or await self._by_address(claims)
        if account is None:
            return await self._sign_up(claims)
        self._log.info("signed in by the provider", person=str(account.id))
        return await self._sessions.open(account, None)

    async def show(self, me: SignedIn) -> OidcIdentity:
        """The identity of an account."""
        row = await self._table.of(me.account.id)
        return OidcIdentity(
            provider=self.offer().provider, connected=row is not None, since=moment(row.connected_at) if row else None
        )

    async def connect(self, me: SignedIn, given: OidcCode) -> OidcIdentity:
        """Connects an identity to the account that is signed in; OidcRefused, OidcTaken, OidcUnavailable."""
        await self._table.connect(self._row(me.account, await self._claims(given)))
        self._log.info("sign-in connected", person=str(me.account.id))
        return await self.show(me)

    async def disconnect(self, me: SignedIn) -> None:
        """Disconnects it; the account keeps its password, which can be set by a mailed link. Repeated: no effect."""
        if await self._table.disconnect(me.account.id):
            self._log.info("sign-in disconnected", person=str(me.account.id))

    async def _claims(self, given: OidcCode) -> dict[str, Any]:
        state = given.state.get_secret_value().encode()
        try:
            begun = orjson.loads(self._states.decrypt_at_time(state, STATE_S, int(self._clock())))
        except InvalidToken:
            raise OidcRefused("this sign-in was not begun here in the last ten minutes: begin again") from None
        claims = await self._provider.claims(given.code.get_secret_value(), begun["verifier"], begun["nonce"])
        if not 0 < len(str(claims["sub"])) <= SUBJECT_LENGTH:
            raise OidcRefused("the provider's subject is empty or longer than 255 characters")
        return claims | {"sub": str(claims["sub"]).replace("\0", "")}

    async def _by_address(self, claims: dict[str, Any]) -> Account | None:
        """The account with the address of a new identity, which becomes its own; EmailTaken unless both sides have
        verified the address."""
        account = await self._people.by_email(email_key(_address(claims)))
        if account is None:
            return None
        if claims.get("email_verified") is not True or account.verified_at is None:
            raise EmailTaken(
                "an account with this e-mail address exists: sign in with its password, then connect "
                f"{self._offer.name} in the settings"
            )
        await self._table.connect(self._row(account, claims))
        return account

    async def _sign_up(self, claims: dict[str, Any]) -> Session:
        email, now = _address(claims), self._clock()
        account = Account(
            id=uuid7(),
            name=without(UNSHOWABLE, str(claims.get("name") or ""))[:NAME_LENGTH].strip() or email.partition("@")[0],
            email=email,
            email_key=email_key(email),
            password_hash=await self._passwords.hash(secrets.token_urlsafe(48)),  # until a mailed link sets one
            created_at=now,
            verified_at=now if claims.get("email_verified") is True else None,
        )
        begun = self._sessions.begin(account.id)
        await self._people.add(account, begun.row, self._row(account, claims))
        self._log.info("account made by the provider", person=str(account.id))
        if self._permissions.verification and account.verified_at is None:
            await self._emails.welcome(account)
        return await self._sessions.response(account, begun.row.id, begun.refresh_token)

    def _row(self, account: Account, claims: dict[str, Any]) -> IdentityRow:
        return IdentityRow(account.id, str(claims["iss"]), claims["sub"], self._clock())

    @property
    def _provider(self) -> "OidcProvider":
        if self._offer.provider is None:
            raise OidcNotSetUp(NOT_SET_UP)
        return self._offer.provider


def _address(claims: dict[str, Any]) -> str:
    """The address of an identity, checked as that of a sign-up; OidcRefused."""
    try:
        given = str(claims.get("email") or "")
        return str(validate_email(given, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise OidcRefused("the provider gives no e-mail address of yours: it must send the claim `email`") from None
