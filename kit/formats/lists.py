"""Several values in one cell, in the ways tables write them."""

import ast
import re

_COMMA = re.compile(r"(?<!\\),")
_BRACKETS = (("[", "]"), ("(", ")"))


def listed(text: str, separators: str = ";") -> list[str]:
    """ "['a', 'b']", '["a", "b"]', "('a', 'b')" and "a;b" are the values a and b.

    A comma separates only where the caller says so: Earth, Wind & Fire is one artist.
    """
    text = text.strip()
    values = _literal(text) if (text[:1], text[-1:]) in _BRACKETS else None
    parts = re.split(f"[{separators}]", text) if values is None else [str(value) for value in values]
    return [part.strip() for part in parts if part.strip()]


def artists_in(cell: str, uris: str | None, *, escaped: bool) -> list[str]:
    """The artists of one cell where the file tells how many: by as many URIs beside them, or by writing commas that
    belong to a name as `\\,` (`escaped`: the column does). Otherwise as `listed` has it."""
    parts = [part.strip() for part in _COMMA.split(cell.replace(";", ","))] if uris or escaped else []
    if parts and (escaped or len(parts) == len(_COMMA.split((uris or "").replace(";", ",")))):
        return [part.replace("\\,", ",") for part in parts if part]
    return [part.replace("\\,", ",") for part in listed(cell)]


def _literal(text: str) -> list[object] | None:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    if isinstance(value, str):  # "('a')": one value, written without the comma that would make it a tuple
        return [value]
    return list(value) if isinstance(value, list | tuple) else None
