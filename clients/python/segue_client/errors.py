"""What a call can raise. Each carries what the server's problem document (RFC 9457) states.

SegueError
  BadRequest 400           understood, and cannot be done as asked
  Unauthorized 401         no key or session, or one that has ended: code "token_expired" means refresh()
  Forbidden 403            the key or account may not do this
  NotFound 404
  Conflict 409             it contradicts what is there
  PreconditionFailed 412   it changed since the version that If-Match names
  TooLarge 413
  Malformed 422            `document["errors"]` names each field
  RateLimited 429          `retry_after_s`
  Unavailable 502 503 504  a part of the server is away
  Refused                  one row of a batch was refused
  UnexpectedAnswer         this is not an answer of Segue: a proxy's page, for instance
  Unreachable              no answer at all; status 0
"""

import json
from collections.abc import Mapping
from typing import Any

from segue_client._api import models

SHOWN = 200
"""Characters of a foreign answer that an error shows."""


class SegueError(Exception):
    """A call failed: HTTP `status`, stable `code` for programs, `detail` for people, `request_id` for the operator,
    and how many seconds to wait where the server names them."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        document: Mapping[str, Any] | None = None,
        wait_s: float | None = None,
    ) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.document: Mapping[str, Any] = document or {}
        self.request_id: str | None = self.document.get("request_id")
        self.retry_after_s = wait_s
        super().__init__(f"{status} {code}: {detail}" + (f" (request {self.request_id})" if self.request_id else ""))


class BadRequest(SegueError): ...


class Unauthorized(SegueError): ...


class Forbidden(SegueError): ...


class NotFound(SegueError): ...


class Conflict(SegueError): ...


class PreconditionFailed(SegueError): ...


class TooLarge(SegueError): ...


class Malformed(SegueError): ...


class RateLimited(SegueError): ...


class Unavailable(SegueError): ...


class Refused(SegueError): ...


class UnexpectedAnswer(SegueError): ...


class Unreachable(SegueError): ...


FAMILY: dict[int, type[SegueError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    413: TooLarge,
    422: Malformed,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> SegueError:
    """The error of an answer of 400 and above; SegueError itself for a status without a family."""
    wait_s = seconds(headers.get("retry-after"))
    document = problem(body)
    if document is None:
        detail = f"not a problem document: {body[:SHOWN].decode(errors='replace')!r}"
        return FAMILY.get(status, UnexpectedAnswer)(status, "unexpected_answer", detail, wait_s=wait_s)
    detail = document.get("detail") or document["title"]
    return FAMILY.get(status, SegueError)(status, document["code"], detail, document=document, wait_s=wait_s)


def problem(body: bytes) -> dict[str, Any] | None:
    """The problem document that a body holds; None where it is something else."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    if isinstance(document, dict) and all(isinstance(document.get(field), str) for field in ("code", "title")):
        return document
    return None


def seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110, section 10.2.3); None without it or where it is a date."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None


def accepted(row: models.FeedbackStored) -> models.FeedbackStored:
    """The row; Refused with the server's reason when it was not stored."""
    if row.status == "refused":
        raise Refused(200, "refused", row.detail or "the row was refused")
    return row
