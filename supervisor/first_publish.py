"""On the first start: publishing the release that came with the code."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path

from supervisor.failures import CannotStart
from supervisor.log_lines import Say
from supervisor.process import end_group, start


def newest_release(folder: Path) -> Path | None:
    """The release in this folder that was created last."""
    created = {m.parent: json.loads(m.read_text())["created_at"] for m in folder.glob("*/manifest.json")}
    return max(created, key=lambda release: str(created[release]), default=None)


async def publish_first(
    data: Path, releases: Path, environment: Mapping[str, str], say: Say, stop: asyncio.Event
) -> None:
    """On the first start, publishes the newest release that came with the code; afterwards yours stays."""
    if (data / "releases" / "CURRENT").exists():
        return
    release = newest_release(releases)
    if release is None:
        raise CannotStart(
            f"There is nothing to recommend from: {data} holds no published release and {releases} none to begin with. "
            f"Build one from your playlists, or the demo: python -m pipelines demo --out {releases}"
        )
    say(f"First start: publishing {release.name} into {data} (once) ...")
    command = [sys.executable, "-m", "pipelines", "publish", str(release), "--data", str(data)]
    process = await start(command, environment, PIPE)
    stopped = asyncio.create_task(stop.wait())
    output = asyncio.create_task(process.communicate())
    await asyncio.wait([stopped, output], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not output.done():
        end_group(process)  # what publishing leaves undone, the next start does again
    said = (await output)[0].decode(errors="replace").strip()
    if process.returncode and not stop.is_set():
        raise CannotStart(f"Publishing {release} failed, nothing was changed:\n{said}")
