"""Times a newcomer's path, in seconds: fresh clone, make run, the page, the first list: python -m tests.web.newcomer

Clones the last commit of this repository into a scratch folder: nothing installed here helps except the download cache
of pip."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from kit.topology import SERVICES
from tests.fleet.fleets import ROOT, descendants
from tests.ports import free_port
from tests.web.browser import PLAIN_FLAGS, context, started

READY = "Segue runs on"
END_S = 40


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="segue-newcomer-"))
    try:
        timed("fresh clone", lambda: subprocess.run(["git", "clone", "--quiet", ROOT, folder / "segue"], check=True))
        for start in ("make run, first time", "make run, again"):
            with serving(folder / "segue", start) as url, started(PLAIN_FLAGS) as browser:
                first_list(browser, url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed(what: str, task: Callable[[], object]) -> None:
    began = time.monotonic()
    task()
    report(what, began)


def report(what: str, began: float) -> None:
    sys.stdout.write(f"{time.monotonic() - began:7.1f} s  {what}\n")
    sys.stdout.flush()


@contextmanager
def serving(clone: Path, what: str) -> Iterator[str]:
    """make run until it tells its address; ended as by Ctrl-C."""
    began, port = time.monotonic(), free_port(following=len(SERVICES))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "PYTHON", "VIRTUAL_"))}
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=clone, env=clean, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        if not any(READY in line for line in process.stdout or ()):
            raise SystemExit("make run ended before it served")
        report(what, began)
        yield f"http://127.0.0.1:{port}"
    finally:
        for pid in (process.pid, *descendants(process.pid, deep=False)):
            if process.poll() is None:
                os.kill(pid, signal.SIGINT)
        process.communicate(timeout=END_S)


def first_list(browser: Browser, url: str) -> None:
    """One press on a song below the box."""
    with context(browser, url) as made:
        page = made.new_page()
        began = time.monotonic()
        page.goto("/")
        tracks = page.get_by_role("main").locator("li button")
        tracks.first.wait_for()
        report("the page is open", began)
        began = time.monotonic()
        tracks.first.click()
        page.get_by_role("list", name="Songs that follow").locator("[data-track]").nth(7).wait_for()
        report("one press, then the first list of eight", began)


if __name__ == "__main__":
    main()
