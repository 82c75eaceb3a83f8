"""The errors of the commands `open`, which are sentences that state what to do.

    DumpError         what was named cannot be read; the message states what to do
      DumpChanged     the file is another one than the one that an earlier run began to read
      NotThere        the server has no such file

Imports the standard library only.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.failures import sentence

SHOWN = 200  # characters of a text that a server or an archive states


class DumpError(Exception):
    """A dump cannot be read as named. What is finished is kept."""


class DumpChanged(DumpError):
    """The dump is another version than the one that an earlier run read."""


class NotThere(DumpError):
    """The server answers that there is no such file: 404 or 410."""


def plain(text: object) -> str:
    """A text of a stranger, cut, without characters that a terminal obeys."""
    return "".join(character if character.isprintable() else " " for character in str(text)[:SHOWN])


@contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """DumpError, with the file and the reason, for what the system refuses in the block."""
    try:
        yield
    except OSError as error:
        if sentence(error) is not None:
            raise
        named = f" {str(error.filename)!r}" if error.filename else ""
        raise DumpError(
            f"{doing} stopped at{named} ({error.strerror or error}): give it room, and files and folders that can be "
            "read and written; then run it again"
        ) from error
