"""JSON Lines (application/x-ndjson): one JSON object a line, for bulk in and out. Pure.

In: at most MOST_LINES lines and MOST_BYTES bytes; each line is validated by itself, so that a bad one costs no other.
Out: an object a line; a list ends with the line {"next_cursor": ...}, by which a reader knows that nothing was cut off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from kit.errors import Malformed, PayloadTooLarge, of_check

MEDIA_TYPE = "application/x-ndjson"
MOST_LINES = 5_000
MOST_BYTES = 1 << 20
"""Of a body: gateway/request_body.py holds that much before a service is called. 7,000 rows of feedback."""
LINE_BYTES = 8 << 10
"""Of one line that a person sends; the longest row of feedback with a meaning has 1 KiB."""
BATCH = 500
"""Lines that are validated and stored together; other requests run in between."""

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line(Generic[M]):
    """A line of a body by its number from 1: what it holds, or what is wrong with it."""

    number: int
    row: M | None = None
    fault: str = ""


def split(body: bytes) -> list[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers; PayloadTooLarge above the bounds, Malformed without any."""
    if len(body) > MOST_BYTES or body.count(b"\n") > 2 * MOST_LINES:
        raise _too_large()
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise _too_large()
    if not lines:
        raise Malformed("body: no line holds anything: send one JSON object a line")
    return lines


def batches(rows: Sequence[T], size: int = BATCH) -> Iterator[list[T]]:
    """The rows in order, so many at a time."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def parse(lines: Sequence[tuple[int, bytes]], model: type[M]) -> list[Line[M]]:
    """Each line as the model, or its fault. Unknown fields are named here: pydantic takes 6 us to report each."""
    return [_parsed(number, line, model) for number, line in lines]


def _parsed(number: int, line: bytes, model: type[M]) -> Line[M]:
    if len(line) > LINE_BYTES:
        return Line(number, fault=f"the line has {len(line)} bytes: at most {LINE_BYTES} are read")
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Line(number, fault=f"not JSON ({error}): write one object a line")
    if not isinstance(document, dict):
        return Line(number, fault="not a JSON object: write one a line, as {...}")
    if unknown := [name for name in document if name not in model.model_fields]:
        return Line(
            number, fault=f"there is no field {', '.join(repr(name[:40]) for name in unknown[:3])}: leave it out"
        )
    try:
        return Line(number, model.model_validate(document))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {of_check(fault['msg'])}" for fault in error.errors()[:3])
        return Line(number, fault="; ".join(faults))


def written(rows: Sequence[BaseModel]) -> bytes:
    """An object a line."""
    return b"".join(row.model_dump_json().encode() + b"\n" for row in rows)


def end(next_cursor: str | None) -> bytes:
    """The last line of a list: the cursor to go on from, null where nothing is left."""
    return orjson.dumps({"next_cursor": next_cursor}) + b"\n"


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(
        f"at most {MOST_LINES} lines and {MOST_BYTES} bytes are read at once: send the rest as a request of its own",
        limit_bytes=MOST_BYTES,
        limit_lines=MOST_LINES,
    )
