"""Tests of draining a process on SIGTERM."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
DRAIN_S = 1.5


@pytest.fixture
def auth(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A running process of auth, and its URL."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "services.auth.app:create_app", "--port", str(port)]
    settings = {"SEGUE_DATA": str(tmp_path), "SEGUE_DRAIN_S": str(DRAIN_S), "SEGUE_MAIL_FOLDER": str(tmp_path / "mail")}
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while not answers(url):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield process, url
    process.kill()
    process.wait()


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health/ready").status_code == 200
    except httpx2.TransportError:
        return False


def test_readiness_fails_first_and_requests_are_served_until_the_end(auth: tuple[subprocess.Popen[bytes], str]) -> None:
    process, url = auth
    with httpx2.Client(base_url=url) as kept:
        assert "connection" not in kept.get("/.well-known/jwks.json").headers
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        last = kept.get("/.well-known/jwks.json")
        assert (last.status_code, last.headers["connection"]) == (200, "close")
        for path in ("ready", "accepting"):
            assert httpx2.get(f"{url}/health/{path}").status_code == 503
        assert httpx2.get(f"{url}/health/live").status_code == 200
    began = time.monotonic()
    process.wait(20)
    assert time.monotonic() - began < DRAIN_S + 5


def test_a_second_sigterm_and_ctrl_c_end_it_at_once(auth: tuple[subprocess.Popen[bytes], str]) -> None:
    process, _ = auth
    process.send_signal(signal.SIGTERM)
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    process.wait(20)
    assert time.monotonic() - began < DRAIN_S


def test_an_app_without_a_server_leaves_the_signal_alone() -> None:
    from kit.drain import Drain

    async def armed() -> None:
        before = signal.getsignal(signal.SIGTERM)
        with Drain(5).armed():
            assert signal.getsignal(signal.SIGTERM) is before

    asyncio.run(armed())
