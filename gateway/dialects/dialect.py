"""What the front door takes from a dialect, and what it gives to it with each request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from gateway.callers import Key, Token
from kit.errors import Problem

MAX_PAGES = 12
"""Pages of a public route that one request of a dialect may read."""


@dataclass
class DialectCaller:
    """Who sent a request: the Authorization for our services (None = nobody), the name under which requests are
    counted, how to count further ones, the headers that go along, and this server's address as the client wrote it.
    `calls` counts calls of public routes; `identify` admits credentials that were in the body; `person` is the id of
    whose access token it is, None where the front door has not verified one (an API key, a guest, signing in)."""

    authorization: str | None = field(repr=False)
    who: str
    charge: Callable[[int], Awaitable[None]]
    context: Mapping[str, str]
    base: str
    identify: Callable[[Key], Awaitable["DialectCaller"]]
    calls: int = 0
    person: str | None = None


class Dialect(Protocol):
    """One contract of another system."""

    path: str
    """The beginning of its paths, for metrics."""
    app: ASGIApp
    """Answers its requests; the scope has a DialectCaller under "caller"."""

    def owns(self, path: str) -> bool:
        """True for its paths."""

    def credentials(self, scope: Scope) -> Token | Key | Problem | None:
        """The credentials of a request, the problem of malformed ones, or None."""

    def signs_in(self, scope: Scope, /) -> bool:
        """True where credentials can be tried that are not in the request's headers."""

    def refusal(self, problem: Problem, scope: Scope) -> Response:
        """The response to a request that the front door does not admit."""
