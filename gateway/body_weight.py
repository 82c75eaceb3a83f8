"""Limits on JSON bodies before they reach a service, and requests that count as several: text seeds, plays. Pure.

pydantic reports every unknown field, which takes a service a second for 500 KB of them. The longest valid request has
500 seeds of 14 fields; no object of the contract has more than 24.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from kit.errors import Malformed
from kit.json_lines import BATCH, MEDIA_TYPE, MOST_LINES

SMALL = 4 * 1024  # bytes; smaller bodies are not checked
FIELDS_OF_AN_OBJECT = 40
FIELDS_IN_ALL = 8_000
DEPTH = 16
PICTURE = 10
MAP_FILE = 10
PLAYS = 20
FIELDS_OF_PLAYS = 10_001
"""Fields of 1,000 plays with every field of the contract."""

LINE_ENDS = re.compile(rb"}[ \t\r]*\n")
"""Ends of lines of JSON Lines; inside a document that is spread over lines a comma or a bracket stands there."""
_LINES = MEDIA_TYPE.encode()
_LIMIT = re.compile(rb"(?:^|&)limit=")


def check_fields(body: bytes, most: int = FIELDS_IN_ALL) -> None:
    """Malformed when a JSON body has more fields than any valid request. Bodies that are not JSON pass."""
    if len(body) <= SMALL:
        return
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    left, waiting = most, [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict):
            left -= len(value)
            if len(value) > FIELDS_OF_AN_OBJECT or left < 0 or depth > DEPTH:
                raise _too_many(value, most)
            waiting += ((inner, depth + 1) for inner in value.values() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            waiting += ((inner, depth + 1) for inner in value if isinstance(inner, dict | list))


def _too_many(value: dict[str, Any], most: int) -> Malformed:
    first = ", ".join(repr(name[:40]) for name in list(value)[:3])
    return Malformed(
        f"an object with {len(value)} fields ({first}, ...): at most {FIELDS_OF_AN_OBJECT} fields an object and "
        f"{most} in all are read"
    )


def picture(_body: bytes) -> int:
    """The number of requests that a share card as PNG counts as: it costs 0.1 to 0.2 s CPU (bench.report)."""
    return PICTURE


def map_file(_body: bytes) -> int:
    """The number of requests that points or ids of a map count as: up to 22 bytes a track, 44 MB for two million."""
    return MAP_FILE


def text_seeds(body: bytes) -> int:
    """The number of requests that a body of seeds counts as: one for each text seed, because each is a search."""
    return max(1, body.count(b'"text"'))


def plays(body: bytes) -> int:
    """The number of requests that a batch of plays counts as: one for each PLAYS of them, each of which is a search."""
    return 1 + body.count(b'"played_at"') // PLAYS


def lines(body: bytes) -> int:
    """The number of requests that JSON Lines count as: one for each batch of 500, as much as one document may hold."""
    return 1 + len(LINE_ENDS.findall(body)) // BATCH


def is_lines(content_type: bytes) -> bool:
    """Whether a body of this type is JSON Lines."""
    return content_type.partition(b";")[0].strip().lower() == _LINES


def whole_list(method: str, headers: Mapping[bytes, bytes], query: bytes) -> int:
    """The number of requests that a list counts as: without a limit of the caller, JSON Lines go on to MOST_LINES."""
    streamed = method in ("GET", "HEAD") and _LINES in headers.get(b"accept", b"").lower() and not _LIMIT.search(query)
    return MOST_LINES // BATCH if streamed else 1
