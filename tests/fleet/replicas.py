"""Two replicas of every service, on PostgreSQL, Valkey or Redis, and the stand-in for Qdrant, behind balancers."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy.engine import make_url

from kit.release_current import current_version
from kit.topology import DATABASES, GATEWAY, SERVICES, called_by, url_variable
from pipelines.release.publish import publish
from supervisor.process import ONE_THREAD, end_with
from supervisor.programs import PUBLIC_PROTOCOL, Program
from tests.fleet.balancer import Balancer
from tests.fleet.fleets import PATIENCE_S, ROOT, eventually
from tests.ports import LOOPBACK, free_port
from tests.postgres import LocalServer, binaries, execute, memory
from tests.qdrant.process import StandIn
from tests.real import missing
from tests.redis import RedisServer

DRAIN_S = 2.0
"""Ten looks of the balancer, as the 5 s of the manifests are some of a cluster's router."""


@dataclass
class Replica:
    """One process of a service."""

    program: Program
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process; see `wait` for when it is ready."""
        with self.log.open("ab") as log:
            environment = os.environ | ONE_THREAD | self.environment
            self.process = subprocess.Popen(
                self.program.command(),
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with(os.getpid()),
            )

    def wait(self) -> None:
        """Until it is ready."""
        deadline = time.monotonic() + PATIENCE_S
        while not self._ready():
            assert self.process, self.program.name
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.1)

    def _ready(self) -> bool:
        path = "accepting" if self.program.name == GATEWAY else "ready"
        try:
            answer = httpx2.get(f"http://{LOOPBACK}:{self.program.port}/health/{path}", timeout=5)
        except httpx2.TransportError:
            return False
        return answer.status_code == 200

    def end(self) -> None:
        """SIGTERM, as a cluster ends a pod."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


class Replicas:
    """The running installation; `url` is the public address."""

    def __init__(self, data: Path, folder: Path, postgres: LocalServer) -> None:
        self.data, self.folder, self.postgres = data, folder, postgres
        self.redis, self.qdrant = RedisServer(folder), StandIn(folder / "qdrant")
        for name in DATABASES:
            asyncio.run(execute(postgres.url, f"CREATE DATABASE {name}"))
        self.publish(data / "releases" / str(current_version(data / "releases")))
        self.balancers: dict[str, Balancer] = {}
        self.replicas: dict[str, list[Replica]] = {}
        for name in (*(row.name for row in SERVICES), GATEWAY):
            self._add(name)
        self.url = self.balancers[GATEWAY].url

    def publish(self, release: Path) -> None:
        """Publishes a release to the shared folder and to the index."""
        publish(release, self.data, self.qdrant.url)

    def _add(self, name: str) -> None:
        ports = [free_port(), free_port()]
        startup = "/health/live" if name == GATEWAY else "/health/ready"
        factory = "gateway.app:create_app" if name == GATEWAY else f"services.{name}.app:create_app"
        protocol = PUBLIC_PROTOCOL if name == GATEWAY else "httptools"
        programs = [Program(name, factory, port, {}, protocol=protocol) for port in ports]
        environment = self._environment(name)
        self.replicas[name] = [
            Replica(program, environment, self.folder / f"{name}.{number}.log")
            for number, program in enumerate(programs)
        ]
        self.balancers[name] = Balancer(ports, startup)
        for replica in self.replicas[name]:
            replica.start()
        for replica in self.replicas[name]:
            replica.wait()
        eventually(lambda: len(self.balancers[name].ready) == 2, f"both replicas of {name} are ready")

    def _environment(self, name: str) -> dict[str, str]:
        urls = {url_variable(name, called): self.balancers[called].url for called in called_by(name)}
        stores = {"recommend": {"SEGUE_RECOMMEND_INDEX_URL": self.qdrant.url}}
        for database in DATABASES:
            url = make_url(self.postgres.url).set(database=database).render_as_string(hide_password=False)
            stores[database] = {f"SEGUE_{database.upper()}_DATABASE_URL": url}
        limits = {f"SEGUE_GATEWAY_{who}_PER_MINUTE": "100000" for who in ("GUEST", "PERSON", "SIGN_IN", "KEY")}
        stores[GATEWAY] = {"SEGUE_GATEWAY_LIMITS_STORAGE": self.redis.url, **limits}
        common = {
            "SEGUE_DATA": str(self.data),
            "SEGUE_SERVICE_KEY": "a-service-key-of-forty-characters-or-more",
            "SEGUE_AUTH_SECRET": "a-secret-of-auth-of-forty-characters-or-more",
            "SEGUE_DRAIN_S": str(DRAIN_S),
            "SEGUE_RECOMMEND_TASTE_WAIT_S": "3",  # a machine that stops for a moment must not make a list stale
            "SEGUE_MAIL_FOLDER": str(self.folder / "mail"),
        }
        return common | urls | stores[name]

    def address(self, name: str, number: int) -> str:
        """Where one replica listens."""
        return f"http://{LOOPBACK}:{self.replicas[name][number].program.port}"

    def restart(self, name: str) -> None:
        """A rolling restart: each replica ends, starts and is ready again before the next one ends."""
        for replica in self.replicas[name]:
            replica.end()
            replica.start()
            replica.wait()
            eventually(lambda: len(self.balancers[name].ready) == 2, f"both replicas of {name} are ready")

    def logs(self, name: str) -> str:
        """What both replicas of a service wrote."""
        return "".join(replica.log.read_text() for replica in self.replicas[name])

    def end(self) -> None:
        """Ends everything, callers first."""
        for name in reversed(self.replicas):
            for replica in self.replicas[name]:
                if replica.process:
                    replica.process.kill()
                    replica.process.wait()
        for balancer in self.balancers.values():
            balancer.end()
        self.qdrant.end()
        self.redis.end()


@contextmanager
def replicas(data: Path, folder: Path) -> Iterator[Replicas]:
    """Two replicas of every service over a data folder with a published release."""
    if (tools := binaries()) is None:
        missing("postgres", "no PostgreSQL: install PostgreSQL's server package")
    with ExitStack() as stack:
        running = Replicas(data, folder, stack.enter_context(LocalServer(tools, memory())))
        stack.callback(running.end)
        yield running
