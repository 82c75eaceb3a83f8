"""What both clients are made of: where Segue is, who calls, and when the session of a person is renewed."""

from collections.abc import Callable
from typing import Any, ClassVar, Self

import httpx

from segue_client._api import models
from segue_client._api.client import Client
from segue_client.connection import Connection, credentials
from segue_client.errors import SegueError

EXPIRED = "token_expired"
"""The code of a 401 whose access token was valid: renewing the session is the way on."""


class Base:
    """A client that cannot call yet; `_check` sees every answer of its connections first."""

    _check: ClassVar[Callable[..., Any]]

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 30.0, retries: int = 2) -> None:
        self._connect(Connection(url, timeout, retries), key, None)

    def _connect(self, connection: Connection, key: str | None, session: models.Session | None) -> None:
        self._connection, self.session = connection, session
        self.api: Client = connection.client(credentials(key, session), type(self)._check)

    def _guest(self) -> Client:
        """A client without credentials: a session is renewed by its refresh token, and an expired access token beside
        it is refused."""
        return self._connection.client({}, type(self)._check)

    def _signed_in(self, session: models.Session) -> Self:
        """Another client, of the person whose session it is."""
        made = type(self).__new__(type(self))
        made._connect(self._connection, None, session)
        return made

    def _take(self, session: models.Session, http: httpx.Client | httpx.AsyncClient) -> None:
        """Goes on with a renewed session."""
        self.session = session
        http.headers.update(credentials(None, session))

    def _current(self) -> models.Session:
        if self.session is None:
            raise ValueError("refresh() renews a session: this client has none, see login()")
        return self.session


def is_over(error: SegueError, session: models.Session | None) -> bool:
    """Whether the call failed only because the access token of a session has expired."""
    return session is not None and error.code == EXPIRED
