"""The state of a link as its person sees it: one of the states of kit.wire.spotify, with a sentence."""

from datetime import UTC, datetime

from kit.wire.spotify import SpotifyLink, SpotifyState
from services.auth.spotify.pkce import SAVE_SCOPE
from services.auth.store.spotify_links import LinkRow

DETAILS = {
    SpotifyState.NOT_CONFIGURED: "Whoever runs this server adds a client id of Spotify; docs/spotify.md says how.",
    SpotifyState.NOT_CONNECTED: "Spotify asks you to agree, then your likes are read once a day.",
    SpotifyState.CONNECTED: "Your likes, top songs and playlists are read once a day.",
    SpotifyState.NEEDS_REAUTH: "The permission ended: connect again. What was read before is still here.",
    SpotifyState.QUOTA_UNTIL: "Spotify allows this server so many calls a day, and they are used up. Reading goes on "
    "by itself.",
    SpotifyState.NOT_ALLOWLISTED: "The server's client is in development mode: whoever runs it adds your Spotify mail "
    "address to its list, then connect again.",
    SpotifyState.PREMIUM_LAPSED: "Spotify serves a client only while its owner has Premium: whoever runs this server "
    "renews it.",
}


def link_view(link: LinkRow | None, blocked_until: float | None, *, configured: bool) -> SpotifyLink:
    """The view of a link; `blocked_until` in seconds since 1970."""
    state = _state(link, blocked_until, configured)
    if link is None or not configured:
        return SpotifyLink(state=state, detail=DETAILS[state])
    return SpotifyLink(
        state=state,
        detail=DETAILS[state],
        account=link.name or None,
        connected_at=_moment(link.connected_at),
        changed_at=_moment(link.changed_at),
        quota_until=_moment(blocked_until) if state is SpotifyState.QUOTA_UNTIL and blocked_until else None,
        can_save=SAVE_SCOPE in link.scopes.split() or (not link.renewable and link.sealed is not None),
        renewable=link.renewable,
    )


def _state(link: LinkRow | None, blocked_until: float | None, configured: bool) -> SpotifyState:
    if not configured:
        return SpotifyState.NOT_CONFIGURED
    if link is None:
        return SpotifyState.NOT_CONNECTED
    status = SpotifyState(link.status)
    return SpotifyState.QUOTA_UNTIL if status is SpotifyState.CONNECTED and blocked_until else status


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
