"""Servers for a fleet of a benchmark: PostgreSQL, Valkey or Redis, and the stand-in for Qdrant, on this machine.

The stand-in (tests/qdrant) speaks Qdrant's gRPC contract over the embedded engine, one request at a time, in Python:
what it costs is not what Qdrant costs. PostgreSQL runs without fsync. Ends with a reason where one is not installed.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy.engine import make_url

from bench.fleets import ROOT
from kit.topology import DATABASES
from pipelines.release.publish import publish
from supervisor.first_publish import newest_release
from tests.postgres import LocalServer, binaries, execute
from tests.qdrant.process import StandIn, stand_in
from tests.redis import RedisServer, installed_redis


@dataclass(frozen=True)
class Servers:
    """The running servers."""

    postgres: LocalServer
    redis: RedisServer
    qdrant: StandIn

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {"postgres": self.postgres.pid, "redis": self.redis.process.pid, "qdrant": self.qdrant.process.pid}

    @property
    def settings(self) -> dict[str, str]:
        """Environment variables of a fleet that stores everything on them."""
        base = make_url(self.postgres.url)
        urls = {name: base.set(database=name).render_as_string(hide_password=False) for name in DATABASES}
        return {
            "SEGUE_AUTH_SECRET": "a-secret-of-auth-of-forty-characters-or-more",  # required where PostgreSQL is used
            "SEGUE_RECOMMEND_INDEX_URL": self.qdrant.url,
            "SEGUE_GATEWAY_LIMITS_STORAGE": self.redis.url,
            **{f"SEGUE_{name.upper()}_DATABASE_URL": url for name, url in urls.items()},
        }


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Three servers with empty databases; processes started inside the block find them by the environment."""
    tools = binaries()
    if tools is None or installed_redis() is None:
        raise SystemExit("--servers needs PostgreSQL's server package and Valkey or Redis")
    with ExitStack() as stack:
        postgres = stack.enter_context(LocalServer(tools))
        for name in DATABASES:
            asyncio.run(execute(postgres.url, f"CREATE DATABASE {name}"))
        redis = RedisServer(folder)
        stack.callback(redis.end)
        made = Servers(postgres, redis, stack.enter_context(stand_in(folder / "qdrant")))
        before = dict(os.environ)
        os.environ.update(made.settings)
        stack.callback(os.environ.update, before)
        for added in made.settings.keys() - before.keys():
            stack.callback(os.environ.pop, added, None)
        yield made


def published_on(running: Servers, folder: Path) -> Path:
    """A data folder with the committed demo release published, its index on the stand-in."""
    data = folder / "data"
    publish(cast(Path, newest_release(ROOT / "releases")), data, running.qdrant.url)
    return data
