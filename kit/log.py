"""Structured logging: one JSON line per event on standard error, with the request id; secrets are redacted.

A line that cannot be written (full disk, closed pipe) is dropped: logging never fails a request or a task.
"""

import logging
import os
import sys
from typing import IO, Any

import orjson

from kit.hidden_module import hidden

with hidden("rich"):  # with pygments tenths of a second of CPU (bench.start), for colours that no service prints
    import structlog
    import structlog.tracebacks
    from structlog import contextvars
    from structlog.typing import Processor

__all__ = ["REDACTED", "configure", "contextvars", "get"]

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
        "code_verifier",
    }
)

# Without local variables, which may hold passwords.
TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure(service: str, level: str = "info") -> None:
    """Configures structlog and routes the standard library's logging through it; call once per process."""
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
    """A structlog logger: the first argument of its methods is the event, keyword arguments are fields."""
    return structlog.get_logger(part=name)


class Lines:
    """Writes each line with one unbuffered write, so that several processes can share a file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._write = getattr(stream, "raw", stream).write
        self._torn = b""

    def msg(self, line: bytes) -> None:
        """Writes a line, possibly truncated; after a truncated one the next line starts with a newline."""
        whole = self._torn + line + b"\n"
        try:
            written = self._write(whole)
        except (OSError, ValueError):
            return
        self._torn = b"" if written == len(whole) else b"\n" if written else self._torn

    log = debug = info = warning = error = critical = exception = msg


class FromStandardLibrary(logging.Handler):
    """logging.Handler that writes records of uvicorn and asyncio as JSON lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Logs one record, with a structured traceback if it has one."""
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
    """Processor that adds the service name to every line: server tasks do not inherit the lifespan's context."""

    def name(_logger: Any, _method: str, event: Any) -> Any:
        event["service"] = service
        return event

    return name


def _redact(_logger: Any, _method: str, event: Any) -> Any:
    for key in REDACTED.intersection(event):
        event[key] = "[redacted]"
    return event
