"""Fixtures: a small built app, a gateway that serves it, and one in front of the real auth."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher

from services.auth.app import create_app as create_auth
from services.auth.settings import Settings as AuthSettings
from tests.gateway.servers import SERVICE_KEY, door, serve

INDEX = '<!doctype html>\n<meta name="csp-nonce" content="__CSP_NONCE__">\n<div id="root"></div>\n'
SCRIPT = b"export const answer = 42\n" * 40
FILES = {
    "index.html": INDEX.encode(),
    "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ".vite/manifest.json": b"{}",
    "assets/index-Ab12.js": SCRIPT,
    "assets/index-Ab12.js.br": b"as brotli",
    "assets/index-Ab12.js.gz": gzip.compress(SCRIPT, mtime=0),
    "assets/index-Cd34.css": b"a { color: red }",
    "assets/text-Ef56.woff2": b"wOF2",
    "assets/graph-Gh78.wasm": b"\0asm",
    "assets/places-Ij90.json": b"{}",
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
async def pages(catalog: str, dist: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a gateway with a built app, which allows guests a single request a minute."""
    async with (
        door(catalog, dist=dist, guest_per_minute=1) as url,
        httpx2.AsyncClient(base_url=url, headers={"accept-encoding": "identity"}) as client,
    ):
        yield client


@asynccontextmanager
async def real_auth(folder: Path, **settings: Any) -> AsyncIterator[str]:
    """The URL of the real auth on SQLite, with a fast hasher."""
    chosen = AuthSettings(data=folder, service_key=SERVICE_KEY, **settings)
    app = create_auth(chosen, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    async with serve(app, lifespan="on") as url:
        yield url


@pytest.fixture
async def auth_data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
async def people(auth_data: Path) -> AsyncIterator[str]:
    async with real_auth(auth_data) as url:
        yield url


@pytest.fixture
async def session_door(catalog: str, people: str) -> AsyncIterator[str]:
    async with door(catalog, auth_url=people, cors_origins="*") as url:
        yield url
