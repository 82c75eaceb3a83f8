"""The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636): secrets, challenge, scopes, address."""

import base64
import hashlib
import secrets
from collections.abc import Collection
from urllib.parse import urlencode, urlsplit

READ_SCOPES = (
    "user-library-read",
    "user-top-read",
    "user-read-recently-played",
    "playlist-read-private",
    "playlist-read-collaborative",
)
SAVE_SCOPE = "playlist-modify-private"
STATE_S = 600
"""Seconds for which a state is accepted, once."""
LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")


def new_state() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def new_verifier() -> str:
    """A code verifier: 512 random bits in 86 characters."""
    return secrets.token_urlsafe(64)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def wanted_scopes(purpose: str, granted: Collection[str] = ()) -> tuple[str, ...]:
    """The scopes to ask for: to read, and to save only when the person saves or has allowed it before."""
    saving = purpose == "save" or SAVE_SCOPE in granted
    return (*READ_SCOPES, SAVE_SCOPE) if saving else READ_SCOPES


def authorize_url(
    accounts_url: str, client_id: str, redirect_uri: str, scopes: Collection[str], state: str, verifier: str
) -> str:
    """The page of Spotify that asks the person to agree."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge_method": "S256",
        "code_challenge": challenge_of(verifier),
    }
    return f"{accounts_url}/authorize?{urlencode(query)}"


def refused_redirect(uri: str) -> str | None:
    """Why Spotify refuses a redirect URI; None when it takes it: HTTPS, or http on a loopback address with a port."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return f"{uri!r} is no address"
    if parts.query or parts.fragment or not parts.hostname:
        return f"{uri!r} must be an address without ? and #"
    if parts.hostname == "localhost":
        return f"Spotify refuses localhost in {uri!r}: use http://127.0.0.1:PORT"
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_ADDRESSES and port):
        return None
    return f"Spotify takes https://, http://127.0.0.1:PORT and http://[::1]:PORT, not {uri!r}"
