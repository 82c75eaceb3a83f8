"""Start message in the terminal: waits for readiness, then prints the address and three example commands."""

import asyncio
import itertools
import json
import shlex
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from supervisor.log_lines import PrintLine
from supervisor.programs import LOOPBACK


async def greet(port: int, began: float, print_line: PrintLine, mail_files: Path | None = None) -> None:
    """Waits until every process is ready, then prints the address, where mails are written, and the examples."""
    base = f"http://{LOOPBACK}:{port}"
    next_notice = began + 60
    while (words := await asyncio.to_thread(readiness, base)) != "ready":
        if time.monotonic() > next_notice:
            print_line(f"Still waiting: {words}")
            next_notice = time.monotonic() + 30
        await asyncio.sleep(0.1)
    print_line(
        f"Segue runs on {base} (ready after {time.monotonic() - began:.1f} s): open it in a browser. "
        f"Its API: {base}/docs"
    )
    if mail_files:
        print_line(
            f"Mails (forgotten passwords) are written to {mail_files} as .eml files; SEGUE_MAIL_HOST has them sent."
        )
    track = await _some_track(base)
    print_line("Or try, in another terminal:\n\n" + "\n\n".join(examples(base, track)) + "\n\nCtrl-C stops everything.")


def readiness(base: str) -> str:
    """The status "ready", or a text that states what is missing."""
    try:
        with urllib.request.urlopen(f"{base}/health/ready", timeout=5) as answer:  # noqa: S310
            return str(json.load(answer)["status"])
    except urllib.error.HTTPError as error:
        return f"the gateway answers {error.code}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"the gateway does not answer yet ({error})"


async def _some_track(base: str) -> dict[str, Any]:
    """Any track from a search; retries, because on the first start the release import may still run."""
    for letter in itertools.cycle("aeiost"):
        for track in await asyncio.to_thread(search, base, letter):
            if track.get("title") and track.get("artists"):
                return track
        await asyncio.sleep(1)
    raise AssertionError("unreachable: the letters never end")


def search(base: str, text: str) -> list[dict[str, Any]]:
    """Tracks by the first letters of their title or artist."""
    try:
        url = f"{base}/v1/search?{urllib.parse.urlencode({'q': text, 'limit': 1})}"
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            items: list[dict[str, Any]] = json.load(answer)["items"]
            return items
    except (OSError, ValueError, KeyError):
        return []


def examples(base: str, track: dict[str, Any]) -> list[str]:
    """Three curl commands: a search, recommendations for a text, tracks similar to a track."""
    title, artist = track["title"], track["artists"][0]["name"]
    query = urllib.parse.urlencode({"q": title, "limit": 3})
    similar = f"{base}/v1/tracks/{track['id']}/similar?limit=5"
    body = json.dumps({"seeds": [{"text": f"{title} {artist}"}], "limit": 5}, ensure_ascii=False)
    return [
        f"curl {shlex.quote(f'{base}/v1/search?{query}')}",
        f"curl {base}/v1/recommendations -H 'content-type: application/json' -d {shlex.quote(body)}",
        f"curl {shlex.quote(similar)}",
    ]
