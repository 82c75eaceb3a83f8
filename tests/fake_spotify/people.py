"""The accounts that the fake has: ada with likes and playlists, and ben."""

from collections.abc import Sequence

from tests.fake_spotify.accounts import Tokens
from tests.fake_spotify.server import FakeSpotify
from tests.fake_spotify.web_api import Account, FakePlaylist, WebApi

CLIENT_ID = "0123456789abcdef0123456789abcdef"
HITS = {
    "4uLU6hMCjMI75M1A2tKUQC": ("Never Gonna Give You Up", "Rick Astley", "GBARL9300135"),
    "7qiZfU4dY1lWllzX7mPBI3": ("Shape of You", "Ed Sheeran", "GBAHS1600463"),
    "0VjIjW4GlUZAMYd2vXMi3b": ("Blinding Lights", "The Weeknd", "USUG11904206"),
}


def fake_spotify(
    *redirect_uris: str,
    liked: Sequence[str] = tuple(HITS),
    tracks: dict[str, tuple[str, str, str]] | None = None,
) -> FakeSpotify:
    """The fake; `tracks` by id (title, artist, ISRC) are known beside HITS."""
    tokens = Tokens(CLIENT_ID, redirect_uris, ("ada", "ben"))
    ada = Account("ada", list(liked), list(liked)[:2], list(liked)[1:])
    accounts = {"ada": ada, "ben": Account("ben")}
    api = WebApi(tokens, accounts, HITS | (tracks or {}))
    for number, name, owner in (("p1", "Morning", "ada"), ("p2", "Evening", "ada"), ("p3", "Of a friend", "ben")):
        api.playlists[number] = FakePlaylist(number, name, owner, list(liked)[:2])
    return FakeSpotify(tokens, api)
