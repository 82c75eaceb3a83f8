"""Makes calls to Spotify for a person: counts them, refreshes the access token, and keeps the state of the link.

Every failure that concerns the link becomes its state, so that a person sees the reason and no call is wasted on a
permission that has ended.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from kit import log
from kit.wire.spotify import SpotifyOutcome, SpotifyState
from services.auth.spotify.failures import SHORT_PAUSE_S, SpotifyFailed
from services.auth.spotify.token_encryption import TokenEncryption, WrongKey
from services.auth.store.spotify_budget import Budget, SpotifyBudgetTable
from services.auth.store.spotify_links import LinkRow, SpotifyLinkTable

if TYPE_CHECKING:
    from services.auth.spotify.port import SpotifyPort

EARLY_S = 60.0
"""Seconds before its end at which an access token is refreshed."""
REFRESH_LEASE_S = 60.0
LASTING = {
    SpotifyOutcome.NEEDS_REAUTH: SpotifyState.NEEDS_REAUTH,
    SpotifyOutcome.NOT_ALLOWLISTED: SpotifyState.NOT_ALLOWLISTED,
    SpotifyOutcome.PREMIUM_LAPSED: SpotifyState.PREMIUM_LAPSED,
}
"""Failures that become the state of the link."""
Result = TypeVar("Result")
Call = Callable[[str], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Configured:
    """What Spotify needs where the operator has set it up."""

    port: "SpotifyPort"
    encryption: TokenEncryption
    client_id: str
    accounts_url: str
    redirect_uri: str
    budget: Budget


class SpotifyAccess:
    """Calls with the tokens of stored links. `call` gets the access token; SpotifyFailed."""

    def __init__(
        self,
        spotify: Configured,
        links: SpotifyLinkTable,
        calls: SpotifyBudgetTable,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._spotify, self._links, self._calls, self._clock = spotify, links, calls, clock
        self._log = log.get("spotify")

    async def blocked_until(self, person: UUID) -> float | None:
        """The time until which no call is made for a person; None when one is possible."""
        return await self._calls.blocked_until(person, self._spotify.budget, self._clock())

    async def counted(self, person: UUID, token: str, call: Call[Result]) -> Result:
        """Makes one call with this token, counted against the budget."""
        now = self._clock()
        if (until := await self._calls.take(person, self._spotify.budget, now)) is not None:
            raise SpotifyFailed(SpotifyOutcome.QUOTA_UNTIL, "the calls of 24 hours are used up", until - now)
        try:
            return await call(token)
        except SpotifyFailed as failed:
            if failed.outcome is SpotifyOutcome.QUOTA_UNTIL:
                await self._calls.pause(self._clock() + failed.pause_s)
            raise

    async def linked(self, link: LinkRow, call: Call[Result]) -> Result:
        """Makes one call for a link; a refused token is refreshed once, and lasting failures become its state."""
        try:
            link, token = await self._token(link)
            try:
                result = await self.counted(link.person_id, token, call)
            except SpotifyFailed as failed:
                if failed.outcome is not SpotifyOutcome.NEEDS_REAUTH or not link.renewable:
                    raise
                link, token = await self._refreshed(link)
                result = await self.counted(link.person_id, token, call)
        except SpotifyFailed as failed:
            await self._note(link, failed)
            raise
        if link.status != SpotifyState.CONNECTED:
            await self._links.set_status(link, SpotifyState.CONNECTED, self._clock())
        return result

    async def _note(self, link: LinkRow, failed: SpotifyFailed) -> None:
        self._log.warning("Spotify call failed", person=str(link.person_id), outcome=failed.outcome, why=failed.reason)
        if (status := LASTING.get(failed.outcome)) is None:
            return
        ended = status is SpotifyState.NEEDS_REAUTH and failed.tokens_ended
        await self._links.set_status(link, status, self._clock(), drop_tokens=ended)

    async def _token(self, link: LinkRow) -> tuple[LinkRow, str]:
        """The link and its access token, refreshed when it is about to end."""
        if link.expires_at - EARLY_S <= self._clock():
            return await self._refreshed(link)
        return link, self._opened(link)["access"]

    async def _refreshed(self, link: LinkRow) -> tuple[LinkRow, str]:
        tokens = self._opened(link)
        if not link.renewable:
            raise SpotifyFailed(SpotifyOutcome.NEEDS_REAUTH, "the token that was handed over has ended")
        if not await self._links.claim_refresh(link, self._clock(), REFRESH_LEASE_S):
            return await self._refreshed_elsewhere(link)
        try:
            granted = await self._spotify.port.refresh(tokens["refresh"])
        except BaseException:
            await self._links.release(link)
            raise
        renewed = {"access": granted.access, "refresh": granted.refresh or tokens["refresh"]}
        scopes = " ".join(granted.scopes) or link.scopes
        sealed = self._spotify.encryption.seal(link.person_id, renewed)
        if not await self._links.renew(link, sealed, self._clock() + granted.expires_in, scopes):
            raise SpotifyFailed(SpotifyOutcome.NOT_CONNECTED, "the link was changed meanwhile")
        latest = await self._links.find(link.person_id)
        return latest or link, granted.access

    async def _refreshed_elsewhere(self, link: LinkRow) -> tuple[LinkRow, str]:
        """Another process refreshes at this moment, or has: its tokens if they are there, else UNAVAILABLE."""
        latest = await self._links.find(link.person_id)
        if latest is None:
            raise SpotifyFailed(SpotifyOutcome.NOT_CONNECTED, "the link was deleted meanwhile")
        if latest.version == link.version or latest.sealed is None:
            raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, "another call renews the token", SHORT_PAUSE_S)
        return latest, self._opened(latest)["access"]

    def _opened(self, link: LinkRow) -> dict[str, str]:
        if link.sealed is None:
            outcome = LASTING_OUTCOMES.get(link.status, SpotifyOutcome.NEEDS_REAUTH)
            raise SpotifyFailed(outcome, "there are no tokens")
        try:
            return self._spotify.encryption.open(link.person_id, link.sealed)
        except WrongKey as wrong:
            raise SpotifyFailed(SpotifyOutcome.NEEDS_REAUTH, str(wrong), tokens_ended=False) from None


LASTING_OUTCOMES = {state.value: outcome for outcome, state in LASTING.items()}
"""The outcome of a call for a link without tokens, by its status."""
