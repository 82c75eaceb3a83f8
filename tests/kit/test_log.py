"""Tests of structured logging: complete JSON lines, and write failures that never propagate."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from kit.log import Lines

SERVICE = """
import asyncio, contextlib, logging
import httpx2
from fastapi import APIRouter
from kit import log
from kit.app import create_service

router = APIRouter()

@router.get("/answer")
async def answer() -> str:
    log.get("part").warning("a line")
    logging.getLogger("uvicorn.error").warning("another line")
    return "answered"

@contextlib.asynccontextmanager
async def lifespan(app):
    log.configure("test")
    yield

async def main():
    app = create_service("test", routers=[router], lifespan=lifespan)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            print((await client.get("/answer")).text)

asyncio.run(main())
"""


def served(stderr: int) -> str:
    """What a service answers that logs to this descriptor."""
    done = subprocess.run([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, stderr=stderr, text=True, timeout=60)
    return done.stdout.strip()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_of_the_log_file_fails_no_request() -> None:
    with Path("/dev/full").open("wb") as full:
        assert served(full.fileno()) == '"answered"'


def test_a_closed_pipe_of_the_log_fails_no_request() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert served(writing) == '"answered"'
    os.close(writing)


def test_standard_library_logs_are_json_lines_too(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        served(log.fileno())
    events = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(event["level"], event["event"]) for event in events] == [
        ("warning", "a line"),
        ("warning", "another line"),
        ("info", "request"),
    ]
    assert {event["service"] for event in events} == {"test"}


def test_a_truncated_log_line_does_not_corrupt_the_next(tmp_path: Path) -> None:
    """The limit of a file's size stands for the disk: the system writes what fits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with (tmp_path / "log").open("ab", buffering=0) as file:
        lines = Lines(file)
        lines.info(b"first")
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
            lines.info(b"torn in the middle")
            lines.info(b"lost")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        lines.info(b"next")
    assert (tmp_path / "log").read_bytes() == b"first\ntorn\nnext\n"


ROUTES = """
import asyncio, contextlib
import httpx2
from fastapi import APIRouter, Response
from kit import log
from kit.app import create_service

router = APIRouter()

async def taste(request):
    return Response(status_code=int(request.query_params["status"]))

router.add_route("/internal/taste", taste, methods=["GET"])

@contextlib.asynccontextmanager
async def lifespan(app):
    log.configure("test")
    yield

async def main():
    app = create_service("test", routers=[router], lifespan=lifespan)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            for status in (200, 304, 401, 503):
                await client.get("/internal/taste", params={"status": status})
            await client.get("/health/live")

asyncio.run(main())
"""


def test_internal_polling_requests_are_logged_only_when_they_fail() -> None:
    done = subprocess.run([sys.executable, "-c", ROUTES], stderr=subprocess.PIPE, text=True, timeout=60, check=True)
    assert [json.loads(line)["status"] for line in done.stderr.splitlines()] == [401, 503]
