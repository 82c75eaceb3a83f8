"""One JSON line per event on standard error; the request id travels in a context variable. Secrets are never logged."""

import logging
import sys
from typing import Any

import orjson
import structlog
import structlog.tracebacks
from structlog.typing import Processor

REDACTED = frozenset(
    {
        "authorization",
        "cookie",
        "password",
        "old_password",
        "new_password",
        "token",
        "access_token",
        "refresh_token",
        "api_key",
        "x-api-key",
        "service_key",
    }
)

# Local variables stay out: a password is one of them.
TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure(service: str, level: str = "info") -> None:
    """Sets up structlog and routes the standard library's warnings through it; call once per process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _of(service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            TRACEBACKS,
            structlog.processors.JSONRenderer(serializer=lambda event, **_: orjson.dumps(event, default=str)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> Any:
    """A logger; its first positional argument is the event, the rest are fields."""
    return structlog.get_logger(part=name)


def _of(service: str) -> Processor:
    """Names the service in every line: a server's tasks do not inherit the context of the lifespan that called us."""

    def name(_logger: Any, _method: str, event: Any) -> Any:
        event["service"] = service
        return event

    return name


def _redact(_logger: Any, _method: str, event: Any) -> Any:
    for key in REDACTED.intersection(event):
        event[key] = "[redacted]"
    return event
