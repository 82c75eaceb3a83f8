"""The load generator: answers without a body, and CPU time of processes that have ended."""

import asyncio
import subprocess
import sys

import pytest

from bench.load import ApiCall, Connection, cpu_seconds
from tests.ports import LOOPBACK

SPENDS = "sum(x * x for x in range(3_000_000))"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", "{SPENDS}"])
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.anyio
@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
async def test_an_answer_without_a_body_is_read_to_its_end(status: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 " + status + b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        done.set()

    done = asyncio.Event()
    async with await asyncio.start_server(answer, LOOPBACK, 0) as server:
        connection = Connection(server.sockets[0].getsockname()[1])
        async with asyncio.timeout(5):
            found = [await connection.send(ApiCall("DELETE", "/").raw()) for _ in range(2)]
            connection.close()
            await done.wait()
        await asyncio.sleep(0)
    assert found == [(int(status[:3]), b"")] * 2


def test_cpu_of_a_process_is_that_of_its_ended_children_too() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        spent = cpu_seconds(parent.pid)
        parent.communicate(b"")
    with subprocess.Popen([sys.executable, "-c", PARENT.replace(SPENDS, "0")], stdin=-1, stdout=-1) as idle:
        assert idle.stdout is not None
        idle.stdout.readline()
        assert cpu_seconds(idle.pid) + 0.05 < spent
        idle.communicate(b"")
