"""Splits a table cell that holds several values: Python or JSON lists, separators, artist credits."""

import ast
import re

_COMMA, _SEMICOLON, _EITHER = re.compile(r"(?<!\\),"), re.compile(";"), re.compile(r"(?<!\\)[,;]")
_BRACKETS = (("[", "]"), ("(", ")"))
_OPENING = frozenset("[(")


def listed(text: str, separators: str = ";") -> list[str]:
    """Splits "['a', 'b']", '["a", "b"]', "('a', 'b')" or "a;b" into the values a and b.

    A comma separates only where `separators` has it: Earth, Wind & Fire is one artist.
    """
    text = text.strip()
    values = _literal(text)
    return _nonblank(_split(text, separators) if values is None else values)


def artists_in(cell: str, uris: str | None, *, escaped: bool) -> list[str]:
    """Splits the artists of one cell. The number of artists is known from the number of URIs or ids in `uris`, or from
    a column that writes commas inside a name as `\\,` (`escaped`). Otherwise splits as `listed` does."""
    if (values := _literal(cell.strip())) is not None:
        return _nonblank(values)
    stated = len(listed(uris, ",;")) if uris else 0
    if stated == 1:
        return [_unescaped(cell)]
    for separator in (_COMMA, _SEMICOLON, _EITHER) if stated else (_COMMA,) if escaped else ():
        parts = [part for part in separator.split(cell) if part.strip()]
        if (escaped and separator is _COMMA) or len(parts) == stated:
            return [_unescaped(part) for part in parts]
    return _nonblank((cell.replace("\\,", ",") if "\\" in cell else cell).split(";"))


def _split(text: str, separators: str) -> list[str]:
    for other in separators[1:]:
        text = text.replace(other, separators[0])
    return text.split(separators[0])


def _nonblank(parts: list[str]) -> list[str]:
    return [stripped for part in parts if (stripped := part.strip())]


def _unescaped(name: str) -> str:
    return name.replace("\\,", ",").strip()


def _literal(text: str) -> list[str] | None:
    """Parses a list literal of Python or JSON to the texts of its values; None for any other text."""
    if text[:1] not in _OPENING or (text[:1], text[-1:]) not in _BRACKETS:
        return None
    try:
        value = ast.literal_eval(text)
        if isinstance(value, str):  # "('a')": one value, written without the comma that would make it a tuple
            return [value]
        return [str(one) for one in value] if isinstance(value, list | tuple) else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
