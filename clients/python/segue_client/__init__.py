"""Python client of Segue. README.md shows it; `models` are the classes of openapi.json."""

from segue_client._api import models
from segue_client.async_client import AsyncSegue
from segue_client.client import Segue
from segue_client.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    PreconditionFailed,
    RateLimited,
    Refused,
    SegueError,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)

__all__ = [
    "AsyncSegue",
    "BadRequest",
    "Conflict",
    "Forbidden",
    "Malformed",
    "NotFound",
    "PreconditionFailed",
    "RateLimited",
    "Refused",
    "Segue",
    "SegueError",
    "TooLarge",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
    "models",
]
