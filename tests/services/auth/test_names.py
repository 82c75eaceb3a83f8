"""Tests of e-mail keys, display names and opaque secrets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Malformed
from services.auth import token_secrets
from services.auth.names import email_key, showable


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann@Example.org", "ann@example.ORG", True),
        ("stra\u00dfe@example.org", "STRASSE@example.org", True),
        ("\ufb01n@example.org", "fin@example.org", True),
        ("e\u0301va@example.org", "\u00c9va@example.org", True),
        ("ann@example.org", "ann@example.com", False),
        ("a.nn@example.org", "ann@example.org", False),
        ("ann+music@example.org", "ann@example.org", False),
    ],
)
def test_email_addresses_are_compared_case_insensitively(one: str, other: str, same: bool) -> None:
    assert (email_key(one) == email_key(other)) is same


@given(st.text())
def test_email_key_is_idempotent(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


@pytest.mark.parametrize("name", ["Ann", "Zoë", "李小龍", "Jean-Luc O'Neill", "👩‍🎤"])
def test_a_name_of_any_language_is_shown(name: str) -> None:
    assert showable(name) == name


@pytest.mark.parametrize("name", ["a\x00", "a\nb", "a\x1b[31m", "a\u2028b", "\ud800", "a\x7f"])
def test_a_name_with_control_characters_is_refused(name: str) -> None:
    with pytest.raises(Malformed):
        showable(name)


def test_secrets_are_long_and_unique() -> None:
    keys = {token_secrets.api_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(re.fullmatch(r"segue_[0-9A-Za-z]{40}", key) for key in keys)
    family = token_secrets.new_family()
    tokens = {token_secrets.refresh_token(family) for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token.partition(".")[2]) == 43 for token in tokens)
    assert {token_secrets.digests(token).family for token in tokens} == {token_secrets.digest(family)}
    assert len({token_secrets.digests(token).token for token in tokens}) == 200


@given(st.text(max_size=300))
def test_any_text_has_a_digest(text: str) -> None:
    assert len(token_secrets.digests(text).token) == 32
