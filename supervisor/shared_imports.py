"""Packages and models that most services import: the fork server loads them once, and its processes share them.

None of them may start a thread or draw a random number when it is imported: a thread is missing in a forked process,
and a generator would repeat itself in each of them. One that is not installed is left out.
"""

import gc
import os
import signal
from contextlib import suppress
from importlib import import_module

from supervisor.process import end_with

SHARED = (
    *("fastapi", "uvicorn.main", "uvloop", "httptools", "pydantic_settings", "structlog", "orjson", "jwt", "aiohttp"),
    *("prometheus_client", "python_multipart", "sqlalchemy.ext.asyncio", "sqlalchemy.dialects.sqlite", "numpy"),
    *("kit.app", "kit.http", "kit.sql", "kit.event_consumer", "kit.outbox", "kit.job_worker", "kit.release_downloads"),
    *("kit.mail.settings", "kit.muting", "kit.wire.events", "kit.wire.jobs", "kit.wire.library", "kit.wire.mutes"),
    *("kit.wire.people", "kit.wire.playlists", "kit.wire.recommend_options", "kit.wire.recommend_response"),
    "kit.wire.weekly",
)

# A service manager signals every process, and the fork server must outlive those whose ends it reports: SIGTERM waits
# here for ever, and in a forked process until it can be handled. The fork server is killed when fleet.py dies.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
if ends := end_with(os.getppid(), signal.SIGKILL):
    ends()
for name in SHARED:
    with suppress(ImportError):
        import_module(name)
gc.freeze()  # no collection writes to these objects, so their pages stay shared
