"""Tests of supervisor.container: the command of each container and its health check, on real processes."""

import http.server
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit.topology import GATEWAY, SERVICES
from supervisor import container
from supervisor.programs import programs
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
SERVED = [GATEWAY, *(row.name for row in SERVICES)]


@pytest.mark.parametrize("service", SERVED)
def test_a_container_runs_the_command_of_the_fleet_on_all_addresses(service: str, tmp_path: Path) -> None:
    in_fleet = next(one for one in programs(free_port(), tmp_path, 1) if one.name == service).command()
    words = container.command(service)
    at, port = in_fleet.index("--host") + 1, in_fleet.index("--port") + 1
    in_fleet[at], in_fleet[port] = "0.0.0.0", str(container.PORTS[service])
    assert words == in_fleet


def test_only_the_gateway_of_a_fleet_leaves_loopback(tmp_path: Path) -> None:
    hosts = {one.name: one.host for one in programs(free_port(), tmp_path, 1, host="0.0.0.0")}
    assert hosts.pop(GATEWAY) == "0.0.0.0"
    assert set(hosts.values()) == {"127.0.0.1"}


def test_every_image_has_a_command_and_an_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for service in (*SERVED, container.FLEET, *container.JOBS):
        assert container.command(service)
        assert service in extras


def test_an_unknown_service_is_refused_with_the_names_of_the_others() -> None:
    words = [sys.executable, "-m", "supervisor.container", "radio"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no service 'radio': use gateway, auth" in done.stderr


def test_arguments_of_a_job_are_those_of_the_pipeline() -> None:
    words = [sys.executable, "-m", "supervisor.container", "pipelines", "publish", "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Check a release, fill the index" in done.stdout


@contextmanager
def answering(status: int, port: int) -> Iterator[list[str]]:
    """A server on loopback that answers every GET with one status; yields the paths asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with http.server.HTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield paths
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_health_is_the_answer_of_health_ready(status: int, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setitem(container.PORTS, "auth", port)
    with answering(status, port) as paths:
        assert container.healthy("auth") is expected
    assert paths == ["/health/ready"]


def test_a_service_that_does_not_listen_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(container.PORTS, "auth", free_port())
    assert not container.healthy("auth")
