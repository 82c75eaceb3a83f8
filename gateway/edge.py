"""The edge of the network, as pure ASGI: what every request meets before a service or a page of our own sees it."""

import re
import secrets

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import headers
from gateway.limits import AddressLimit, client_address
from gateway.settings import Networks
from gateway.upstream import Proxy, route_of
from kit.app import problem_response

# Probes and the documentation's files do not count against an address.
UNCOUNTED = re.compile(r"/health/.*|/docs(?:/.*)?|/openapi\.json")
# W3C Trace Context, version 00; all-zero ids are invalid.
TRACEPARENT = re.compile(rb"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")


class Edge:
    """Counts the request, then hands public paths to their service and everything else to the app inside."""

    def __init__(self, app: ASGIApp, proxy: Proxy, limit: AddressLimit, trusted: Networks) -> None:
        self._app = app
        self._proxy = proxy
        self._limit = limit
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or UNCOUNTED.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        address = self._address(scope)
        allowance = await self._limit.hit(address)
        told = allowance.headers() if allowance else []
        if allowance and not allowance.allowed:
            await problem_response(allowance.refusal(), scope["request_id"], told)(scope, receive, send)
        elif route := route_of(scope["path"]):
            scope["route"] = route
            await self._proxy.forward(route, scope, receive, send, _context(scope, address), told)
        else:
            await self._app(scope, receive, send)

    def _address(self, scope: Scope) -> str:
        peer = scope["client"][0] if scope.get("client") else None
        claims = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        return client_address(peer, claims, self._trusted)


def _context(scope: Scope, address: str) -> dict[str, str]:
    """What a service learns from us and not from the caller."""
    context = {
        "x-request-id": scope["request_id"],
        "traceparent": traceparent(scope),
        "x-forwarded-for": address,
        "x-forwarded-proto": scope["scheme"],
    }
    host = headers.first(scope["headers"], b"host")
    return context | {"x-forwarded-host": headers.text(host)} if host else context


def traceparent(scope: Scope) -> str:
    """The caller's trace where it is well formed, else a new one that is not sampled."""
    given = headers.first(scope["headers"], b"traceparent")
    if given and TRACEPARENT.match(given):
        return given.decode()
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
