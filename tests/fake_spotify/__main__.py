"""Runs the fake and a fleet that is linked to it: `make run-with-fake-spotify`, then open http://127.0.0.1:PORT.

    python -m tests.fake_spotify [--port 8000] [--data data-fake-spotify]

The account ada has three likes and two playlists; their songs are not those of the demo release.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.fake_spotify.people import CLIENT_ID, fake_spotify
from tests.fake_spotify.server import serving

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", default="data-fake-spotify")
    options = parser.parse_args()
    site = f"http://127.0.0.1:{options.port}"
    with serving(fake_spotify(f"{site}/connect/spotify")) as fake:
        spotify = {f"SEGUE_AUTH_SPOTIFY_{name}_URL": fake.url for name in ("ACCOUNTS", "API")}
        environment = os.environ | spotify | {"SEGUE_AUTH_SPOTIFY_CLIENT_ID": CLIENT_ID, "SEGUE_PUBLIC_URL": site}
        command = [sys.executable, "fleet.py", "--port", str(options.port), "--data", options.data]
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the fleet gets it too, and ends
        print(f"Fake Spotify on {fake.url}: open {site}/connect/spotify", flush=True)  # noqa: T201
        return subprocess.run(command, cwd=ROOT, env=environment, preexec_fn=_interruptible).returncode


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main())
