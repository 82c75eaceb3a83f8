"""OpenTelemetry traces across the services, sent by OTLP over HTTP where SEGUE_OTLP_ENDPOINT is set.

The gateway begins a trace for a share of the requests (`trace_share`), whatever traceparent the caller sent: a stranger
must not choose what is recorded. A service continues a trace only when its caller sends a sampled traceparent, so the
share is decided once. Spans carry the route pattern and never a path or a query, which may hold ids and tokens. Without
an endpoint nothing of the SDK (the extra `tracing`) is imported, and a request costs one comparison.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from opentelemetry.sdk.trace import TracerProvider

Scope = MutableMapping[str, Any]
"""An ASGI scope."""
REQUIRED = "SEGUE_OTLP_ENDPOINT is set, which needs the extra `tracing`: pip install 'segue[tracing]'"
HEADER = "traceparent"
QUIET: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
"""Exceptions are not recorded: their messages may hold ids and addresses."""
_tracer: ContextVar[Any] = ContextVar("segue_tracer", default=None)
"""The tracer of the request under way, None while it is not recorded."""


class TracingMissing(Exception):
    """Traces are wanted and the packages for them are not installed."""


class TraceSettings(NamedTuple):
    """Where traces go, None = nowhere, and the share of requests at the gateway that are recorded (0 to 1)."""

    endpoint: str | None = None
    share: float = 0.01


class Tracing:
    """The tracer of one process; `public` begins traces, other services only continue them."""

    def __init__(self, service: str, settings: TraceSettings, *, public: bool) -> None:
        self._public = public
        self._provider = _provider(service, settings, public=public) if settings.endpoint else None
        self._tracer = self._provider.get_tracer("segue") if self._provider else None

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Any]:
        """The span of a request, None when it is not recorded; `record_answer` completes it."""
        context = self._context(scope) if self._tracer else None
        if self._tracer is None or context is None:
            yield None
            return
        from opentelemetry.trace import SpanKind

        attributes = {"segue.request_id": scope["request_id"]}
        how: dict[str, Any] = {"kind": SpanKind.SERVER, "context": context, "attributes": attributes}
        with self._tracer.start_as_current_span("request", **how, **QUIET) as span:
            before = _tracer.set(self._tracer if span.is_recording() else None)
            try:
                yield span
            finally:
                _tracer.reset(before)

    def _context(self, scope: Scope) -> Any:
        """The parent of a request's span: none at the gateway, else what the caller sent; None = not recorded."""
        from opentelemetry.context import Context
        from opentelemetry.trace import get_current_span
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        if scope["path"].startswith("/health"):
            return None
        if self._public:
            return Context()
        sent = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name == b"traceparent"
        }
        context = TraceContextTextMapPropagator().extract(sent, Context())
        return context if get_current_span(context).get_span_context().trace_flags.sampled else None

    def close(self) -> None:
        """Sends what waits; at most some seconds."""
        if self._provider:
            self._provider.shutdown()


def record_answer(span: Any, method: str, route: str, status: int) -> None:
    """Names a request's span by its route pattern and records the status; 5xx is an error."""
    from opentelemetry.trace import StatusCode

    span.update_name(f"{method} {route}")
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        span.set_status(StatusCode.ERROR)


def span(name: str) -> "AbstractContextManager[Any]":
    """A span inside of the request under way; nothing when that is not recorded."""
    tracer = _tracer.get()
    return tracer.start_as_current_span(name, **QUIET) if tracer else nullcontext()


@contextmanager
def call(service: str, method: str) -> Iterator[str | None]:
    """The span of a call to another service; yields the traceparent to send, None when nothing is recorded."""
    tracer = _tracer.get()
    if tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind, StatusCode

    attributes = {"http.request.method": method, "peer.service": service}
    how: dict[str, Any] = {"kind": SpanKind.CLIENT, "attributes": attributes}
    with tracer.start_as_current_span(f"{method} {service}", **how, **QUIET) as current:
        try:
            yield _traceparent(current)
        except Exception:
            current.set_status(StatusCode.ERROR)
            raise


def _traceparent(current: Any) -> str:
    """W3C Trace Context, version 00."""
    ids = current.get_span_context()
    return f"00-{ids.trace_id:032x}-{ids.span_id:016x}-{ids.trace_flags:02x}"


def _provider(service: str, settings: TraceSettings, *, public: bool) -> "TracerProvider":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, TraceIdRatioBased
    except ModuleNotFoundError as error:
        raise TracingMissing(REQUIRED) from error
    sampler = ParentBased(TraceIdRatioBased(settings.share) if public else ALWAYS_ON)
    made = TracerProvider(sampler, Resource.create({SERVICE_NAME: f"segue-{service}"}))
    exporter = OTLPSpanExporter(endpoint=f"{(settings.endpoint or '').rstrip('/')}/v1/traces")
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made
