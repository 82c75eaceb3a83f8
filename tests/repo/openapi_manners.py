"""What many operations of the OpenAPI document have in common and FastAPI does not know: repeats, ETags, JSON Lines."""

from typing import Any

from pydantic.json_schema import models_json_schema

Document = dict[str, Any]

KEY_PARAMETER: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A request that is sent again within 24 hours with the same key gets the answer of the first one "
    "and changes nothing; another request with that key is 409.",
    "schema": {
        "anyOf": [{"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"}, {"type": "null"}],
        "title": "Idempotency-Key",
    },
}
REPLAYED_HEADER: Document = {
    "description": "`true`: this is the stored answer of an earlier request with the same key",
    "schema": {"type": "string", "enum": ["true"]},
}
TAG_HEADER: Document = {
    "description": "Send it back in If-None-Match; not on answers that are never the same twice or never stored",
    "schema": {"type": "string"},
}
UNCHANGED: Document = {"description": "Unchanged since the ETag of If-None-Match"}


def line_schemas() -> Document:
    """Schemas of JSON Lines, which FastAPI does not see: a body or answer of lines is text to it."""
    from kit.wire.catalog import TrackLine, TrackLookup
    from kit.wire.library import FeedbackLine

    template = "#/components/schemas/{model}"
    models = [(model, "validation") for model in (FeedbackLine, TrackLookup, TrackLine)]
    _, document = models_json_schema(models, ref_template=template)
    return dict(document["$defs"])


def describe_repeats(path: str, operation: Document) -> None:
    """What a POST does with an Idempotency-Key: its answer is stored, or why it needs none."""
    from gateway.routing import route_of

    route = route_of(path)
    if route is None or not route.keeps_answers:
        operation["x-idempotency-key"] = "no" if route is None or route.changes else "not needed: it only reads"
        return
    operation["x-idempotency-key"] = "answer stored for 24 hours"
    parameters = operation.setdefault("parameters", [])
    parameters[:] = [one for one in parameters if one["name"] != KEY_PARAMETER["name"]] + [KEY_PARAMETER]
    operation["responses"].setdefault("409", {})
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            answer.setdefault("headers", {})["Idempotency-Replayed"] = REPLAYED_HEADER


def describe_tags(operation: Document) -> None:
    """The ETag of an answer in JSON, and 304."""
    answer = operation["responses"].get("200", {})
    if "application/json" in answer.get("content", {}):
        answer.setdefault("headers", {})["ETag"] = TAG_HEADER
        operation["responses"].setdefault("304", UNCHANGED)
