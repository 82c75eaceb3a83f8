"""Exception classes of all failures that a caller can see, each with its RFC 9457 problem document.

Problem
  BadRequest 400            the request is well formed and cannot be done as asked
  Unauthorized 401          no access token, or an invalid one
    TokenExpired 401        the token was valid: refresh, then try again
    WrongCredentials 401    e-mail and password do not match
  Forbidden 403             the caller lacks the permission
  NotFound 404
    NoUsableSeed 404        no seed of the request has a vector
  Conflict 409              it contradicts existing data
    IdempotencyKeyReused 409  the key was used for another request
    RequestInProgress 409   the first request with this key has no answer yet; carries retry_after_s
    ResponseNotStored 409   the request was done; its answer was too large to be stored
  PreconditionFailed 412    it changed since the version that the request names
  Gone 410                  it was there and cannot be shown any more
  RequestTimeout 408        the body did not arrive in time
  RangeNotSatisfiable 416   the file has no such bytes
  Malformed 422             the request does not match the contract; nothing else is 422
  TooManyRequests 429       carries retry_after_s
  Unavailable 503           a component that the response needs is unavailable
    NoRelease 503           nothing has been published yet
    IndexUnavailable 503    the vector index cannot be queried
    StorageUnavailable 503  the database cannot be read or written: a full disk, a file that is gone or read-only
    NeighbourUnavailable 503  another service did not answer, or not with what was asked
      NeighbourSilent 503   it did not answer, or only that it cannot now: another call would hardly do better
    Overloaded 503          too many concurrent requests; carries retry_after_s
  BadGateway 502            the service behind the gateway closed the connection
  GatewayTimeout 504        the service behind the gateway took too long
"""

from typing import Any, ClassVar

TYPE_PREFIX = "https://segue.example/problems/"


class Problem(Exception):
    """Base class of failures: HTTP status, stable code, title, and a `detail` that states what to do."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    def document(self, request_id: str | None = None) -> dict[str, Any]:
        """The RFC 9457 document: type, title, status, code, detail, then the `extra` members."""
        body = {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.extra,
        }
        return body | {"request_id": request_id} if request_id else body


class BadRequest(Problem):
    status, code, title = 400, "bad_request", "This cannot be done as asked"


class Unauthorized(Problem):
    status, code, title = 401, "unauthorized", "Sign in first"


class TokenExpired(Unauthorized):
    code, title = "token_expired", "The access token has expired"


class WrongCredentials(Unauthorized):
    code, title = "wrong_credentials", "E-mail and password do not match"


class Forbidden(Problem):
    status, code, title = 403, "forbidden", "This is not allowed"


class NotFound(Problem):
    status, code, title = 404, "not_found", "Not found"


class NoUsableSeed(NotFound):
    code, title = "no_usable_seed", "None of the seeds can be used"


class MethodNotAllowed(Problem):
    status, code, title = 405, "method_not_allowed", "This address does not take that method"


class RequestTimeout(Problem):
    status, code, title = 408, "request_timeout", "The request did not come in time"


class RangeNotSatisfiable(Problem):
    status, code, title = 416, "range_not_satisfiable", "There are no such bytes"


class PayloadTooLarge(Problem):
    status, code, title = 413, "payload_too_large", "The request is too large"


class Conflict(Problem):
    status, code, title = 409, "conflict", "This contradicts what is already there"


class IdempotencyKeyReused(Conflict):
    code, title = "idempotency_key_reused", "The key was used for another request"


class RequestInProgress(Conflict):
    code, title = "request_in_progress", "The same request is being answered"


class ResponseNotStored(Conflict):
    code, title = "answer_not_kept", "This was done, and its answer is not there any more"


class PreconditionFailed(Problem):
    status, code, title = 412, "precondition_failed", "It has changed meanwhile"


class Gone(Problem):
    status, code, title = 410, "gone", "No longer there"


class Malformed(Problem):
    status, code, title = 422, "malformed", "The request is malformed"


class TooManyRequests(Problem):
    status, code, title = 429, "too_many_requests", "Too many requests"


class BadGateway(Problem):
    status, code, title = 502, "bad_gateway", "The service behind this address broke off"


class Unavailable(Problem):
    status, code, title = 503, "unavailable", "Not available right now"


class NoRelease(Unavailable):
    code, title = "no_release", "No release has been published yet"


class IndexUnavailable(Unavailable):
    code, title = "index_unavailable", "The vector index cannot be asked right now"


class StorageUnavailable(Unavailable):
    code, title = "storage_unavailable", "The database cannot be written right now"


class NeighbourUnavailable(Unavailable):
    code, title = "neighbour_unavailable", "A service this answer needs did not answer"


class NeighbourSilent(NeighbourUnavailable):
    """The same to a caller."""


class Overloaded(Unavailable):
    code, title = "overloaded", "Too much at once"


class GatewayTimeout(Problem):
    status, code, title = 504, "gateway_timeout", "The service behind this address took too long"


def of_check(message: str) -> str:
    """The message of one of our own checks as it was written, without what pydantic puts before it."""
    return message.removeprefix("Value error, ")
