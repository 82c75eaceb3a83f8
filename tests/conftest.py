"""Fixtures for every suite."""

from pathlib import Path

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that uvicorn runs."""
    return "asyncio"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small world learned and published. Tests only read it."""
    from tests.published import published_world  # here, because it brings torch, which most suites never need

    return published_world(tmp_path_factory.mktemp("published"))
