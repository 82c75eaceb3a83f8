"""The pages of the app by name, for what every page must do: those of guests, of one person, and of a track."""

import httpx2

from tests.web.people import popular

GUEST = {
    "start": "/",
    "search": "/search?q=love",
    "nothing found": "/search?q=zzzzqqqq",
    "sign in": "/signin",
    "not signed in by the provider": "/signin/provider?error=access_denied",
    "sign up": "/signup",
    "forgot": "/forgot",
    "reset": "/reset?token=none",
    "reset without a link": "/reset",
    "confirm": "/verify?token=none",
    "developers": "/developers",
    "guide": "/guide",
    "map": "/map",
    "unknown page": "/nowhere",
    "unknown song": "/track/0000000000000000000000",
    "signed out of a person's page": "/liked",
    "import, signed out": "/import",
}
SIGNED = {
    "home": "/",
    "recommend": "/recommend",
    "liked": "/liked",
    "report": "/report",
    "weekly lists": "/weekly",
    "playlists": "/playlists",
    "unknown playlist": "/playlists/00000000-0000-0000-0000-000000000000",
    "history": "/history",
    "profile": "/profile",
    "import": "/import",
    "Spotify": "/connect/spotify",
    "settings": "/settings",
    "interest test": "/test",
    "admin": "/admin",
    "gallery": "/dev/gallery",
}


def of_tracks(url: str) -> dict[str, str]:
    """Pages that need songs of the release."""
    seeds = popular(url, 3)
    artist = httpx2.get(f"{url}/v1/tracks/{seeds[0]}", timeout=30).json()["artists"][0]["id"]
    return {
        "list from a song": f"/?seeds={seeds[0]}",
        "list from three songs": f"/recommend?seeds={','.join(seeds)}",
        "list away from a song": f"/recommend?seeds={seeds[0]}&away={seeds[1]}",
        "list from a mood": "/recommend?name=rainy%20sunday",
        "track": f"/track/{seeds[0]}",
        "artist": f"/artist/{artist}",
    }
