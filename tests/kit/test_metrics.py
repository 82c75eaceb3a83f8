"""Tests of gauges that are measured when metrics are scraped."""

import asyncio

import pytest

from kit import metrics
from kit.metrics import Metrics

pytestmark = pytest.mark.anyio


async def test_a_gauge_that_cannot_be_measured_is_nan_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MEASURE_S", 0.01)

    async def seven() -> float:
        return 7

    async def broken() -> float:
        raise OSError("the database is away")

    async def hanging() -> float:
        await asyncio.Event().wait()
        return 0

    shown = Metrics()
    for name, measure in {"seven": seven, "broken": broken, "hanging": hanging}.items():
        shown.gauge(f"segue_test_{name}", "For this test.", measure)
    text = (await shown.exposition()).decode()
    assert "segue_test_seven 7.0" in text
    assert "segue_test_broken NaN" in text
    assert "segue_test_hanging NaN" in text
    assert "process_resident_memory_bytes" in text
