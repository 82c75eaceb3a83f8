"""Asks auth for the name of the signed-in person, and whether their mail address is verified."""

from pydantic import BaseModel

from kit.errors import Forbidden
from kit.http import ServiceClient
from kit.tokens import ACCOUNT, Caller


class _Person(BaseModel):
    """What is read of kit.wire.auth.Person: the address is of no concern here."""

    name: str
    email_verified: bool = False


async def name_of(auth: ServiceClient, caller: Caller) -> str:
    """The person's name; Forbidden for an API key, which may not read the account."""
    if ACCOUNT not in caller.scopes:
        raise Forbidden("an API key does not know your name: leave the name out, or sign in")
    return (await _person(auth, caller)).name


async def is_verified(auth: ServiceClient, caller: Caller) -> bool:
    """Whether the person's mail address is verified; for tokens with the account scope."""
    return (await _person(auth, caller)).email_verified


async def _person(auth: ServiceClient, caller: Caller) -> _Person:
    return _Person.model_validate(await auth.get_json("/v1/me", f"Bearer {caller.token}"))
