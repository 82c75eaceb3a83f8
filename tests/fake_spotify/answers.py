"""Answers of the fake: JSON, pages, and the Web API's errors."""

from dataclasses import dataclass, field
from json import dumps
from typing import Any


@dataclass
class Answer:
    """A whole answer; `delay_s` is slept before it is sent."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


def json(status: int, document: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, dumps(document).encode(), {"content-type": "application/json"} | named)


def html(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), {"content-type": "text/html; charset=utf-8"})


def error(status: int, message: str, reason: str = "", **headers: str) -> Answer:
    """An error of the Web API."""
    about = {"status": status, "message": message} | ({"reason": reason} if reason else {})
    return json(status, {"error": about}, **headers)


EXPIRED = error(401, "The access token expired")
NO_SCOPE = error(403, "Insufficient client scope")
NOT_ALLOWLISTED = error(403, "User not registered in the Developer Dashboard")
NO_PREMIUM = error(403, "Active premium subscription required for the owner of the app.")
QUOTA = error(429, "Quota exceeded", "QUOTA_EXCEEDED", retry_after="50000")
TOO_FAST = error(429, "API rate limit exceeded", retry_after="7")
BROKEN = error(503, "Service unavailable")
REMOVED = error(404, "Not found")
NOT_FOUND = error(404, "Resource not found")
