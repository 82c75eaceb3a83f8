"""Drops slashes at the end of paths: clients write both forms."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Slashless:
    """Passes requests to `app` with the path as its routes have it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "path": scope["path"].rstrip("/")}, receive, send)
