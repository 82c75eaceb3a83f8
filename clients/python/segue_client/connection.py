"""The generated client underneath: its address, headers and what happens to answers before they are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from segue_client._api import models
from segue_client._api.client import Client
from segue_client.errors import UnexpectedAnswer, Unreachable, error_of
from segue_client.version import __version__

AGENT = f"segue-client/{__version__}"


@dataclass(frozen=True, slots=True)
class Connection:
    """Where Segue is and how to ask it. `timeout` in seconds for each step of a request; `retries` after the first
    attempt of a call that may be repeated."""

    url: str
    timeout: float
    retries: int

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"the address {self.url!r} begins with http:// or https://, as http://127.0.0.1:8000")
        if self.retries < 0:
            raise ValueError(f"retries is a number of attempts after the first one, not {self.retries!r}")

    def client(self, credentials: Mapping[str, str], check: Callable[..., Any]) -> Client:
        """A generated client that calls `check` with each answer first."""
        return Client(
            base_url=self.url.rstrip("/"),
            headers={"User-Agent": AGENT, **credentials},
            timeout=httpx.Timeout(self.timeout),
            httpx_args={"event_hooks": {"response": [check]}},
        )


def credentials(key: str | None, session: models.Session | None) -> dict[str, str]:
    """Headers of an API key, of a session, or none for a guest."""
    if session is not None:
        return {"Authorization": f"Bearer {session.access_token}"}
    return {"X-API-Key": key} if key else {}


def check(response: httpx.Response) -> None:
    """Raises the error of a failed answer."""
    if response.is_error:
        raise error_of(response.status_code, response.headers, response.read())


async def check_async(response: httpx.Response) -> None:
    """As `check`."""
    if response.is_error:
        raise error_of(response.status_code, response.headers, await response.aread())


def unreachable(url: str, error: httpx.TransportError) -> Unreachable:
    """The error of a request without an answer."""
    return Unreachable(0, "unreachable", f"no answer of {url}: {type(error).__name__} {error}".rstrip())


def foreign(url: str) -> UnexpectedAnswer:
    """The error of an answer of 200 that is not JSON."""
    return UnexpectedAnswer(200, "unexpected_answer", f"{url} does not answer in JSON: is it Segue's gateway?")
