"""Examples of requests in the OpenAPI document. tests/contract/test_examples.py sends every one of them.

Tracks and the artist are of the demo catalogue; what a person made goes by made-up ids.
"""

from typing import Any

Document = dict[str, Any]

TRACK, OTHER, ARTIST = "00Hpxm1oFXQ2kKqgojrVBn", "00Lbh2cGDmqve9nvpL5jNW", "0P8kv24EO6zJTb4xrgTZEx"
MADE = "019c0000-0000-7000-8000-000000000001"
"""In place of the id of something that a person made: a playlist, an import, a job."""
EMAIL, PASSWORD, NEW_PASSWORD = "grace@example.com", "correct horse battery staple", "an even longer battery staple"
TOKEN = "a" * 43
"""In place of a token that only a mail or an answer has."""
SEEN_AT = "2026-01-31T20:15:00Z"

BODIES: dict[str, Any] = {
    "signup": {"name": "Grace", "email": EMAIL, "password": PASSWORD},
    "login": {"email": EMAIL, "password": PASSWORD},
    "forgot_password": {"email": EMAIL},
    "refresh": {"refresh_token": TOKEN},
    "logout": {"refresh_token": TOKEN},
    "reset_password": {"token": TOKEN, "new_password": NEW_PASSWORD},
    "verify_email": {"token": TOKEN},
    "finish_oidc": {"code": "the code of the provider", "state": TOKEN},
    "connect_oidc": {"code": "the code of the provider", "state": TOKEN},
    "change_me": {"name": "Grace H."},
    "change_password": {"old_password": PASSWORD, "new_password": NEW_PASSWORD},
    "delete_me": {"password": NEW_PASSWORD},
    "make_api_key": {"name": "kitchen radio", "scopes": ["recommend:read", "feedback:write"]},
    "exclude": {"track": TRACK},
    "feedback": {
        "events": [{"track": TRACK, "kind": "like"}, {"track": OTHER, "kind": "play", "at": SEEN_AT, "ms": 180_000}]
    },
    "correct_unmatched": {"track": TRACK},
    "add_unmatched": {"after": 0},
    "name_added_track": {"track": TRACK},
    "begin_upload": {"name": "my_spotify_data.zip", "size": 1_048_576},
    "answer_interest_test": {"answers": [{"track": TRACK, "value": 1}, {"track": OTHER, "value": -1}]},
    "replace_mutes": {"artists": [ARTIST], "genres": ["jazz"], "versions": ["karaoke"]},
    "create_playlist": {"name": "Evenings", "description": "for the train", "tracks": [TRACK, OTHER]},
    "replace_playlist": {"name": "Evenings", "tracks": [OTHER, TRACK]},
    "describe_playlist": {"name": "Nights"},
    "add_tracks": {"tracks": [OTHER], "allow_repeats": True},
    "move_tracks": {"start": 0, "count": 1, "to": 1},
    "remove_tracks": {"tracks": [TRACK]},
    "add_plays": {"plays": [{"title": "Halo", "artist": "Beyonce", "played_at": SEEN_AT}]},
    "report_current_play": {"title": "Halo", "artist": "Beyonce", "duration_ms": 261_000},
    "share_report": {"period": "all", "show_name": False},
    "change_subscription": {"monthly": False},
    "continue_playlist": {"tracks": [TRACK, OTHER], "length": 10, "ordered": True},
    "recommendations": {
        "seeds": [{"track": TRACK, "weight": 1.0}, {"features": {"energy": 0.9, "tempo": 128}}],
        "limit": 10,
        "mode": "balanced",
        "filters": {"energy": {"min": 0.1}},
        "targets": {"valence": 0.8},
        "dials": {"variety": 0.4, "per_artist": 2},
    },
    "finish_spotify": {"code": "the code of Spotify", "state": TOKEN},
    "save_at_spotify": {"playlist": MADE},
    "bring_spotify_token": {"access_token": "a token of Spotify"},
    "tracks": {"ids": [TRACK, OTHER]},
}
"""By operation id."""

PARAMETERS: dict[str, Any] = {
    "track": TRACK,
    "q": "too much sugar",
    "genre": "jazz",
    "version": "live",
    "release": "current",
    "key": "discover",
    "week": "2026-11-23",
    "number": 1,
    "offset": 0,
    "token": TOKEN,
}
"""Of required parameters, by name; `id` depends on the path."""
VERSION = "demo-ccf7bb02"


def add_examples(path: str, operation: Document) -> None:
    """Puts the examples of an operation's JSON body and required parameters into it."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        content["application/json"]["example"] = BODIES[operation["operationId"]]
    for parameter in operation.get("parameters", ()):
        if parameter.get("required"):
            parameter["example"] = _parameter(path, parameter["name"])


def _parameter(path: str, name: str) -> Any:
    if path.startswith("/v1/admin/"):
        return VERSION
    if name != "id":
        return PARAMETERS[name]
    if "/artists/" in path:
        return ARTIST
    if path.startswith("/v1/me/added-tracks/"):
        return OTHER
    return TRACK if path.startswith("/v1/tracks/") else MADE
