"""Answers that are put in the place of the server's, in the form that the API documents."""

import json
from collections.abc import Callable

from playwright.sync_api import Route


def answer(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Callable[[Route], None]:
    """Answers every request with this document."""
    body = json.dumps(document)
    return lambda route: route.fulfill(status=status, content_type="application/json", body=body, headers=headers or {})


def never(route: Route) -> None:
    """Lets the request wait for ever."""
