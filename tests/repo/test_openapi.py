"""Tests that the committed OpenAPI document matches the routes."""

import json
import re

import pytest
from fastapi import FastAPI

from tests.repo import openapi


@pytest.fixture(scope="module")
def document() -> openapi.Document:
    return json.loads(openapi.COPIES[0].read_text())


def test_the_committed_document_equals_the_generated_one() -> None:
    assert openapi.COPIES[0].read_text() == openapi.document(), "run `make openapi` and commit both copies"


def test_the_copy_at_the_root_is_the_one_that_is_served() -> None:
    served, root = (copy.read_text() for copy in openapi.COPIES)
    assert served == root


def test_it_is_openapi_3_1_and_relative_to_its_host(document: openapi.Document) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Segue"
    assert [server["url"] for server in document["servers"]] == ["/"]


def test_bounds_are_valid_json_schema() -> None:
    """pydantic writes a bound that stands after a validator in its own words, which no client understands."""
    assert re.findall(r'"(?:ge|le|gt|lt)":', openapi.COPIES[0].read_text()) == []


def test_bounds_are_numbers_that_every_reader_of_json_reads_alike() -> None:
    """Above 2^53 the document's number and the server's differ: 2^63 - 1 is written as 2^63."""
    bounds = re.findall(r'"(?:exclusive)?m(?:ax|in)imum": *(-?[0-9.e+]+)', openapi.COPIES[0].read_text(), re.IGNORECASE)
    assert len(bounds) > 50
    assert [bound for bound in bounds if abs(float(bound)) >= 2**53] == []


def test_nothing_internal_is_in_it(document: openapi.Document) -> None:
    assert document["paths"]
    assert [path for path in document["paths"] if not re.match(r"/v1/|/health/|/\.well-known/", path)] == []


def test_every_public_route_of_the_services_is_in_it(document: openapi.Document) -> None:
    for path in ("/v1/search", "/v1/tracks/{id}", "/v1/tracks:batch", "/v1/artists/{id}", "/v1/recommendations"):
        assert path in document["paths"]
    for path in ("/v1/tracks/{id}/similar", "/v1/releases", "/v1/releases/current", "/health/ready"):
        assert path in document["paths"]


def test_every_operation_has_a_described_tag_and_a_sentence(document: openapi.Document) -> None:
    for path, operation in openapi.operations(document["paths"]):
        assert set(operation.get("tags", ())) <= set(openapi.TAGS), path
        assert operation.get("tags"), path
        assert operation["description"], path


def test_every_operation_fails_with_problem_documents_only(document: openapi.Document) -> None:
    for path, operation in openapi.operations(document["paths"]):
        for status, answer in operation["responses"].items():
            if status == "default" or (status >= "4" and not path.startswith("/health")):
                assert answer["$ref"].startswith("#/components/responses/"), (path, status)
    for name, answer in document["components"]["responses"].items():
        assert list(answer["content"]) == ["application/problem+json"], name


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: openapi.Document) -> None:
    references = set(re.findall(r'"\$ref": "#/components/(\w+)/(\w+)"', json.dumps(document)))
    parts = {kind: names for kind, names in document["components"].items() if kind != "securitySchemes"}
    assert references == {(kind, name) for kind in parts for name in parts[kind]}


def test_one_name_with_two_meanings_is_refused() -> None:
    one, other = FastAPI(title="Segue gateway"), FastAPI(title="Segue gateway")
    one.get("/health/live")(lambda: 1)
    other.get("/health/live", summary="Another")(lambda: 2)
    with pytest.raises(ValueError, match="/health/live"):
        openapi.merge([one, other])
