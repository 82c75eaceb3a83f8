"""What the port to Spotify answers with; apart from it, because the port loads spotipy, which few set up."""

from dataclasses import dataclass
from typing import Any

PAGE = 50
"""Rows of one page of the Web API."""
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens of the token endpoint. `refresh` is empty where the old one stays good."""

    access: str
    refresh: str
    expires_in: float
    scopes: tuple[str, ...]

    def __repr__(self) -> str:
        return "Granted(...)"
