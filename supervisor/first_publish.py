"""Publishes the bundled release on the first start."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path

from supervisor.failures import CannotStart
from supervisor.log_lines import PrintLine
from supervisor.process import end_group, start


def newest_release(folder: Path) -> Path | None:
    """The release in this folder with the latest creation time; None when there is none."""
    created = {m.parent: json.loads(m.read_text())["created_at"] for m in folder.glob("*/manifest.json")}
    return max(created, key=lambda release: str(created[release]), default=None)


async def publish_first(
    data: Path, releases: Path, environment: Mapping[str, str], print_line: PrintLine, stop: asyncio.Event
) -> None:
    """Publishes the newest bundled release if none is published yet; CannotStart."""
    if (data / "releases" / "CURRENT").exists():
        return
    release = newest_release(releases)
    if release is None:
        raise CannotStart(
            f"There is nothing to recommend from: {data} holds no published release and {releases} none to begin with. "
            f"Build one from your playlists, or the demo: python -m pipelines demo --out {releases}"
        )
    print_line(f"First start: publishing {release.name} into {data} (once) ...")
    command = [sys.executable, "-m", "pipelines", "publish", str(release), "--data", str(data)]
    process = await start(command, environment, PIPE)
    stopped = asyncio.create_task(stop.wait())
    output = asyncio.create_task(process.communicate())
    await asyncio.wait([stopped, output], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not output.done():
        end_group(process.pid)  # the next start publishes again
    printed = (await output)[0].decode(errors="replace").strip()
    if process.returncode and not stop.is_set():
        raise CannotStart(f"Publishing {release} failed, nothing was changed:\n{printed}")
