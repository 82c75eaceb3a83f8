"""Fixtures for every suite.

Idle threads of OpenMP spin: with two workers on two cores one fit of the board took 25 CPU seconds where it takes 2.
Set before numpy and torch are loaded, and passed on to the processes that tests start.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

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
