"""The generated code: made without a warning, and every operation of the document is there."""

import importlib.util
import json
import pkgutil
from pathlib import Path

import pytest

from clients.python import generate
from tests.clients.conftest import ROOT

OPENAPI = json.loads((ROOT / "openapi.json").read_text())
METHODS = ("get", "put", "post", "delete", "patch")


def test_alternatives_go_where_a_schema_lists_its_fields_and_stay_elsewhere() -> None:
    either = [{"required": ["seeds"]}, {"required": ["name"]}]
    fields = {"seeds": {"type": "array"}, "name": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    union = {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]}
    document = {"components": {"schemas": {"A": {"properties": fields, "anyOf": either}, "Either": union}}}
    before = json.dumps(document)
    assert generate.prepared(document)["components"]["schemas"] == {"A": {"properties": fields}, "Either": union}
    assert json.dumps(document) == before


def test_the_fields_of_the_document_are_all_kept() -> None:
    after = generate.prepared(OPENAPI)
    assert json.dumps(after["paths"]).count("application/json") == json.dumps(OPENAPI["paths"]).count(
        "application/json"
    )
    for name, schema in OPENAPI["components"]["schemas"].items():
        assert after["components"]["schemas"][name].get("properties") == schema.get("properties")


def test_json_lines_go_where_there_is_a_document_too() -> None:
    as_lines, as_one = {"schema": {"type": "string"}}, {"schema": {"type": "object"}}
    body = {"requestBody": {"content": {"application/json": as_one, "application/x-ndjson": as_lines}}}
    prepared = generate.prepared({"paths": {"/v1/tracks": {"post": body}}})
    assert prepared["paths"]["/v1/tracks"]["post"]["requestBody"]["content"] == {"application/json": as_one}


def test_the_document_is_that_of_the_checkout_or_of_the_source_distribution(tmp_path: Path) -> None:
    assert generate.source(generate.HERE) == ROOT / "openapi.json"
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    with pytest.raises(generate.GenerationFailed, match="build from a checkout"):
        generate.source(deep)
    (deep / "openapi.json").write_text("{}")
    assert generate.source(deep) == deep / "openapi.json"


def test_every_operation_of_the_document_is_generated(installed: Path) -> None:
    """The generator leaves out with a warning what it cannot read: then building fails, or this does."""
    import segue_client._api.api as operations

    wanted = {(m, p) for p, path in OPENAPI["paths"].items() for m in path if m in METHODS}
    found = set()
    for module in pkgutil.walk_packages(operations.__path__, operations.__name__ + "."):
        if not module.ispkg:
            source = Path(str(importlib.util.find_spec(module.name).origin)).read_text()  # type: ignore[union-attr]
            [method] = [m for m in METHODS if f'"method": "{m}"' in source]
            [url] = [p for p in OPENAPI["paths"] if f'"url": "{p}"' in source]
            found.add((method, url))
    assert found == wanted


def test_the_wheel_is_typed_and_the_generated_code_is_in_it(installed: Path) -> None:
    assert (installed / "segue_client" / "py.typed").exists()
    assert (installed / "segue_client" / "_api" / "models" / "recommendation_request.py").exists()
