"""Tokens that a background job of another service reads a person's data with (decision 0024).

Their scopes are fixed here by the purpose and not chosen by the caller: reading recommendations and reports, or the
data of the account for its export (decision 0031); never managing the account or writing feedback. What a session may
do is delegated only as far as the account itself may do it; an export everybody may have.
"""

from uuid import UUID

from kit import log
from kit.errors import NotFound
from kit.tokens import EXPORT
from kit.wire.people import DelegatedToken, Purpose
from services.auth.keyring import Keyring
from services.auth.permissions import Permissions
from services.auth.store.people import PeopleTable

SCOPES: dict[Purpose, tuple[str, ...]] = {
    "mail": ("recommend:read", "report:read"),
    "weekly": ("recommend:read",),
    "export": (EXPORT,),
}
TOKEN_S = 120


class DelegatedTokens:
    """Signs delegated tokens, which belong to no session and last TOKEN_S seconds."""

    def __init__(self, people: PeopleTable, keyring: Keyring, permissions: Permissions) -> None:
        self._people = people
        self._keyring = keyring
        self._permissions = permissions
        self._log = log.get("delegation")

    async def of(self, person: UUID, purpose: Purpose = "mail") -> DelegatedToken:
        """A token for one account; NotFound when it does not exist."""
        found = await self._people.by_ids([person])
        if not found:
            raise NotFound(f"there is no account {str(person)!r}: it was deleted")
        allowed = (*self._permissions.scopes(found[0]), EXPORT)
        scopes = [one for one in SCOPES[purpose] if one in allowed]
        token = await self._keyring.sign(person, scopes, lifetime_s=TOKEN_S)
        self._log.info("token delegated", person=str(person), purpose=purpose)
        return DelegatedToken(access_token=token, expires_in=TOKEN_S)
