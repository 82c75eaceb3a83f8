"""Tests that /v1/me accepts only tokens signed by auth."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.auth.key_encryption import KeyEncryption
from tests.services.auth.conftest import SECRET, Service, Somebody
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def hs256(claims: dict[str, Any], key: bytes, key_id: str) -> str:
    signed = f"{part({'alg': 'HS256', 'kid': key_id, 'typ': 'JWT'})}.{part(claims)}"
    code = hmac.digest(key, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}"


async def forgeries(service: Service, ann: Somebody) -> dict[str, str]:
    """Tokens in Ann's name and session, by somebody who has all that is public and one real token."""
    (published,) = (await service.client.get("/.well-known/jwks.json")).json()["keys"]
    token = ann.session["access_token"]
    header, body, signature = token.split(".")
    reported = jwt.decode(token, options={"verify_signature": False}) | {"exp": int(time.time()) + 900}
    raw = base64.urlsafe_b64decode(published["x"] + "=")
    same_id, outsider = Issuer(published["kid"]), Issuer("other")
    return {
        "another key under our id": jwt.encode(reported, same_id.private, "EdDSA", headers={"kid": published["kid"]}),
        "a key that nobody published": jwt.encode(reported, outsider.private, "EdDSA", headers={"kid": "other"}),
        "a key in its own header": jwt.encode(
            reported, outsider.private, "EdDSA", headers={"kid": published["kid"], "jwk": outsider.public}
        ),
        "a key id that is a path": jwt.encode(reported, outsider.private, "EdDSA", headers={"kid": "../../auth.key"}),
        "HMAC with the public key": hs256(reported, raw, published["kid"]),
        "HMAC with the public key as published": hs256(reported, published["x"].encode(), published["kid"]),
        "HMAC with the whole published key": hs256(reported, json.dumps(published).encode(), published["kid"]),
        "no algorithm": f"{part({'alg': 'none', 'kid': published['kid']})}.{part(reported)}.",
        "no signature": f"{header}.{body}.",
        "another person": f"{header}.{part(reported | {'sub': str(uuid4())})}.{signature}",
        "a longer life": f"{header}.{part(reported)}.{signature}",
        "the refresh token": ann.refresh_token,
    }


KINDS = [
    "another key under our id",
    "a key that nobody published",
    "a key in its own header",
    "a key id that is a path",
    "HMAC with the public key",
    "HMAC with the public key as published",
    "HMAC with the whole published key",
    "no algorithm",
    "no signature",
    "another person",
    "a longer life",
    "the refresh token",
]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_forged_token_is_refused_by_auth(service: Service, kind: str) -> None:
    ann = await service.sign_up()
    forged = await forgeries(service, ann)
    assert sorted(forged) == sorted(KINDS)
    assert (await ann.request("GET", "/v1/me")).status_code == 200
    ann.session["access_token"] = forged[kind]
    answer = await ann.request("GET", "/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert forged[kind] not in answer.text


async def signed(service: Service, ann: Somebody, **changed: Any) -> str:
    """A token by the real key, with claims that auth never writes."""
    reported = jwt.decode(ann.session["access_token"], options={"verify_signature": False}) | changed
    (key,) = await service.app.state.store.keys.all()
    private = Ed25519PrivateKey.from_private_bytes(KeyEncryption(SECRET).open(key.sealed, key.id))
    return jwt.encode({k: v for k, v in reported.items() if v is not None}, private, "EdDSA", headers={"kid": key.id})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "another issuer"}, "unauthorized"),
        ({"aud": "another api"}, "unauthorized"),
        ({"aud": None}, "unauthorized"),
        ({"exp": 1_000_000_000}, "token_expired"),
        ({"exp": None}, "unauthorized"),
        ({"sub": "nobody"}, "unauthorized"),
        ({"sub": str(uuid4())}, "unauthorized"),
        ({"sid": str(uuid4())}, "unauthorized"),
        ({"scope": None}, "unauthorized"),
    ],
)
async def test_a_signed_token_with_wrong_claims_is_refused(
    service: Service, changed: dict[str, Any], code: str
) -> None:
    ann = await service.sign_up()
    ann.session["access_token"] = await signed(service, ann)
    assert (await ann.request("GET", "/v1/me")).status_code == 200
    ann.session["access_token"] = await signed(service, ann, **changed)
    answer = await ann.request("GET", "/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, code)


@pytest.mark.parametrize("changed", [{"scope": "recommend:read"}, {"scope": ""}, {"sid": None}])
async def test_without_scope_or_session_a_token_does_not_manage_the_account(
    service: Service, changed: dict[str, Any]
) -> None:
    ann = await service.sign_up()
    ann.session["access_token"] = await signed(service, ann, **changed)
    answer = await ann.request("GET", "/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "/v1/auth/login" in answer.json()["detail"]


async def test_a_session_of_one_person_is_none_for_another(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org")
    his = jwt.decode(ben.session["access_token"], options={"verify_signature": False})["sid"]
    ann.session["access_token"] = await signed(service, ann, sid=his)
    assert (await ann.request("GET", "/v1/me")).status_code == 401
