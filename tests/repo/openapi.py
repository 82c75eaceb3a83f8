"""Builds the one public OpenAPI document from the services' own routes and writes it.

    python -m tests.repo.openapi

gateway/openapi.json is what the gateway serves; openapi.json at the root is the same file for people and tools.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from tests.repo.openapi_examples import add_examples
from tests.repo.openapi_manners import describe_repeats, describe_tags, line_schemas

Document = dict[str, Any]

ROOT = Path(__file__).parents[2]
COPIES = (ROOT / "gateway" / "openapi.json", ROOT / "openapi.json")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

TAGS = {
    "account": "Who you are: signing up and in, a forgotten password, sessions, API keys.",
    "playlists": "Playlists of yours: made, changed, continued, exported.",
    "library": "What you like: likes, feedback, undo.",
    "spotify": "A linked Spotify account: connecting, what is read from it, saving playlists there.",
    "catalogue": "What exists: tracks and artists, by id and by search.",
    "recommendations": "What comes next: songs for seeds, songs like a song.",
    "report": "What your likes have in common: figures, sentences, keywords, a card to share, a mail each month.",
    "map": "The catalogue as a map: a point for each track, clusters and their labels.",
    "releases": "What the recommendations were learned from, and how good they measured.",
    "operations": "Whether everything runs.",
}
PERSONAL = ("/v1/me", "/v1/spotify")
"""Beginnings of the paths that need a person."""
DESCRIPTION = """Music recommendations from playlists, on your own machine.

Every failure is a problem document (RFC 9457) with a stable `code` and a sentence that says what to do. Lists that go
on carry `next_cursor`. An address, a person and an API key may each make a limited number of requests a minute: the
RateLimit headers count them. What begins with /v1/me or /v1/spotify needs a person: `Authorization: Bearer
ACCESS_TOKEN` from /v1/auth/login, or `X-API-Key` with a key from /v1/me/api-keys. Elsewhere both may be sent and
make the answer personal.
A track id is 22 characters of base62, the form of a Spotify id; a track that has a Spotify id keeps it.
POST with an `Idempotency-Key` answers the same request again for 24 hours: operations that take one list it. Those that
answer with secrets (sessions, API keys, share links) store nothing, and those that only read need no key.
Answers to GET in JSON carry an `ETag`: with it in `If-None-Match`, one that is still the same is 304 without a body.
Where a track is named, a Spotify URI or link, an MBID, an ISRC and an id it had before will do as well."""

PROBLEM_SCHEMA: Document = {
    "title": "Problem",
    "description": "Why a request failed and what to do (RFC 9457). Some problems carry further fields.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "title": "Type"},
        "title": {"type": "string", "title": "Title"},
        "status": {"type": "integer", "title": "Status"},
        "code": {"type": "string", "title": "Code", "description": "Stable: programs decide by it."},
        "detail": {"type": "string", "title": "Detail", "description": "What went wrong here and what to do."},
        "request_id": {"type": "string", "title": "Request Id", "description": "Name it when you report the problem."},
    },
}
PROBLEM_RESPONSES = {
    "400": ("BadRequest", "This cannot be done as asked: `code` says why"),
    "401": ("Unauthorized", "Nobody is signed in, or the token or key does not hold"),
    "403": ("Forbidden", "The key or the person lacks the scope for this, or the e-mail address is not verified"),
    "409": ("Conflict", "It contradicts what is already there: `code` says what"),
    "404": ("NotFound", "What the path or the seeds name does not exist"),
    "410": ("Gone", "It was there and cannot be shown any more"),
    "412": ("PreconditionFailed", "It has changed since the version that If-Match names"),
    "416": ("RangeNotSatisfiable", "The file has no such bytes"),
    "413": ("TooLarge", "The body is larger than the gateway takes"),
    "422": ("Malformed", "The request is malformed: `errors` lists where and why"),
    "429": ("TooManyRequests", "Too many requests from one address, person or key"),
    "502": ("BadGateway", "The service behind this address broke off"),
    "503": ("Unavailable", "A part this answer needs is not there right now"),
    "504": ("GatewayTimeout", "The service behind this address took too long"),
}


SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From /v1/auth/login."},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "From /v1/me/api-keys."},
}
OPEN = re.compile(r"/v1/auth/.*|/v1/report/unsubscribe|/health/.*|/\.well-known/.*")
"""Paths where nobody is asked who they are."""


def apps() -> list[FastAPI]:
    """The gateway and the services behind it."""
    from gateway.app import create_app as gateway
    from services.auth.app import create_app as auth
    from services.catalog.app import create_app as catalog
    from services.recommend.app import create_app as recommend
    from services.report.app import create_app as report

    return [auth(), catalog(), recommend(), report(), gateway()]


def merge(apps: list[FastAPI]) -> Document:
    """One document of the routes that the gateway lets through; it refuses two meanings of one name."""
    paths: Document = {}
    schemas: Document = {"Problem": PROBLEM_SCHEMA}
    for app in apps:
        part = app.openapi()
        public = {path: item for path, item in part["paths"].items() if is_public(path, app)}
        unite(paths, public, "path")
        known = line_schemas() | part.get("components", {}).get("schemas", {})
        unite(schemas, reachable(public, known), "schema")
    for path, item in paths.items():
        if "post" in item:
            describe_repeats(path, item["post"])
        if "get" in item and path.startswith("/v1/"):
            describe_tags(item["get"])
    for path, operation in operations(paths):
        describe_callers(path, operation)
        describe_problems(path, operation)
        add_examples(path, operation)
    check_operation_ids(paths)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Segue",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The gateway that serves this document"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "responses": problem_responses(),
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def is_public(path: str, app: FastAPI) -> bool:
    """Routed by the gateway, or the gateway's own."""
    from gateway.routing import route_of

    return app.title == "Segue gateway" or route_of(path) is not None


def unite(into: Document, more: Document, kind: str) -> None:
    """Adds entries; one name with two meanings is an error."""
    for name, value in more.items():
        if into.setdefault(name, value) != value:
            raise ValueError(f"two services mean different things by the {kind} {name!r}: rename one")


def reachable(paths: Document, schemas: Document) -> Document:
    """The schemas that these paths name, and those that they name in turn."""
    found: Document = {}
    waiting = referenced(paths)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = schemas[name]
            waiting |= referenced(schemas[name])
    return found


def referenced(value: Any) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(value)))


def operations(paths: Document) -> Iterator[tuple[str, Document]]:
    for path, item in paths.items():
        yield from ((path, item[method]) for method in METHODS if method in item)


def describe_callers(path: str, operation: Document) -> None:
    """Who may call: a person, or anyone and a person gets more."""
    if OPEN.fullmatch(path):
        return
    if path.startswith("/v1/admin"):
        operation["security"] = [{"token": []}]
        return
    named: list[Document] = [{"token": []}, {"key": []}]
    operation["security"] = named if path.startswith(PERSONAL) else [{}, *named]


def describe_problems(path: str, operation: Document) -> None:
    """Every way a call through the gateway can fail, as references to the shared answers."""
    answers = operation["responses"]
    takes_input = bool(operation.get("parameters") or operation.get("requestBody"))
    statuses = [] if path.startswith("/health") else ["429", "502", "503", "504"]
    statuses += ["401"] if "security" in operation else []
    statuses += ["403"] if path.startswith((*PERSONAL, "/v1/admin")) else []
    statuses += ["422"] if takes_input else []
    statuses += ["413"] if "requestBody" in operation else []
    statuses += ["400"] if "400" in answers else []
    statuses += ["401"] if "401" in answers else []
    statuses += ["409"] if "409" in answers else []
    statuses += [status for status in ("410", "412", "416") if status in answers]
    statuses += ["404"] if "{" in path or "404" in answers else []
    if not takes_input:
        answers.pop("422", None)
    answers.update({status: {"$ref": f"#/components/responses/{PROBLEM_RESPONSES[status][0]}"} for status in statuses})
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    operation["responses"] = dict(sorted(answers.items()))


def problem_responses() -> Document:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: Document = {name: {"description": text, "content": content} for name, text in PROBLEM_RESPONSES.values()}
    responses["Problem"] = {"description": "Any other failure", "content": content}
    responses["TooManyRequests"]["headers"] = {
        "Retry-After": {"description": "Seconds until the next request is allowed", "schema": {"type": "integer"}},
        "RateLimit-Limit": {"description": "Requests allowed a minute", "schema": {"type": "integer"}},
        "RateLimit-Remaining": {"description": "Requests left in this minute", "schema": {"type": "integer"}},
        "RateLimit-Reset": {"description": "Seconds until the minute ends", "schema": {"type": "integer"}},
    }
    return dict(sorted(responses.items()))


def check_operation_ids(paths: Document) -> None:
    ids = [operation["operationId"] for _, operation in operations(paths)]
    doubled = sorted({name for name in ids if ids.count(name) > 1})
    if doubled:
        raise ValueError(f"operation ids must be unique, these are not: {doubled}: rename a handler")


def document() -> str:
    """The text of both copies."""
    return json.dumps(merge(apps()), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for copy in COPIES:
        copy.write_text(document())
