"""Asks auth for the name of the signed-in person, for reports and cards that show it."""

from pydantic import BaseModel

from kit.errors import Forbidden
from kit.http import ServiceClient
from kit.tokens import ACCOUNT, Caller


class _Named(BaseModel):
    """What is read of kit.wire.auth.Person, whose address field needs a library that report does not install."""

    name: str


async def name_of(auth: ServiceClient, caller: Caller) -> str:
    """The person's name; Forbidden for an API key, which may not read the account."""
    if ACCOUNT not in caller.scopes:
        raise Forbidden("an API key does not know your name: leave the name out, or sign in")
    return _Named.model_validate(await auth.get_json("/v1/me", f"Bearer {caller.token}")).name
