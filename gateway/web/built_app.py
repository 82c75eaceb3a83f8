"""Reads the built web app (Vite's output) into memory, once at start: only files found then are ever served.

index.html      the page, with __CSP_NONCE__ where the nonce of each response goes
assets/*        files with a hash in their name, the text files beside their .br and .gz forms
icon.svg, ...   other files beside index.html
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

NONCE = "__CSP_NONCE__"
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Content codings by preference, and how their files end."""
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class BuiltFile:
    """One file: its content, its content by coding where the build compressed it, its media type."""

    body: bytes
    encoded: Mapping[str, bytes]
    media_type: str

    @cached_property
    def digest(self) -> str:
        """A digest of the content, for its ETag."""
        return hashlib.blake2b(self.body, digest_size=12).hexdigest()


@dataclass(frozen=True)
class BuiltApp:
    """The page as the pieces around each nonce, and the other files by their path in a URL."""

    page: tuple[str, ...]
    files: Mapping[str, BuiltFile]

    def page_with(self, nonce: str) -> str:
        """index.html with this nonce."""
        return nonce.join(self.page)


def read_built_app(folder: Path) -> BuiltApp | None:
    """The app in a folder; None when there is no index.html: a checkout where nothing was built."""
    index = folder / "index.html"
    if not index.is_file():
        return None
    files = {
        f"/{path.relative_to(folder).as_posix()}": _file(path)
        for path in (*folder.iterdir(), *folder.glob("assets/*"))
        if path.is_file() and path != index and not path.name.startswith(".") and path.suffix not in SUFFIXES.values()
    }
    return BuiltApp(tuple(index.read_text(encoding="utf-8").split(NONCE)), files)


def _file(path: Path) -> BuiltFile:
    beside = {coding: path.with_name(path.name + suffix) for coding, suffix in SUFFIXES.items()}
    encoded = {coding: other.read_bytes() for coding, other in beside.items() if other.is_file()}
    return BuiltFile(path.read_bytes(), encoded, MEDIA_TYPES.get(path.suffix, "application/octet-stream"))
