"""Parses a request body or query string into the wire models, which hold every limit (kit.wire.recommend).

POST a body        RecommendationRequest as it is
GET for a person   RecommendationOptions, flat: min_energy=0.6&max_year=1999&genres=jazz&target_valence=0.8&variety=0.2
GET similar        a RecommendationRequest of one seed in mode `similar`
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from email.message import Message
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, get_args
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from kit.ids import LENGTH
from kit.vectors import RANGE_FIELDS
from kit.wire.mutes import Mutes
from kit.wire.recommend import Continuation, RecommendationOptions, RecommendationRequest, Seed
from kit.wire.recommend_options import TARGETS, Dials, Filters, Mode, Targets

Body = TypeVar("Body", bound=BaseModel)

MOST_PARAMETERS = 200
SEQUENCE_NEEDS_SEEDS = "sequence goes on from seeds in order, and a taste has none: POST them to /v1/recommendations"
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
"""JSON's numbers, and no more digits than any of ours needs."""


class ParameterPath(NamedTuple):
    """Where a parameter stands in RecommendationOptions, and whether its values are words, never read as numbers."""

    path: tuple[str, ...]
    words: bool = False
    repeated: bool = False


def _parameter_paths() -> dict[str, ParameterPath]:
    plain = [
        name for name in RecommendationOptions.model_fields if name not in ("filters", "targets", "dials", "mutes")
    ]
    return {
        **{name: ParameterPath((name,), words=name in ("mode", "name")) for name in plain},
        **{f"{end}_{name}": ParameterPath(("filters", name, end)) for name in RANGE_FIELDS for end in ("min", "max")},
        "genres": ParameterPath(("filters", "genres"), words=True, repeated=True),
        "explicit": ParameterPath(("filters", "explicit")),
        **{f"target_{name}": ParameterPath(("targets", name)) for name in TARGETS},
        **{name: ParameterPath(("dials", name)) for name in Dials.model_fields},
        **{f"mute_{name}": ParameterPath(("mutes", name), words=True, repeated=True) for name in Mutes.model_fields},
    }


PARAMETERS = _parameter_paths()
"""Every query parameter of GET /v1/me/recommendations."""
NAMES = {parameter_path.path: name for name, parameter_path in PARAMETERS.items()}


async def posted_request(request: Request) -> RecommendationRequest:
    """The RecommendationRequest in a JSON body; RequestValidationError says where it is not one."""
    return await _posted(request, RecommendationRequest)


async def posted_continuation(request: Request) -> Continuation:
    """The Continuation in a JSON body; RequestValidationError says where it is not one."""
    return await _posted(request, Continuation)


async def _posted(request: Request, model: type[Body]) -> Body:
    try:
        body = await request.body()
    except ClientDisconnect:
        raise HTTPException(400, "the caller hung up before the body was whole") from None
    if not _is_json(request.headers.get("content-type")):
        raise _refused([(("body",), "expected a JSON body: send Content-Type: application/json")])
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = [(("body", *fault["loc"]), fault["msg"]) for fault in error.errors()]
        raise _refused(faults) from None


def similar_request(track: str, limit: Any, number: Any) -> RecommendationRequest:
    """The pure ranking around one track; refused where a POST of it would be."""
    try:
        return _similar(limit, number).model_copy(update={"seeds": [Seed(track=track)]})
    except ValidationError:
        return _similar_as_posted(track, limit, number)


@lru_cache(256, typed=True)
def _similar(limit: Any, number: Any) -> RecommendationRequest:
    """What requests for similar tracks have in common: most ask for the same length."""
    body = {"seeds": [{"track": "0" * LENGTH}], "limit": limit, "set": number, "mode": Mode.SIMILAR}
    return RecommendationRequest.model_validate(body)


def _similar_as_posted(track: str, limit: Any, number: Any) -> RecommendationRequest:
    """The same, with every fault of the request named."""
    body = {"seeds": [{"track": track}], "limit": limit, "set": number, "mode": Mode.SIMILAR}
    try:
        return RecommendationRequest.model_validate(body)
    except ValidationError as error:
        faults = [(fault["loc"], fault["msg"]) for fault in error.errors()]
        raise _refused([(("path", "id") if "track" in at else ("query", *at), text) for at, text in faults]) from None


@lru_cache(256)
def parameter(query: bytes, name: str, default: int) -> Any:
    """One parameter as JSON would read it, for a model to check. The same string is read once."""
    values = [value for key, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if key == name]
    return _plain(values[-1]) if values else default


@lru_cache(256)
def wishes_of(query: bytes) -> RecommendationOptions:
    """The options in a query string; RequestValidationError names the parameter. The same string is read once."""
    given = _pairs(query)
    unknown = [name for name in given if name not in PARAMETERS]
    if unknown:
        raise _refused([(("query", name), _nearest(name)) for name in unknown])
    body: dict[str, Any] = {}
    for name, values in given.items():
        *outer, last = PARAMETERS[name].path
        inside = body
        for step in outer:
            inside = inside.setdefault(step, {})
        inside[last] = _value(name, values)
    try:
        wishes = RecommendationOptions.model_validate(body)
    except ValidationError as error:
        raise _refused([(("query", *_name(fault["loc"])), fault["msg"]) for fault in error.errors()]) from None
    if wishes.mode is Mode.SEQUENCE:
        raise _refused([(("query", "mode"), SEQUENCE_NEEDS_SEEDS)])
    return wishes


def _pairs(query: bytes) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise _refused([(("query",), f"more than {MOST_PARAMETERS} parameters")]) from None
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


def _value(name: str, values: list[str]) -> Any:
    parameter_path = PARAMETERS[name]
    if parameter_path.repeated:
        return values
    if len(values) > 1:
        raise _refused([(("query", name), f"given {len(values)} times: give it once")])
    return values[0] if parameter_path.words else _plain(values[0])


def _plain(text: str) -> Any:
    """A number or truth value as JSON writes it; any other text as it is, for the model to refuse."""
    if NUMBER.fullmatch(text):
        return float(text) if set(text) & set(".eE") else int(text)
    return {"true": True, "false": False}.get(text, text)


def _nearest(name: str) -> str:
    near = get_close_matches(name[:80], PARAMETERS, n=3, cutoff=0.5)
    return f"no such parameter{': did you mean ' + ' or '.join(near) if near else ''}; /docs lists them all"


def _name(path: Sequence[Any]) -> tuple[Any, ...]:
    """The query parameter of a path in the model; for a range both ends."""
    for length in range(len(path), 0, -1):
        if name := NAMES.get(tuple(path[:length])):
            return (name, *path[length:])
    return (f"{path[1]} (min_, max_)",) if len(path) == 2 else tuple(path)


def _is_json(content_type: str | None) -> bool:
    if content_type == "application/json":
        return True
    message = Message()
    message["content-type"] = content_type or ""
    kind = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (kind == "json" or kind.endswith("+json"))


def _refused(faults: list[tuple[tuple[Any, ...], str]]) -> RequestValidationError:
    return RequestValidationError(
        [{"loc": parameter_path, "msg": message, "type": "value_error"} for parameter_path, message in faults]
    )


def parameters() -> list[dict[str, Any]]:
    """PARAMETERS as OpenAPI parameters, with the schemas of the wire model."""
    schema = RecommendationOptions.model_json_schema(ref_template="#/components/schemas/{model}")
    return [
        {"name": name, "in": "query", "required": False, "schema": _schema(schema, parameter_path.path)}
        for name, parameter_path in PARAMETERS.items()
    ]


def _schema(schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    models = {
        "filters": Filters.__name__,
        "targets": Targets.__name__,
        "dials": Dials.__name__,
        "mutes": Mutes.__name__,
    }
    if path == ("mode",):
        return {
            "type": "string",
            "enum": [mode.value for mode in Mode if mode is not Mode.SEQUENCE],
            "default": Mode.BALANCED.value,
        }
    if len(path) == 1:
        return _without_null(dict(schema["properties"][path[0]]))
    model = _range_of(path[1]) if len(path) == 3 else models[path[0]]
    found = _without_null(dict(schema["$defs"][model]["properties"][path[-1]]))
    found.pop("default", None)
    return found


def _range_of(name: str) -> str:
    """The name of the model of a range; its field is that or None."""
    return str(get_args(Filters.model_fields[name].annotation)[0].__name__)


def _without_null(found: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out where a body says null."""
    if alternatives := found.pop("anyOf", None):
        found |= next(one for one in alternatives if one.get("type") != "null")
        found.pop("default", None)
    return found
