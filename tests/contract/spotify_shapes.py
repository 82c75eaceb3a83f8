"""The objects of Spotify's retired routes as JSON Schema: fields and types of the published Web API reference.

Every field that is listed must be there; others may be. `assert_shape` validates a whole answer.
"""

from typing import Any

from jsonschema import Draft202012Validator

WHOLE, NUMBER, TEXT, FLAG = {"type": "integer"}, {"type": "number"}, {"type": "string"}, {"type": "boolean"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
ID = {"type": "string", "pattern": "^[0-9A-Za-z]{22}$"}
URL = {"type": "string", "pattern": "^https?://"}
TEXT_OR_NULL = {"type": ["string", "null"]}


def record(**fields: Any) -> dict[str, Any]:
    """An object with these fields, none of them missing."""
    return {"type": "object", "required": list(fields), "properties": fields}


def listed(item: dict[str, Any]) -> dict[str, Any]:
    """A list of one kind of item."""
    return {"type": "array", "items": item}


def named(kind: str) -> dict[str, Any]:
    """What tracks, albums and artists have in common."""
    uri = {"type": "string", "pattern": f"^spotify:{kind}:[0-9A-Za-z]{{22}}$"}
    return {"id": ID, "name": TEXT, "type": {"const": kind}, "uri": uri, "href": URL, "external_urls": EXTERNAL_URLS}


EXTERNAL_URLS = {"type": "object", "additionalProperties": URL}
ARTIST = record(**named("artist"))
ALBUM = record(
    **named("album"),
    album_type={"enum": ["album", "single", "compilation"]},
    artists=listed(ARTIST),
    available_markets=listed(TEXT),
    images=listed(record(url=URL, height={"type": ["integer", "null"]}, width={"type": ["integer", "null"]})),
    release_date={"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
    release_date_precision={"enum": ["year", "month", "day"]},
    total_tracks=WHOLE,
)
TRACK = record(
    **named("track"),
    album=ALBUM,
    artists={**listed(ARTIST), "minItems": 1},
    available_markets=listed(TEXT),
    disc_number=WHOLE,
    duration_ms=WHOLE,
    explicit=FLAG,
    external_ids={"type": "object", "additionalProperties": TEXT},
    is_local=FLAG,
    is_playable=FLAG,
    popularity={"type": "integer", "minimum": 0, "maximum": 100},
    preview_url=TEXT_OR_NULL,
    track_number=WHOLE,
)
FEATURES = record(
    **dict.fromkeys(
        ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence"), SHARE
    ),
    key={"type": "integer", "minimum": -1, "maximum": 11},
    mode={"enum": [0, 1]},
    time_signature=WHOLE,
    loudness=NUMBER,
    tempo=NUMBER,
    duration_ms=WHOLE,
    type={"const": "audio_features"},
    id=ID,
    uri={"type": "string", "pattern": "^spotify:track:[0-9A-Za-z]{22}$"},
    track_href=URL,
    analysis_url=URL,
)
SEED = record(
    **dict.fromkeys(("initialPoolSize", "afterFilteringSize", "afterRelinkingSize"), WHOLE),
    id=TEXT,
    type={"enum": ["TRACK", "ARTIST", "GENRE"]},
    href=TEXT_OR_NULL,
)
PAGE = record(
    href=URL, items=listed(TRACK), limit=WHOLE, next=TEXT_OR_NULL, offset=WHOLE, previous=TEXT_OR_NULL, total=WHOLE
)
SHAPES = {
    "recommendations": record(tracks=listed(TRACK), seeds=listed(SEED)),
    "genre seeds": record(genres=listed(TEXT)),
    "features": FEATURES,
    "several features": record(audio_features=listed({"anyOf": [FEATURES, {"type": "null"}]})),
    "track": TRACK,
    "several tracks": record(tracks=listed({"anyOf": [TRACK, {"type": "null"}]})),
    "search": record(tracks=PAGE),
    "error": {
        **record(error={**record(status=WHOLE, message={"type": "string", "minLength": 1})}),
        "additionalProperties": False,
    },
}


def assert_shape(name: str, document: Any) -> None:
    """Fails with the first field that is not as published."""
    Draft202012Validator(SHAPES[name]).validate(document)
