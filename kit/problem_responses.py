"""Problem documents (RFC 9457) as HTTP responses, and the exception handlers that return them."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from kit import errors

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PROBLEM_TYPE = "application/problem+json"


def problem_response(
    problem: errors.Problem, request_id: str | None = None, added: Iterable[tuple[bytes, bytes]] = ()
) -> Response:
    """The HTTP response of a problem, with Retry-After from its `retry_after_s`, and the `added` headers."""
    headers = {}
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        headers["retry-after"] = str(retry_after)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"  # RFC 9110 section 15.5.2: a 401 names the accepted scheme
    body = orjson.dumps(problem.document(request_id))
    response = Response(body, problem.status, headers, media_type=PROBLEM_TYPE)
    response.raw_headers.extend(added)
    return response


def add_problem_handlers(app: FastAPI) -> None:
    """Registers handlers that return problem documents for Problem, FastAPI's validation errors and Starlette's
    HTTPException (404, 405). RequestContext handles all other exceptions."""
    app.add_exception_handler(errors.Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def request_id_of(request: Request) -> str | None:
    """The id of the current request."""
    return request.scope.get("request_id")


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.Problem)
    return problem_response(error, request_id_of(request))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{"at": _field_path(fault["loc"]), "message": errors.of_check(fault["msg"])} for fault in error.errors()]
    shown = "; ".join(f"{fault['at']}: {fault['message']}" for fault in faults[:3])
    return problem_response(errors.Malformed(shown, errors=faults[:20]), request_id_of(request))


def _field_path(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location)


_PROBLEM_BY_STATUS: dict[int, type[errors.Problem]] = {
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.PayloadTooLarge,
    400: errors.Malformed,
}


def _other_problem(status: int) -> type[errors.Problem]:
    phrase = HTTPStatus(status).phrase
    return type("Other", (errors.Problem,), {"status": status, "code": "http_error", "title": phrase})


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem_class = _PROBLEM_BY_STATUS.get(error.status_code) or _other_problem(error.status_code)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    response = problem_response(problem_class(detail), request_id_of(request))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["allow"] = ", ".join(_allowed_methods(request))
    return response


def _allowed_methods(request: Request) -> list[str]:
    """Methods that any route accepts at this path; Starlette itself lists only those of the first matching route."""
    routes = request.app.router.routes
    scopes = [{**request.scope, "method": method} for method in METHODS]
    return [scope["method"] for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)]
