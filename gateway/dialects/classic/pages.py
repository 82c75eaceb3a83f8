"""The form pages of the playlist app: plain HTML without scripts or styles. Pure."""

from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response

HEADERS = {
    "content-security-policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
ADD = """<form method="post" action="/classic/songQ">
<p role="status">{note}</p>
{kept}
<label>Enter track name <input name="track" required maxlength="200"></label>
<button>Add track</button>
</form>
"""
PREDICT = """<form method="post" action="/classic/recommends">
{kept}
<button>Predict recommendation</button>
</form>
"""


def index(tracks: list[dict[str, Any]], note: str = "") -> Response:
    """The list so far, a field to add a track, and a button for what comes next once there is one."""
    kept = "\n".join(f'<input type="hidden" name="idlist" value="{escape(track["id"])}">' for track in tracks)
    forms = ADD.format(note=escape(note), kept=kept) + (PREDICT.format(kept=kept) if tracks else "")
    return _page("Tracks to add to playlist", _list(tracks) + forms)


def predictions(tracks: list[dict[str, Any]]) -> Response:
    """What comes next, with links to play it where the track is known at Spotify."""
    return _page("Recommended tracks", _list(tracks) + '<p><a href="/classic/">Another playlist</a></p>')


def _list(tracks: list[dict[str, Any]]) -> str:
    return f"<ol>\n{''.join(f'<li>{_track(track)}</li>' for track in tracks)}\n</ol>\n"


def _track(track: dict[str, Any]) -> str:
    names = escape(f"{track['title']} – {', '.join(artist['name'] for artist in track['artists'])}")  # noqa: RUF001
    code = track["external_ids"].get("spotify")
    return f'<a href="https://open.spotify.com/track/{escape(code)}">{names}</a>' if code else names


def _page(title: str, content: str) -> Response:
    return HTMLResponse(PAGE.format(title=escape(title), content=content), headers=HEADERS)
