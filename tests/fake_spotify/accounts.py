"""The accounts part of the fake: the page that asks, codes with PKCE, and access and refresh tokens."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from tests.fake_spotify.answers import Answer, html, json

PAGE = """<!doctype html><meta charset="utf-8"><title>Fake Spotify</title>
<style>body{font:16px sans-serif;max-width:30em;margin:4em auto}button{font:inherit;padding:.5em 1em;margin-right:1em}
</style>
<h1>Fake Spotify</h1><p>Segue asks for: <b>%s</b></p><form method="post" action="/authorize/answer">%s
<p><label>Account <select name="account">%s</select></label></p>
<button name="agree" value="1">Agree</button><button name="agree" value="0">Cancel</button></form>"""
ACCESS_S = 3600.0


@dataclass
class Code:
    """An authorization code: good once, for its redirect URI and verifier."""

    account: str
    redirect_uri: str
    challenge: str
    scopes: str


@dataclass
class Token:
    """An access token."""

    account: str
    scopes: frozenset[str]
    expires_at: float


@dataclass
class Tokens:
    """Codes and tokens that were given."""

    client_id: str
    redirect_uris: tuple[str, ...]
    accounts: tuple[str, ...]
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, tuple[str, str]] = field(default_factory=dict)
    verifiers: list[str] = field(default_factory=list)

    def ask(self, query: dict[str, str]) -> Answer:
        """GET /authorize: the page, or 400 for a client or redirect URI that the app does not have."""
        if query.get("client_id") != self.client_id:
            return html(400, "INVALID_CLIENT: Invalid client")
        if query.get("redirect_uri") not in self.redirect_uris:
            return html(400, "INVALID_CLIENT: Invalid redirect URI")
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            return html(400, "code and S256 are asked for")
        hidden = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in query.items())
        options = "".join(f"<option>{escape(name)}</option>" for name in self.accounts)
        return html(200, PAGE % (escape(query.get("scope", "")), hidden, options))

    def answer(self, form: dict[str, str]) -> Answer:
        """POST /authorize/answer: back to the redirect URI, with a code or access_denied."""
        if (refused := self.ask(form)).status != 200:
            return refused
        if form.get("agree") != "1":
            back = {"error": "access_denied", "state": form.get("state", "")}
        else:
            code = secrets.token_urlsafe(48)
            account = form.get("account") or self.accounts[0]
            about = (account, form["redirect_uri"], form.get("code_challenge", ""), form.get("scope", ""))
            self.codes[code] = Code(*about)
            back = {"code": code, "state": form.get("state", "")}
        return Answer(302, b"", {"location": f"{form['redirect_uri']}?{urlencode(back)}"})

    def token(self, form: dict[str, str]) -> Answer:
        """POST /api/token."""
        if form.get("client_id") != self.client_id:
            return json(400, {"error": "invalid_client"})
        if form.get("grant_type") == "authorization_code":
            return self._exchanged(form)
        account, scopes = self.refresh.pop(form.get("refresh_token", ""), ("", ""))
        return self._granted(account, scopes) if account else _dead()

    def _exchanged(self, form: dict[str, str]) -> Answer:
        code = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        self.verifiers.append(verifier)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if code is None or challenge != code.challenge or form.get("redirect_uri") != code.redirect_uri:
            return _dead()
        return self._granted(code.account, code.scopes)

    def _granted(self, account: str, scopes: str) -> Answer:
        access, refresh = "BQ" + secrets.token_urlsafe(60), "AQ" + secrets.token_urlsafe(60)
        self.access[access] = Token(account, frozenset(scopes.split()), time.time() + ACCESS_S)
        self.refresh[refresh] = (account, scopes)
        document: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": int(ACCESS_S)}
        return json(200, document | {"refresh_token": refresh, "scope": scopes})

    def hand_out(self, account: str, *scopes: str) -> str:
        """An access token that a person got in another way."""
        access = "BQ" + secrets.token_urlsafe(60)
        self.access[access] = Token(account, frozenset(scopes), time.time() + ACCESS_S)
        return access

    def revoke(self) -> None:
        """Ends every token: permissions die six months after consent."""
        self.access.clear()
        self.refresh.clear()

    def expire(self) -> None:
        """Ends the access tokens; refresh tokens stay good."""
        self.access.clear()


def _dead() -> Answer:
    return json(400, {"error": "invalid_grant", "error_description": "Refresh token revoked"})
