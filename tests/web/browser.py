"""Chromium for the tests of the pages: where it is, how it starts, and pages that remember what went wrong in them."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.real import missing

VARIABLE = "SEGUE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
# Paints as browsers do where there is no graphics card; an emulated one takes ten times as long to show a frame.
PLAIN_FLAGS = (*FLAGS[:3], "--disable-gpu")
WIDE, PHONE = (1280, 900), (360, 780)
ACTION_MS = 15_000
NO_WEBGL = """const start = HTMLCanvasElement.prototype.getContext
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === 'webgl2' ? null : start.call(this, kind, ...more)
}"""


def chromium() -> str:
    """The path of a Chromium; skips the test where there is none."""
    found = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    return found or missing("chromium", f"no Chromium: install Debian's package or set {VARIABLE} to its path")


@contextmanager
def started(flags: Sequence[str] = FLAGS) -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as tool:
        browser = launch(tool, path, flags)
        yield browser
        browser.close()


def launch(tool: Playwright, path: str, flags: Sequence[str] = FLAGS) -> Browser:
    return tool.chromium.launch(executable_path=path, args=list(flags))


@dataclass
class Faults:
    """What a browser complained of: errors of scripts, refusals by the content policy, answers of 5xx."""

    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("console", lambda message: self._policy(message.text))

    def _policy(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.seen.append(f"policy: {text}")


@contextmanager
def context(
    browser: Browser, url: str, size: tuple[int, int] = WIDE, scheme: str = "light", **options: object
) -> Iterator[BrowserContext]:
    """A browser of its own: nothing is remembered from another one. Motion is reduced, so that nothing is awaited."""
    width, height = size
    made = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        has_touch=size == PHONE,
        **options,  # type: ignore[arg-type]
    )
    made.set_default_timeout(ACTION_MS)
    try:
        yield made
    finally:
        made.close()
