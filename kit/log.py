"""One JSON line per event on standard error; the request id travels in a context variable. Secrets are never logged.

What cannot be written - a full disk, a closed pipe - is lost: a log line never fails a request or a task.
"""

import logging
import os
import sys
from typing import IO, Any

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
    stream = sys.stderr.buffer if sys.stderr else open(os.devnull, "wb")  # noqa: SIM115, PTH123 - open for good
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
        logger_factory=lambda *_: Lines(stream),
        cache_logger_on_first_use=True,
    )
    _take_over()


def get(name: str) -> Any:
    """A logger; its first positional argument is the event, the rest are fields."""
    return structlog.get_logger(part=name)


class Lines:
    """Writes each line in one piece, past the buffers, so that several processes can share a file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._write = getattr(stream, "raw", stream).write
        self._torn = b""

    def msg(self, line: bytes) -> None:
        """Writes a line, or as much of it as finds room; a torn one ends before the next begins."""
        whole = self._torn + line + b"\n"
        try:
            written = self._write(whole)
        except (OSError, ValueError):
            return
        self._torn = b"" if written == len(whole) else b"\n" if written else self._torn

    log = debug = info = warning = error = critical = exception = msg


class FromStandardLibrary(logging.Handler):
    """Makes JSON lines of what uvicorn and asyncio log."""

    def emit(self, record: logging.LogRecord) -> None:
        """One event; its traceback, if there is one, in structured form."""
        get(record.name).log(record.levelno, record.getMessage().strip(), exc_info=record.exc_info or None)


def _take_over() -> None:
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if not isinstance(handler, FromStandardLibrary)]
    root.addHandler(FromStandardLibrary())


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
