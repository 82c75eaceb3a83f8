"""Connects and disconnects a person's Spotify account, and shows the state of the link.

The state and the verifier of an authorization are stored until the person who began it, in the same session, brings
the code; then, or after ten minutes, they are gone. So a code that somebody else began cannot be brought here (CSRF).
"""

import hashlib
import time
from collections.abc import Callable
from uuid import UUID

from kit import log
from kit.wire.spotify import SpotifyCode, SpotifyLink, SpotifyOutcome, SpotifyStart, SpotifyState
from services.auth.problems import SpotifyNotSetUp, SpotifyRefused, SpotifyUnavailable
from services.auth.sessions import SignedIn
from services.auth.spotify import pkce
from services.auth.spotify.access import LASTING, Configured, SpotifyAccess
from services.auth.spotify.failures import SpotifyFailed
from services.auth.spotify.responses import Granted, JsonObject
from services.auth.spotify.token_encryption import WrongKey
from services.auth.spotify.views import link_view
from services.auth.store.spotify_links import LinkRow, SpotifyLinkTable
from services.auth.token_secrets import digest

HANDED_OVER_S = 3600.0
"""Seconds for which Spotify's access tokens hold; a token that is handed over does not tell when it was made."""
NAME_LENGTH = 100
NOT_SET_UP = (
    "Spotify is not set up on this server: whoever runs it sets SEGUE_AUTH_SPOTIFY_CLIENT_ID (docs/spotify.md). "
    "Files of your listening can be imported without it"
)


class SpotifyLinks:
    """Links of people; without `spotify` nothing is set up, and only the state and disconnecting are answered."""

    def __init__(
        self,
        spotify: Configured | None,
        access: SpotifyAccess | None,
        table: SpotifyLinkTable,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._spotify, self._access, self._table, self._clock = spotify, access, table, clock
        self._log = log.get("spotify")

    async def show(self, person: UUID) -> SpotifyLink:
        """The state of a person's link."""
        link = await self._table.find(person)
        until = await self._access.blocked_until(person) if self._access and link else None
        return link_view(link, until, configured=self._spotify is not None)

    async def begin_authorization(self, me: SignedIn, purpose: str) -> SpotifyStart:
        """Begins an authorization; SpotifyNotSetUp."""
        spotify, person = self._set_up(), me.account.id
        link = await self._table.find(person)
        scopes = pkce.wanted_scopes(purpose, link.scopes.split() if link else ())
        state, verifier, now = pkce.new_state(), pkce.new_verifier(), self._clock()
        sealed = spotify.encryption.seal(person, {"verifier": verifier})
        await self._table.add_state(digest(state), person, me.session, sealed, now, now + pkce.STATE_S)
        url = pkce.authorize_url(spotify.accounts_url, spotify.client_id, spotify.redirect_uri, scopes, state, verifier)
        return SpotifyStart(url=url, expires_in=pkce.STATE_S)

    async def finish(self, me: SignedIn, given: SpotifyCode) -> SpotifyLink:
        """Exchanges the code and stores the link. SpotifyRefused for a state that is not this session's, was used or
        has expired, and for a code that does not hold; SpotifyUnavailable."""
        spotify, person = self._set_up(), me.account.id
        state = digest(given.state.get_secret_value())
        sealed = await self._table.use_state(state, person, me.session, self._clock())
        if sealed is None:
            raise SpotifyRefused(
                "this answer of Spotify does not belong to a sign-in that you began here in the last ten minutes, or "
                "was used already: begin again with GET /v1/spotify/start"
            )
        try:
            verifier = spotify.encryption.open(person, sealed)["verifier"]
            granted = await spotify.port.exchange(given.code.get_secret_value(), verifier, spotify.redirect_uri)
        except WrongKey:
            raise SpotifyRefused("the key of this server was changed meanwhile: begin again") from None
        except SpotifyFailed as failed:
            raise _not_connected(failed, "Spotify did not take the code: begin again") from None
        return await self._connect(person, granted, renewable=True)

    async def hand_over(self, me: SignedIn, token: str) -> SpotifyLink:
        """Stores an access token that the person brings, for as long as it holds. SpotifyRefused when Spotify does not
        take it."""
        self._set_up()
        granted = Granted(token, "", HANDED_OVER_S, ())
        return await self._connect(me.account.id, granted, renewable=False)

    async def disconnect(self, person: UUID) -> None:
        """Deletes the link and its tokens; catalog deletes what came by it. Without a link nothing changes."""
        if await self._table.delete(person):
            self._log.info("Spotify disconnected", person=str(person))

    async def _connect(self, person: UUID, granted: Granted, *, renewable: bool) -> SpotifyLink:
        """Asks whose account it is and stores the link. An account that Spotify refuses is stored without tokens, so
        that the person sees why."""
        assert self._access
        assert self._spotify
        status, account = SpotifyState.CONNECTED, JsonObject()
        try:
            account = await self._access.counted(person, granted.access, self._spotify.port.me)
        except SpotifyFailed as failed:
            if failed.outcome not in (SpotifyOutcome.NOT_ALLOWLISTED, SpotifyOutcome.PREMIUM_LAPSED):
                raise _not_connected(failed, "Spotify does not take this token: bring a new one") from None
            status = LASTING[failed.outcome]
        connected = status is SpotifyState.CONNECTED
        row = self._row(person, granted, account, status, renewable=renewable)
        if not await self._table.put(row, connected=connected):
            raise SpotifyRefused("this account was deleted")
        self._log.info("Spotify connected" if connected else "Spotify refused the account", person=str(person))
        return await self.show(person)

    def _row(
        self, person: UUID, granted: Granted, account: JsonObject, status: SpotifyState, *, renewable: bool
    ) -> LinkRow:
        assert self._spotify
        now = self._clock()
        tokens = {"access": granted.access, "refresh": granted.refresh}
        number = str(account.get("account_id") or account.get("id") or "")
        return LinkRow(
            person_id=person,
            account=hashlib.sha256(number.encode()).hexdigest()[:32] if number else "",
            name=str(account.get("display_name") or account.get("id") or "")[:NAME_LENGTH].replace("\0", ""),
            sealed=self._spotify.encryption.seal(person, tokens) if status is SpotifyState.CONNECTED else None,
            scopes=" ".join(granted.scopes),
            renewable=renewable,
            expires_at=now + granted.expires_in,
            status=status,
            connected_at=now,
            changed_at=now,
        )

    def _set_up(self) -> Configured:
        if self._spotify is None:
            raise SpotifyNotSetUp(NOT_SET_UP)
        return self._spotify


def _not_connected(failed: SpotifyFailed, refused: str) -> SpotifyRefused | SpotifyUnavailable:
    if failed.outcome is SpotifyOutcome.QUOTA_UNTIL:
        wait = max(1, int(failed.pause_s))
        return SpotifyUnavailable("the calls to Spotify are used up for now: try again later", retry_after_s=wait)
    if failed.outcome is SpotifyOutcome.UNAVAILABLE:
        return SpotifyUnavailable("Spotify did not answer: try again in a minute", retry_after_s=60)
    return SpotifyRefused(refused)
