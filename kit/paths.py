"""Starlette path convertor `{id:reference}` for track references, which may be links that contain slashes.

Starlette's own `path` convertor drops a trailing line break, which would make a malformed reference well formed.
"""

from starlette.convertors import StringConvertor, register_url_convertor

NAME = "reference"


class ReferenceConvertor(StringConvertor):
    """Matches any text that is not empty."""

    regex = r"[\s\S]+"

    def to_string(self, value: str) -> str:
        """The value unchanged, slashes included."""
        return value


def register() -> None:
    """Registers `{...:reference}`; call it before a route that uses it is created."""
    register_url_convertor(NAME, ReferenceConvertor())
