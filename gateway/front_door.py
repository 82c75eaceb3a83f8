"""Front door ASGI middleware: identifies the caller, applies rate limits, and routes every request."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid4, uuid7

from gateway import headers
from gateway.addresses import base_url, client_address
from gateway.body_weight import whole_list
from gateway.callers import Callers, Key, Token, credentials
from gateway.dialects.dialect import Dialect, DialectCaller
from gateway.idempotency.keyed_request import forgetting, keyed_request, uncoded
from gateway.idempotency.stored_response import ResponseStore
from gateway.limits import Counted, Limits
from gateway.routing import route_of
from gateway.settings import Networks
from gateway.upstream import Proxy
from kit.addresses import network_of
from kit.errors import BadRequest, Problem
from kit.problem_responses import problem_response

# Probes and the documentation's files do not count against an address; `uncounted` adds the web app's.
UNCOUNTED = re.compile(r"/health/.*|/docs(?:/.*)?|/openapi\.json")
ACCOUNT_DELETION = ("DELETE", "/v1/me")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# W3C Trace Context, version 00; all-zero ids are invalid.
TRACEPARENT = re.compile(rb"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")


class FrontDoor:
    """Identifies the caller, counts the request, and forwards public paths to their service, others to the app.

    `uncounted` are further paths of the app that count against no limit; `dialects` answer for paths of their own, in
    their own forms of credentials and errors (gateway/dialects).
    """

    def __init__(
        self,
        app: ASGIApp,
        proxy: Proxy,
        limits: Limits,
        callers: Callers,
        trusted: Networks,
        uncounted: re.Pattern[str],
        responses: ResponseStore,
        dialects: Sequence[Dialect] = (),
    ) -> None:
        self._app = app
        self._proxy = proxy
        self._limits = limits
        self._callers = callers
        self._trusted = trusted
        self._dialects = dialects
        self._responses = responses
        self._uncounted = re.compile(f"{UNCOUNTED.pattern}|{uncounted.pattern}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._uncounted.fullmatch(scope["path"]):
            await self._own(scope, receive, send)
            return
        address = self._address(scope)
        limit_headers: list[headers.Header] = []
        dialect = next((one for one in self._dialects if one.owns(scope["path"])), None)
        if dialect:
            await self._translate(dialect, scope, receive, send, address, limit_headers)
            return
        route = route_of(scope["path"])
        try:
            _check_path(scope["path"])
            signing_in = route is not None and route.sign_in
            shown = credentials(scope["headers"])
            counted, authorization, person = await self._admit(shown, signing_in, address, limit_headers)
            given = dict(reversed(scope["headers"]))  # reversed, so that of repeated headers the first is kept
            if (pages := whole_list(scope["method"], given, scope["query_string"])) > 1:
                await self._charge(counted, limit_headers, pages - 1)
            who = f"{counted[0].name}/{counted[1]}"
            keyed = keyed_request(self._responses, route, scope, given, person, who) if route else None
        except Problem as problem:
            await _refusal(problem, scope["request_id"], limit_headers)(scope, receive, send)
            return
        if route:
            scope["route"] = route
            added = _context(scope, address, given)
            if authorization:
                added["authorization"] = authorization
            charge = partial(self._charge, counted, limit_headers)
            if (scope["method"], scope["path"]) == ACCOUNT_DELETION:
                send = forgetting(self._responses, person, send)
            if keyed:
                scope = uncoded(scope)
            await self._proxy.forward(route, scope, receive, send, given, added, limit_headers, who, charge, keyed)
        else:
            await self._own(_authorized(scope, authorization), receive, send)

    async def _translate(
        self,
        dialect: Dialect,
        scope: Scope,
        receive: Receive,
        send: Send,
        address: str,
        limit_headers: list[headers.Header],
    ) -> None:
        """Lets a dialect answer, once its credentials have been exchanged and the request has been counted."""
        scope["route"] = dialect

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *limit_headers]
            await send(message)

        try:
            _check_path(scope["path"])
            shown = dialect.credentials(scope)
            counted, authorization, _ = await self._admit(shown, dialect.signs_in(scope), address, limit_headers)
        except Problem as problem:
            await dialect.refusal(problem, scope)(scope, receive, send_with_limits)
            return
        if isinstance(shown, Token):
            authorization = f"Bearer {shown.text}"
        caller = self._dialect_caller(scope, address, counted, authorization, limit_headers)
        await dialect.app({**scope, "caller": caller}, receive, send_with_limits)

    def _dialect_caller(
        self,
        scope: Scope,
        address: str,
        counted: Counted,
        authorization: str | None,
        limit_headers: list[headers.Header],
    ) -> DialectCaller:
        async def identify(key: Key) -> DialectCaller:
            found = await self._callers.recall(key) or await self._callers.establish(key)
            assert found is not None  # an API key is exchanged or refused
            own = (found.limit, found.name)
            await self._count(limit_headers, own)
            return self._dialect_caller(scope, address, own, found.authorization, limit_headers)

        return DialectCaller(
            authorization,
            who=f"{counted[0].name}/{counted[1]}",
            charge=partial(self._charge, counted, limit_headers),
            context=_context(scope, address, dict(reversed(scope["headers"]))),
            base=base_url(scope, self._trusted),
            identify=identify,
            person=counted[1] if counted[0] is self._limits.person else None,
        )

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one of the gateway's own pages; HEAD is GET without the body."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)

    async def _admit(
        self,
        shown: Token | Key | Problem | None,
        signing_in: bool,
        address: str,
        limit_headers: list[headers.Header],
    ) -> tuple[Counted, str | None, str]:
        """Admits a request or raises the problem to return; fills `limit_headers` with the rate limit headers.

        Returns under what it was counted, the Authorization to forward if it replaces the caller's, and the person's id
        (empty for guests).
        """
        caller = await self._callers.recall(shown) if shown and not signing_in else None
        network = network_of(address)
        guest = (self._limits.guest, network)
        if caller is None:
            await self._count(limit_headers, guest, *([(self._limits.sign_in, network)] if signing_in else []))
            caller = await self._callers.establish(shown) if shown else None
        if caller is None:
            return guest, None, ""
        if not signing_in:
            await self._count(limit_headers, (caller.limit, caller.name))
        counted = guest if signing_in else (caller.limit, caller.name)
        return counted, caller.authorization, caller.person

    async def _charge(self, counted: Counted, limit_headers: list[headers.Header], amount: int) -> None:
        await self._count(limit_headers, counted, amount=amount)

    async def _count(self, limit_headers: list[headers.Header], *counted: Counted, amount: int = 1) -> None:
        allowance = await self._limits.hit(*counted, amount=amount)
        if allowance:
            limit_headers[:] = allowance.headers()
            if not allowance.allowed:
                raise allowance.refusal()

    def _address(self, scope: Scope) -> str:
        peer = scope["client"][0] if scope.get("client") else None
        if not self._trusted:
            return client_address(peer, (), self._trusted)
        claims = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        return client_address(peer, claims, self._trusted)


def _authorized(scope: Scope, authorization: str | None) -> Scope:
    """The request with this Authorization, which an API key was exchanged for, if there is one."""
    if authorization is None:
        return scope
    return {**scope, "headers": [*scope["headers"], (b"authorization", authorization.encode())]}


def _check_path(path: str) -> None:
    """BadRequest for control characters; a trailing line break would match patterns that end with $."""
    if CONTROL.search(path):
        raise BadRequest(f"the path {path[:80]!r} holds a control character")


def _refusal(problem: Problem, request_id: str, limit_headers: list[headers.Header]) -> Response:
    answer = problem_response(problem, request_id, limit_headers)
    if problem.status == 401:
        answer.headers["www-authenticate"] = 'Bearer error="invalid_token"'  # RFC 6750 section 3.1
    return answer


def _context(scope: Scope, address: str, given: Mapping[bytes, bytes]) -> dict[str, str]:
    """Headers that the gateway sets for the service: request id, trace context and X-Forwarded-*."""
    context = {
        "x-request-id": scope["request_id"],
        "traceparent": traceparent(given.get(b"traceparent")),
        "x-forwarded-for": address,
        "x-forwarded-proto": scope["scheme"],
    }
    if host := given.get(b"host"):
        context["x-forwarded-host"] = headers.text(host)
    return context


def traceparent(given: bytes | None) -> str:
    """The ids of the caller's traceparent if it is well formed, else new ones; not sampled: services record what is,
    and the gateway decides that alone (kit/tracing.py)."""
    if given and TRACEPARENT.match(given):
        return f"{given[:-2].decode()}00"
    # UUIDs, because their generator needs no system call; random where the standard requires it, never zero.
    return f"00-{uuid7().hex}-{uuid4().hex[:16]}-00"
