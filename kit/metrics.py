"""Prometheus metrics of a process: its registry, gauges that are measured at each scrape, and a port of their own.

Names follow prometheus.io/docs/practices/naming: base units, `_total` for counters, `segue_` before what is not
generic. Labels take values from fixed sets only. A module that counts something of its service defines the metric in
REGISTRY; an app adds what it can only measure while it runs to its own `Metrics`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    Metric,
    ProcessCollector,
    generate_latest,
    start_http_server,
)

from kit import log

REGISTRY = CollectorRegistry()
"""The metrics of this process that do not belong to one app."""
ProcessCollector(registry=REGISTRY)
CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Histogram buckets: most requests take 1 to 10 ms, and stages less."""
MEASURE_S = 2.0
"""Timeout of one measurement; a gauge that cannot be measured is NaN, which no threshold matches."""

Measure = Callable[[], Awaitable[float]]


class Metrics:
    """The metrics of one app; exposed together with REGISTRY."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Process())
        self._measured: list[tuple[Gauge, Measure]] = []

    def gauge(self, name: str, documentation: str, measure: Measure) -> None:
        """Adds a gauge whose value is measured at each scrape."""
        self._measured.append((Gauge(name, documentation, registry=self.registry), measure))

    async def exposition(self) -> bytes:
        """The text format of Prometheus, after measuring the gauges."""
        await asyncio.gather(*(_measure(gauge, measure) for gauge, measure in self._measured))
        return generate_latest(self.registry)

    @contextmanager
    def served(self, address: str) -> Iterator[None]:
        """Serves /metrics at host:port from a thread until the block ends, for an app whose own port is public.

        Measured gauges keep their last value there. Without an address nothing is served.
        """
        if not address:
            yield
            return
        host, _, port = address.rpartition(":")
        server, thread = start_http_server(int(port), host.strip("[]"), self.registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Process:
    """Collector of REGISTRY, so that one registry exposes both."""

    def collect(self) -> Iterable[Metric]:
        """See prometheus_client.registry.Collector."""
        return REGISTRY.collect()


async def _measure(gauge: Gauge, measure: Measure) -> None:
    try:
        async with asyncio.timeout(MEASURE_S):
            gauge.set(await measure())
    except Exception as error:  # one that fails must not hide the others
        log.get("metrics").warning("not measured", metric=gauge._name, reason=str(error) or type(error).__name__)
        gauge.set(float("nan"))
