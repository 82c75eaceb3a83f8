"""Query parameters as Spotify's clients send them: ids, numbers, words of a search. BadRequest for anything else."""

import re

from starlette.requests import Request

from kit import ids
from kit.errors import BadRequest

ID = re.compile(ids.PATTERN)
NUMBER = re.compile(r"[+-]?([0-9]{1,19}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,2})?")
SEARCHED = re.compile(r"\b(?:track|artist):", re.IGNORECASE)
NOT_SEARCHED = re.compile(r"\b(album|year|upc|genre|tag):", re.IGNORECASE)
ISRC = re.compile(r"isrc:\s*\"?([\w-]+)\"?", re.IGNORECASE)


def several_ids(request: Request, most: int) -> list[str]:
    """The ids of ?ids=, 1 to `most` of them."""
    found = listed(request, "ids")
    if not found:
        raise BadRequest("Missing required parameter: ids")
    if len(found) > most:
        raise BadRequest(f"Too many ids requested: {len(found)}, at most {most}")
    return [checked_id(one) for one in found]


def listed(request: Request, name: str) -> list[str]:
    """The items of a comma-separated list; clients that repeat the parameter mean one list."""
    items = ",".join(request.query_params.getlist(name)).split(",")
    return [item.strip() for item in items if item.strip()]


def checked_id(text: str) -> str:
    """An id of 22 characters; whether it is within 128 bits, the public route decides."""
    if not ID.fullmatch(text):
        raise BadRequest(f"invalid id: {text[:40]!r}")
    return text


def whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A whole number of the query within its bounds."""
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise BadRequest(f"Invalid {name}: it must be a whole number from {least} to {most}")
    return int(text)


def number(request: Request, name: str) -> float | int:
    """A decimal number of the query; a whole one stays whole."""
    text = request.query_params[name].strip()
    if not NUMBER.fullmatch(text):
        raise BadRequest(f"invalid request: {name} must be a number, not {text[:40]!r}")
    value = float(text)
    return int(value) if value.is_integer() else value


def search_words(request: Request) -> tuple[str, str | None]:
    """The words of ?q= without the names of fields, and the ISRC that it filters by."""
    query = request.query_params.get("q", "").strip()
    if not query:
        raise BadRequest("No search query")
    if unknown := NOT_SEARCHED.search(query):
        raise BadRequest(f"the filter {unknown[0]} is not served: search by track:, artist: or isrc:")
    isrc = ISRC.search(query)
    return SEARCHED.sub("", query).replace('"', "").strip()[:200], isrc[1] if isrc else None
