"""End-to-end tests of fleet.py: real processes on free ports of this machine."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from kit.topology import SERVICES
from tests.fleet.fleets import PROGRAMS, ROOT, Fleet, alive, descendants, eventually, fleet
from tests.fleet.people import sign_up
from tests.ports import free_port
from tests.worlds import write_small_release

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one release that nobody has published yet."""
    folder = tmp_path_factory.mktemp("committed") / "releases"
    write_small_release(folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fleet") / "data"


@dataclass
class Ended:
    """How a fleet ended, and which of its processes outlived it."""

    status: int
    left: list[int]


def interrupted(started: Fleet) -> Ended:
    """Ends a fleet with Ctrl-C."""
    family = descendants(started.process.pid)
    started.process.send_signal(signal.SIGINT)
    return Ended(started.process.wait(40), left(family))


def left(family: list[int], patience_s: float = 3) -> list[int]:
    """Processes that run on; the fork server and its helper end a moment after fleet.py."""
    end = time.monotonic() + patience_s
    while (found := [pid for pid in family if alive(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def stopped_while_publishing(data: Path, releases: Path) -> Ended:
    """The very first start, ended while it publishes."""
    with fleet(data, "--releases", str(releases)) as started:
        started.wait_for_output("First start: publishing")
        eventually(lambda: descendants(started.process.pid), "publishing began")
        return interrupted(started)


@pytest.fixture(scope="module")
def running(stopped_while_publishing: Ended, data: Path, releases: Path) -> Iterator[Fleet]:
    """A fleet after its first whole start, recommend with two workers."""
    settings = {"SEGUE_GATEWAY_GUEST_PER_MINUTE": "0"}  # the tests ask often
    with fleet(data, "--releases", str(releases), "--workers", "2", **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        yield started


@pytest.fixture(scope="module")
def published(running: Fleet, data: Path) -> Path:
    """A data folder in which the first start has been."""
    return data


@pytest.mark.must("S0-63")
def test_the_first_start_publishes_the_release(running: Fleet, data: Path) -> None:
    text = "".join(running.output)
    assert "First start: publishing small-" in text
    assert f"Segue runs on {running.url}" in text
    assert (data / "releases" / "CURRENT").read_text().strip() in text


def test_every_process_writes_its_own_log(running: Fleet, data: Path) -> None:
    running.get("/v1/search?q=amber")
    lines = [json.loads(line) for line in (data / "logs" / "gateway.log").read_text().splitlines()]
    assert {"service": "gateway", "path": "/v1/search", "status": 200}.items() <= lines[-1].items()
    assert {file.name for file in (data / "logs").iterdir()} == {f"{name}.log" for name in PROGRAMS}


def test_requests_are_not_printed(running: Fleet) -> None:
    running.get("/v1/search?q=a-quiet-request")
    assert "a-quiet-request" not in "".join(running.output)


def test_repeated_malformed_requests_are_one_line_on_the_terminal(running: Fleet, data: Path) -> None:
    garbage = b"\x16\x03\x01 not HTTP\r\n\r\n"
    upgrade = b"GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    for request in (garbage, upgrade) * 50:
        with socket.create_connection(("127.0.0.1", running.port)) as outsider:
            outsider.sendall(request)
            assert outsider.recv(100)
    running.wait_for_output("Invalid HTTP request received.")
    eventually(lambda: count(data / "logs" / "gateway.log", "Invalid HTTP") == 50, "the log has every one")
    time.sleep(0.5)
    for words in ("Invalid HTTP request received.", "Unsupported upgrade request."):
        assert "".join(running.output).count(words) == 1


def count(log: Path, words: str) -> int:
    return log.read_text().count(words)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_three_printed_lines_work_in_a_shell(running: Fleet) -> None:
    lines = [line for line in running.output if line.startswith("curl ")]
    answers = [json.loads(subprocess.run(line, shell=True, capture_output=True, check=True).stdout) for line in lines]
    search, recommendations, similar = answers
    assert search["items"]
    assert len(recommendations["tracks"]) == 5
    assert recommendations["unknown_texts"] == []
    assert len(similar["tracks"]) == 5


@pytest.mark.must("S0-62")
@pytest.mark.parametrize(
    ("name", "path"),
    [("catalog", "/v1/search?q=amber"), ("recommend", "/v1/releases/current"), ("gateway", "/v1/releases/current")],
)
def test_a_killed_process_comes_back(running: Fleet, name: str, path: str) -> None:
    before = running.children()
    below = descendants(before[name])
    os.kill(before[name], signal.SIGKILL)
    running.wait_for_output(f"{name} was stopped by SIGKILL; starting it again")
    eventually(lambda: (answer := running.get(path)) and answer.status_code == 200, f"{path} answers again")
    after = running.children()
    assert after[name] != before[name]
    assert {**after, name: 0} == {**before, name: 0}
    assert not [pid for pid in below if alive(pid)], "workers outlived their supervisor"


def test_ctrl_c_during_the_start_leaves_no_process(published: Path) -> None:
    with fleet(published) as started:
        started.wait_for_output("Starting auth")
        eventually(lambda: len(descendants(started.process.pid)) >= 5, "five processes were started")
        family = descendants(started.process.pid)
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(40) == 0
        assert not left(family)


def test_ctrl_c_during_the_first_publish_leaves_nothing_half_done(
    stopped_while_publishing: Ended, running: Fleet
) -> None:
    """The next start in the same folder is `running`: it publishes and serves."""
    assert stopped_while_publishing == Ended(0, [])
    assert "First start: publishing small-" in "".join(running.output)
    assert running.get("/v1/releases/current")


@pytest.mark.parametrize("terminal", ["closed pipe", "full disk"])
def test_a_blocked_terminal_does_not_block_the_fleet(published: Path, terminal: str) -> None:
    """More lines than a pipe holds are logged, to be shown; the gateway goes on, and what ends is started again."""
    reading, writing = os.pipe() if terminal == "closed pipe" else (None, os.open("/dev/full", os.O_WRONLY))
    if reading is not None:
        os.close(reading)
    settings = {"SEGUE_GATEWAY_GUEST_PER_MINUTE": "0"}
    with fleet(published, "--verbose", terminal=writing, **settings) as started:
        os.close(writing)
        eventually(lambda: started.get("/health/live"), "the gateway answers")
        with httpx2.Client(base_url=started.url, timeout=20) as client:
            for number in range(400):
                assert client.get(f"/nowhere/{number}").status_code == 404
        logged = published / "logs" / "gateway.log"
        eventually(lambda: count(logged, "/nowhere/") >= 400, "every request is logged, the last one after its answer")
        before = started.children()["auth"]
        os.kill(before, signal.SIGKILL)
        eventually(lambda: started.children().get("auth", before) != before, "auth was started again")
        started.process.send_signal(signal.SIGINT)
        assert started.process.wait(40) == 0


@pytest.mark.skipif(shutil.which("nohup") is None, reason="nohup is not installed")
def test_under_nohup_the_fleet_survives_its_terminal(published: Path) -> None:
    with fleet(published, under=["nohup"]) as started:
        eventually(lambda: len(descendants(started.process.pid)) >= 5, "five processes were started")
        family = descendants(started.process.pid)
        started.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert started.process.poll() is None
        assert all(alive(pid) for pid in family)
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(40) == 0


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "fleet.py", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_a_taken_port_is_a_clear_error(published: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = start("--port", str(port), "--data", str(published))
    assert done.returncode != 0
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_internal_ports_that_are_taken_are_replaced_and_one_ctrl_c_leaves_no_process(published: Path) -> None:
    """Nor does it lose a list that was shown a moment before, which recommend sends to catalog at its end."""
    port = free_port(following=len(SERVICES))
    with socket.create_server(("127.0.0.1", port + 1)), fleet(published, "--port", str(port)) as late:
        late.url = f"http://127.0.0.1:{port}"
        late.wait_for_output("Ctrl-C stops everything")
        answer = late.get("/health/ready")
        assert answer is not None
        assert answer.status_code == 200
        assert len(descendants(late.process.pid)) >= 3
        ada = sign_up(late.url)
        ada.like(ada.tracks(limit=10)[0])
        before = recorded_lists(published)
        for _ in range(3):
            assert ada.tracks(limit=10)
        assert interrupted(late) == Ended(0, [])
        assert "Stopped." in "".join(late.output)
    assert recorded_lists(published) >= before + 3
    assert "impressions lost" not in (published / "logs" / "recommend.log").read_text()


def recorded_lists(data: Path) -> int:
    """Lists that catalog knows were shown."""
    with closing(sqlite3.connect(f"file:{data / 'catalog.db'}?mode=ro", uri=True)) as catalog:
        found: int = catalog.execute("SELECT count(*) FROM shown").fetchone()[0]
    return found


@pytest.mark.parametrize("arguments", [("--port", "0"), ("--port", "x"), ("--port", "70000"), ("--workers", "0")])
def test_a_wrong_argument_is_named(arguments: tuple[str, str]) -> None:
    done = start(*arguments)
    assert done.returncode == 2
    assert repr(arguments[1]) in done.stderr


def test_without_any_release_it_says_how_to_get_one(tmp_path: Path) -> None:
    done = start("--port", "18999", "--data", str(tmp_path / "data"), "--releases", str(tmp_path))
    assert done.returncode == 1
    assert "python -m pipelines" in done.stderr


def test_a_failed_first_publish_is_reported_and_changes_nothing(tmp_path: Path, releases: Path) -> None:
    broken = shutil.copytree(releases, tmp_path / "releases")
    (next(broken.iterdir()) / "cards.jsonl").unlink()
    done = start("--port", "18999", "--data", str(tmp_path / "data"), "--releases", str(broken))
    assert done.returncode == 1
    assert "cards.jsonl" in done.stderr
    assert not (tmp_path / "data" / "releases" / "CURRENT").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_a_killed_fleet_leaves_no_process(running: Fleet) -> None:
    """The last test of `running`: nothing of it is left."""
    family = descendants(running.process.pid)
    assert len(family) >= len(PROGRAMS) + 2  # two workers of recommend below their supervisor
    running.process.kill()
    eventually(lambda: not [pid for pid in family if alive(pid)], "all its processes ended")
