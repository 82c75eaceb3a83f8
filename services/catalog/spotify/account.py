"""The Spotify account of a person, asked over auth, and what its failures mean for a job."""

from datetime import UTC, datetime
from uuid import UUID

from kit.errors import NeighbourUnavailable
from kit.http import ServiceClient
from kit.job_worker import JobFailed
from kit.wire.spotify import SpotifyOutcome, SpotifyPage, SpotifyRead, SpotifyWrite, SpotifyWritten

DEADLINE_S = 95.0
"""auth waits for Spotify up to 30 s for each of at most three calls."""
SENTENCES = {
    SpotifyOutcome.NOT_CONFIGURED: "Spotify is not set up on this server",
    SpotifyOutcome.NOT_CONNECTED: "Spotify is not connected: connect it at /connect/spotify",
    SpotifyOutcome.NEEDS_REAUTH: "Spotify wants a new sign-in: connect again at /connect/spotify",
    SpotifyOutcome.NOT_ALLOWLISTED: "this Spotify account is not on the list of the server's client: whoever runs the "
    "server adds it",
    SpotifyOutcome.PREMIUM_LAPSED: "Spotify serves this server again once its owner has Premium",
    SpotifyOutcome.SCOPE_MISSING: "Spotify was not allowed to do this: connect again, with saving",
    SpotifyOutcome.REFUSED: "Spotify refused this: it may work later",
    SpotifyOutcome.GONE: "Spotify does not have this any more",
}


class Exhausted(JobFailed):
    """The calls to Spotify are used up until a time (seconds since 1970)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"the calls to Spotify are used up until {until:%Y-%m-%d %H:%M} UTC: it goes on by itself")
        self.until = until.timestamp()


class SpotifyAccount:
    """Asks auth. `Exhausted`, JobFailed with a sentence, or NeighbourUnavailable, after which a job is tried again."""

    def __init__(self, auth: ServiceClient, service_key: str) -> None:
        self._auth, self._authorization = auth, f"Segue-Service {service_key}"

    async def read(self, wanted: SpotifyRead) -> SpotifyPage:
        """One page."""
        path, body = "/internal/spotify:read", wanted.model_dump(mode="json")
        page = SpotifyPage.model_validate(await self._auth.post(path, body, self._authorization, DEADLINE_S))
        _check(page)
        return page

    async def write(self, wanted: SpotifyWrite) -> SpotifyWritten:
        """Writes tracks; the outcome is ok or start_over."""
        path, body = "/internal/spotify:write", wanted.model_dump(mode="json")
        written = SpotifyWritten.model_validate(await self._auth.post(path, body, self._authorization, DEADLINE_S))
        if written.outcome is not SpotifyOutcome.START_OVER:
            _check(written)
        return written


def section_of(playlist: str) -> str:
    """The section of the tracks of a playlist."""
    return f"playlist:{playlist}"


def _check(answer: SpotifyPage | SpotifyWritten) -> None:
    if answer.outcome is SpotifyOutcome.OK:
        return
    if answer.outcome is SpotifyOutcome.QUOTA_UNTIL:
        raise Exhausted(answer.until or datetime.now(UTC))
    if sentence := SENTENCES.get(answer.outcome):
        raise JobFailed(sentence)
    raise NeighbourUnavailable("Spotify did not answer")


def person_of(job_person: UUID | None) -> UUID:
    """The person of a job of Spotify, which always has one."""
    assert job_person is not None
    return job_person
