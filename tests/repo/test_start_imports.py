"""What a service does not load when it starts: `python -m bench.start` prints what some of it would add."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = """
import json, sys
import gateway.app, services.auth.app, services.catalog.app, services.recommend.app, services.report.app
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
LATER = {
    "rich": "draws tracebacks in colours",
    "pygments": "comes with rich and with mako",
    "alembic": "is for a database that lacks a revision",
    "mako": "comes with alembic",
    "torch": "is for training",
    "polars": "is for training",
    "spotipy": "is for those who set up Spotify",
    "authlib": "is for those who set up a provider to sign in with",
}


def test_no_service_loads_what_only_some_starts_need() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert {"structlog", "sqlalchemy", "fastapi"} <= loaded
    assert loaded & LATER.keys() == set()
