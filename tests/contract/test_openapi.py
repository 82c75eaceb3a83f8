"""What the committed document promises, the servers hold: schemathesis asks by it, in good form and in bad."""

import json
import os
import re
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from kit import ids
from tests import worlds

schema = schemathesis.openapi.from_path(Path(__file__).parents[2] / "openapi.json")

EXAMPLES = int(os.environ.get("SEGUE_TEST_EXAMPLES", "10"))
"""Drawn requests of each operation, beside those at the bounds of each parameter, which are always sent."""
LINES = "application/x-ndjson"
CREDENTIALS = ("authorization", "x-api-key")
"""Invented ones are refused at the door; every call here is a signed-in person's."""

UNSTATED = (
    "it is larger than 128 bits",  # 62^22 is a little more than 2^128
    "is not one of this list",  # a cursor belongs to the page before
    "is above max",  # of a range
    "names at least one feature",  # all twelve may be null
    "ask for fewer sets",  # limit x set
    "seeds are text",  # more than 50 of them
    "no such parameter",  # a parameter the document does not name
    "is given more than once",
    "is not a valid email address",  # as email-validator reads RFC 5321: no special-use domains, for instance
    "leave out control characters",  # in a name
    "give your current password as well",  # to change the e-mail address
    "was not begun here in the last ten minutes",  # states of sign-ins are invented here
    "cursor and offset both",
    "a link works once",  # tokens of mailed links are invented here
    "too many mails asked for",
    "a file may have",  # so many bytes as the operator set
    "holds a control character",  # in a path: refused by the gateway before any service
    "exclude exactly one of track",
    "is not before until",
    "more than 200 parameters",  # of all lists in one query together
    "String should have at least 1 character",  # spaces around words do not count
    "no line holds anything",  # of JSON Lines: blank ones do not count
)
"""Rules that JSON Schema cannot state, or only at great length: a 422 for one of these is the contract too."""


@schemathesis.serializer(LINES)
def _as_lines(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """JSON Lines are text to the document; whatever else is sent in their place, a line of JSON."""
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    """A kept connection: for a new one at each call, requests looks for proxies and passwords too."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        session.cookies.set_policy(
            DefaultCookiePolicy(allowed_domains=[])
        )  # a call is not signed in by another's answer
        yield session


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
def test_every_operation_keeps_its_contract(
    case: schemathesis.Case, public: str, person: dict[str, str], connection: requests.Session
) -> None:
    case.path_parameters = known(case.path_parameters, artist="/artists/" in case.path)
    case.body = known(case.body)
    case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() not in CREDENTIALS}
    answer = case.call(base_url=public, headers=person, session=connection)
    # Whoever this check sends as somebody else is the same person here; tests/gateway and tests/kit ask that question.
    excused = [CHECKS.get_one("ignored_auth")]
    if breaks_unstated_rules(answer):
        excused.append(CHECKS.get_one("positive_data_acceptance"))
    if case.media_type in ("multipart/form-data", LINES):  # any bytes are a file, and each bad line has an answer
        excused.append(CHECKS.get_one("negative_data_rejection"))
    case.validate_response(answer, excluded_checks=excused)
    assert answer.status_code != 500
    if answer.status_code >= 400 and not case.path.startswith("/health"):
        assert answer.json()["request_id"] == answer.headers["x-request-id"][0]


def breaks_unstated_rules(answer: schemathesis.Response) -> bool:
    """Whether this is a refusal and every fault it names is one that the document cannot state."""
    if answer.status_code not in (400, 413, 422, 429):
        return False
    problem = answer.json()
    faults = [fault["message"] for fault in problem.get("errors", [])] or [problem["detail"]]
    return all(any(rule in fault for rule in UNSTATED) for fault in faults)


def known(value: Any, *, artist: bool = False) -> Any:
    """The value with two of three well formed ids replaced by those of songs (or artists) of the small world."""
    if isinstance(value, dict):
        return {key: known(one, artist=artist) for key, one in value.items()}
    if isinstance(value, list):
        return [known(one) for one in value]
    if isinstance(value, str) and re.fullmatch(ids.PATTERN, value) and (number := sum(value.encode())) % 3:
        return ids.artist_id(worlds.artist_name(number % 200)) if artist else worlds.track_id(number % 200)
    return value
