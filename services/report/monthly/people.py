"""Asks auth for the people that the job mails: names and addresses in batches, and a token to read for one of them.

Nothing of it is stored or logged.
"""

import time
from collections.abc import Sequence
from uuid import UUID

from kit.http import ServiceClient
from kit.tokens import Caller
from kit.wire.people import DelegatedToken, MailRecipient, PeopleFound


class People:
    """Client of auth's internal routes, with the service key."""

    def __init__(self, auth: ServiceClient, service_key: str) -> None:
        self._auth = auth
        self._authorization = f"Segue-Service {service_key}"

    async def batch(self, ids: Sequence[UUID]) -> dict[UUID, MailRecipient]:
        """The accounts that exist, at most kit.wire.people.MAX_PEOPLE asked for; NeighbourUnavailable."""
        wanted = {"ids": [str(one) for one in ids]}
        found = PeopleFound.model_validate(await self._auth.post("/internal/people:batch", wanted, self._authorization))
        return {one.id: one for one in found.items}

    async def reader(self, person: UUID) -> Caller:
        """A caller who reads recommendations and likes of the person for two minutes; NeighbourUnavailable."""
        answer = await self._auth.post("/internal/tokens:delegate", {"person": str(person)}, self._authorization)
        token = DelegatedToken.model_validate(answer)
        return Caller(person, frozenset(), time.time() + token.expires_in, token.access_token)
