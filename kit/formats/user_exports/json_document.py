"""Streams entries of a nested JSON document with ijson, in bounded memory: one entry at a time, of bounded size."""

from collections.abc import Collection, Iterator
from typing import IO, Any

import ijson

from kit.formats.user_exports.bounded_file import BoundedFile

MOST_EVENTS = 20_000
"""Parts of one entry: more are no track."""
DEEPEST = 200
"""Characters of a path: deeper nesting is no export of any service, and takes quadratic time."""
BROKEN: tuple[type[Exception], ...] = (ijson.JSONError, ValueError, RecursionError, OverflowError)
"""What `entries` raises where the document breaks off, is malformed, nested too deeply or has an overlong part."""


def entries(
    file: IO[bytes], built: Collection[str], plain: Collection[str] = (), opened: str | None = None
) -> Iterator[tuple[str, Any]]:
    """Yields (path, value) of each entry at a `built` path and each plain value at a `plain` one, and (path, None) for
    each map that begins at `opened`. Raises BROKEN."""
    bounded = BoundedFile(file)
    events = iter(ijson.parse(bounded, use_float=True))
    for path, event, value in events:
        bounded.passed()
        if len(path) > DEEPEST:
            raise ValueError("nested too deeply")
        if path in built and event in ("start_map", "start_array"):
            yield path, _built(events, path, event)
            bounded.passed()
        elif path in plain or path in built:
            yield path, value
        elif path == opened and event == "start_map":
            yield path, None


def _built(events: Iterator[tuple[str, str, Any]], at: str, first: str) -> Any:
    builder = ijson.ObjectBuilder()
    builder.event(first, None)
    for count, (path, event, value) in enumerate(events):
        if count > MOST_EVENTS or len(path) > DEEPEST:
            raise ValueError("an entry of too many parts")
        builder.event(event, value)
        if path == at and event in ("end_map", "end_array"):
            break
    return builder.value
