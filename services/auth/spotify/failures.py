"""What an error of Spotify means: one of the outcomes of kit.wire.spotify, and until when it lasts.

The texts are those of the Web API; a 403 tells its reason in its message only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kit.wire.spotify import SpotifyOutcome

SHORT_PAUSE_S, LONGEST_PAUSE_S = 30.0, 24 * 3600.0
QUOTA_PAUSE_S = 14 * 3600.0
"""Where QUOTA_EXCEEDED comes without Retry-After: it is 13 to 15 hours."""


class SpotifyFailed(Exception):
    """A call to Spotify failed. `pause_s`: with QUOTA_UNTIL, seconds until the next call. `tokens_ended`: with
    NEEDS_REAUTH, whether Spotify refused the tokens. The text has no secret."""

    def __init__(
        self, outcome: SpotifyOutcome, reason: str, pause_s: float = 0.0, *, tokens_ended: bool = True
    ) -> None:
        super().__init__(f"{outcome}: {reason}")
        self.outcome, self.reason, self.pause_s, self.tokens_ended = outcome, reason, pause_s, tokens_ended


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error response: status, `error.message`, `error.reason` (or the OAuth `error`), and the headers."""

    status: int
    message: str = ""
    reason: str = ""
    headers: Mapping[str, str] | None = None


def failure_of(refusal: Refusal) -> SpotifyFailed:
    """The failure of a response of the Web API."""
    if refusal.status == 429:
        return SpotifyFailed(SpotifyOutcome.QUOTA_UNTIL, refusal.reason or "too many requests", _pause(refusal))
    if refusal.status == 401:
        return SpotifyFailed(SpotifyOutcome.NEEDS_REAUTH, "the access token does not hold")
    if refusal.status == 403:
        return SpotifyFailed(*_forbidden(refusal.message.lower()))
    if refusal.status in (404, 410):
        return SpotifyFailed(SpotifyOutcome.GONE, f"status {refusal.status}: it is not there (any more)")
    if refusal.status >= 500 or refusal.status < 400:
        return SpotifyFailed(SpotifyOutcome.UNAVAILABLE, f"status {refusal.status}")
    return SpotifyFailed(SpotifyOutcome.REFUSED, f"status {refusal.status}")


def failure_of_token(refusal: Refusal) -> SpotifyFailed:
    """The failure of a response of the token endpoint (RFC 6749 section 5.2)."""
    if refusal.status == 429:
        return SpotifyFailed(SpotifyOutcome.QUOTA_UNTIL, "too many requests for tokens", _pause(refusal))
    if refusal.reason == "invalid_grant":
        return SpotifyFailed(SpotifyOutcome.NEEDS_REAUTH, "invalid_grant: the permission ended or was taken back")
    if refusal.status >= 500 or refusal.status < 400:
        return SpotifyFailed(SpotifyOutcome.UNAVAILABLE, f"status {refusal.status}")
    return SpotifyFailed(SpotifyOutcome.REFUSED, f"status {refusal.status}: check the client id and the redirect URI")


def _forbidden(message: str) -> tuple[SpotifyOutcome, str]:
    if "not registered" in message or "developer dashboard" in message or "allowlist" in message:
        return SpotifyOutcome.NOT_ALLOWLISTED, "the account is not on the list of the app"
    if "premium" in message:
        return SpotifyOutcome.PREMIUM_LAPSED, "the owner of the app has no Premium"
    if "scope" in message:
        return SpotifyOutcome.SCOPE_MISSING, "the permission does not cover this"
    return SpotifyOutcome.REFUSED, "status 403"


def _pause(refusal: Refusal) -> float:
    """Retry-After within bounds; without one, a short pause, or a long one for a used-up quota."""
    spent = "QUOTA_EXCEEDED" in (refusal.reason or refusal.message).upper()
    text = {name.lower(): value for name, value in (refusal.headers or {}).items()}.get("retry-after", "")
    seconds = float(text) if text.isdecimal() and len(text) < 9 else QUOTA_PAUSE_S if spent else SHORT_PAUSE_S
    return min(max(seconds, 1.0), LONGEST_PAUSE_S)
