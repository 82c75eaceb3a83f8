"""Fixtures for every suite."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that uvicorn runs."""
    return "asyncio"
