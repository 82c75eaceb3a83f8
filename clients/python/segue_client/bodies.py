"""Bodies of requests from plain Python values: nothing that the caller gives is lost on the way."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID


class Model(Protocol):
    """What every generated class has."""

    def to_dict(self) -> dict[str, Any]: ...

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...


M = TypeVar("M", bound=Model)


def body(model: type[M], document: Mapping[str, Any]) -> M:
    """The generated class filled from a document; ValueError for a field that it has not, or lacks.

    Generated classes drop fields that they do not know: {"enrgy": ...} would filter nothing, without a word.
    """
    wanted = plain(document)
    try:
        made = model.from_dict(wanted)
    except KeyError as error:
        raise ValueError(f"{model.__name__} needs the field {error.args[0]!r}") from error
    if lost := sorted(unknown(wanted, made.to_dict())):
        raise ValueError(f"{model.__name__} has no field {', '.join(map(repr, lost))}")
    return made


def plain(value: Any) -> Any:
    """The value as JSON has it: times as ISO 8601, generated classes and enums by their content."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return plain(value.to_dict()) if hasattr(value, "to_dict") else value


def unknown(given: Any, kept: Any, path: str = "") -> Iterator[str]:
    """Paths (filters.enrgy, seeds[2].track) of what is in the first document and not in the second."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            here = f"{path}.{name}" if path else name
            yield from unknown(value, kept[name], here) if name in kept else [here]
    elif isinstance(given, list) and isinstance(kept, list):
        for number, (one, other) in enumerate(zip(given, kept, strict=False)):
            yield from unknown(one, other, f"{path}[{number}]")


def given(**arguments: Any) -> dict[str, Any]:
    """Those arguments that the caller named: None stands for the server's own default."""
    return {name: value for name, value in arguments.items() if value is not None}
