"""Splits a table cell that holds several values: Python or JSON lists, separators, artist credits."""

import ast
import re

_COMMA, _SEMICOLON, _EITHER = re.compile(r"(?<!\\),"), re.compile(";"), re.compile(r"(?<!\\)[,;]")
_BRACKETS = (("[", "]"), ("(", ")"))


def listed(text: str, separators: str = ";") -> list[str]:
    """Splits "['a', 'b']", '["a", "b"]', "('a', 'b')" or "a;b" into the values a and b.

    A comma separates only where `separators` has it: Earth, Wind & Fire is one artist.
    """
    text = text.strip()
    values = _literal(text)
    parts = re.split(f"[{separators}]", text) if values is None else values
    return [part.strip() for part in parts if part.strip()]


def artists_in(cell: str, uris: str | None, *, escaped: bool) -> list[str]:
    """Splits the artists of one cell. The number of artists is known from the number of URIs or ids in `uris`, or from
    a column that writes commas inside a name as `\\,` (`escaped`). Otherwise splits as `listed` does."""
    stated = len(listed(uris or "", ",;"))
    if _literal(cell.strip()) is not None:
        return listed(cell)
    if stated == 1:
        return [_unescaped(cell)]
    for separator in (_COMMA, _SEMICOLON, _EITHER) if stated else (_COMMA,) if escaped else ():
        parts = [part for part in separator.split(cell) if part.strip()]
        if (escaped and separator is _COMMA) or len(parts) == stated:
            return [_unescaped(part) for part in parts]
    return [_unescaped(part) for part in listed(cell)]


def _unescaped(name: str) -> str:
    return name.replace("\\,", ",").strip()


def _literal(text: str) -> list[str] | None:
    """Parses a list literal of Python or JSON to the texts of its values; None for any other text."""
    if (text[:1], text[-1:]) not in _BRACKETS:
        return None
    try:
        value = ast.literal_eval(text)
        if isinstance(value, str):  # "('a')": one value, written without the comma that would make it a tuple
            return [value]
        return [str(one) for one in value] if isinstance(value, list | tuple) else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
