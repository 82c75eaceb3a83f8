"""Every example of a request in openapi.json is sent to running servers, and the answer is valid against the document.

Ids of the demo catalogue are replaced by those of the small world, made-up ids by those of things made here.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from schemathesis.checks import CHECKS

from kit import ids
from tests import worlds
from tests.repo import openapi_examples as examples

OPENAPI = Path(__file__).parents[2] / "openapi.json"
DOCUMENT = json.loads(OPENAPI.read_text())
schema = schemathesis.openapi.from_path(OPENAPI)
METHODS = ("get", "put", "post", "patch", "delete")
LAST = ("change_password", "delete_me")
ELSEWHERE = {
    "signup": 409,  # the fixture has sent it
    "publish_release": 403,  # nobody is an administrator here
    **dict.fromkeys(("reset_password", "verify_email"), 400),  # their tokens come by mail
    **dict.fromkeys(("unsubscribe", "shared_report", "shared_card", "shared_card_as_png"), 404),
    **dict.fromkeys(("finish_oidc", "connect_oidc"), 400),  # codes of a provider
    **dict.fromkeys(("points", "ids", "labels"), 307),  # to the release that serves
    **dict.fromkeys(("correct_unmatched", "leave_out", "bring_back", "my_job", "cancel_job", "end_session"), 404),
    **dict.fromkeys(("finish_spotify", "bring_spotify_token"), 409),  # no Spotify is set up
    **dict.fromkeys(("export_weekly", "lists_of_week", "save_at_spotify"), 404),
    **dict.fromkeys(("name_added_track", "remove_added_track"), 404),
}
"""What an example is answered where it is not 200 to 299: what it names is not here."""
WORLD = {
    examples.TRACK: worlds.track_id(1),
    examples.OTHER: worlds.track_id(2),
    examples.ARTIST: ids.artist_id(worlds.artist_name(1)),
}
MAKING = {
    "/v1/me/playlists": ("create_playlist", lambda made: made["playlist"]["id"]),
    "/v1/me/exclusions": ("exclude", lambda made: made["id"]),
    "/v1/me/api-keys": ("make_api_key", lambda made: made["id"]),
    "/v1/me/feedback": ("feedback", lambda made: made["results"][0]["id"]),
    "/v1/me/report/share": ("share_report", lambda made: made["id"]),
    "/v1/me/imports": ("import_file", lambda made: made["id"]),
}
"""What makes a thing under a path, and where the answer has its id."""


def shown() -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of each that has an example; those that end the account are the last."""
    found = [
        (path, method, operation)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in METHODS and ("parameters" in examples_of(operation) or "body" in examples_of(operation))
    ]
    return sorted(found, key=lambda row: LAST.index(row[2]["operationId"]) if row[2]["operationId"] in LAST else -1)


def examples_of(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    named = {one["name"]: one for one in operation.get("parameters", ()) if "example" in one}
    return ({"body": content["example"]} if content else {}) | ({"parameters": named} if named else {})


def real(value: Any, made: str | None = None) -> Any:
    """The example with ids of this world, and that of what was made here."""
    text = json.dumps(value)
    for demo, here in WORLD.items():
        text = text.replace(demo, here)
    return json.loads(text.replace(examples.MADE, made) if made else text)


class Grace:
    """Who is signed up by the example and sends all others."""

    def __init__(self, url: str) -> None:
        self.url = url
        answer = httpx2.post(f"{url}/v1/auth/signup", json=examples.BODIES["signup"])
        assert answer.status_code == 201, answer.text
        self.headers = {"authorization": f"Bearer {answer.json()['access_token']}"}

    def session(self, password: str = examples.PASSWORD) -> dict[str, Any]:
        """Another session."""
        answer = httpx2.post(f"{self.url}/v1/auth/login", json={"email": examples.EMAIL, "password": password})
        return dict(answer.json())

    def made_under(self, path: str) -> str | None:
        """The id of something new under a path; None where nothing is made there."""
        if (kind := next((one for one in MAKING if path.startswith(one + "/{id}")), None)) is None:
            return None
        operation, id_of = MAKING[kind]
        headers = self.headers
        sent: dict[str, Any] = {"json": real(examples.BODIES[operation])} if operation in examples.BODIES else {}
        if not sent:
            headers = headers | {"content-type": "application/octet-stream"}
            sent = {"content": b"artist,track\nNobody,Nothing\n"}
        answer = httpx2.post(self.url + kind, headers=headers, **sent)
        assert answer.is_success, answer.text
        find: Callable[[Any], str] = id_of
        return find(answer.json())


@pytest.fixture(scope="module")
def grace(public: str) -> Grace:
    return Grace(public)


@pytest.mark.parametrize(
    ("path", "method", "operation"), shown(), ids=[operation["operationId"] for _, _, operation in shown()]
)
def test_the_example_of_an_operation_runs(grace: Grace, path: str, method: str, operation: dict[str, Any]) -> None:
    example, name, made = examples_of(operation), operation["operationId"], grace.made_under(path)
    places: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
    for parameter in example.get("parameters", {}).values():
        places[parameter["in"]][parameter["name"]] = real(parameter["example"], made)
    body = {"body": real(example["body"], made), "media_type": "application/json"} if "body" in example else {}
    if name in ("refresh", "logout"):
        body["body"] = {"refresh_token": grace.session()["refresh_token"]}
    if name == "delete_me":
        grace.headers = {"authorization": f"Bearer {grace.session(examples.NEW_PASSWORD)['access_token']}"}
    case = schema[path][method.upper()].Case(path_parameters=places["path"], query=places["query"], **body)
    answer = case.call(base_url=grace.url, headers=grace.headers)
    wanted = ELSEWHERE.get(name)
    assert answer.status_code == wanted if wanted else answer.status_code < 300, answer.text
    case.validate_response(answer, excluded_checks=[CHECKS.get_one("ignored_auth")])


def test_every_json_body_and_required_parameter_has_an_example() -> None:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                content = operation.get("requestBody", {}).get("content", {})
                assert "example" in content.get("application/json", {"example": None}), (path, method)
                for parameter in operation.get("parameters", ()):
                    assert not parameter.get("required") or "example" in parameter, (path, method, parameter["name"])


def test_examples_name_songs_of_the_demo_catalogue() -> None:
    [cards] = (OPENAPI.parent / "releases").glob("demo-*/cards.jsonl")
    assert cards.parent.name == examples.VERSION
    text = cards.read_text()
    assert all(f'"id":"{one}"' in text for one in (examples.TRACK, examples.OTHER, examples.ARTIST))
