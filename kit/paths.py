"""A part of an address that names a track, written `{id:reference}`: it may be a link with slashes of its own.

Starlette's `path` does the same, but loses a line break at the end: what is malformed must not become well formed.
"""

from starlette.convertors import StringConvertor, register_url_convertor

NAME = "reference"


class ReferenceConvertor(StringConvertor):
    """Any text that is not empty."""

    regex = r"[\s\S]+"

    def to_string(self, value: str) -> str:
        """As it is, slashes too."""
        return value


def register() -> None:
    """Makes `{...:reference}` known; once, before a route with it is made."""
    register_url_convertor(NAME, ReferenceConvertor())
