"""People, their sessions and keys: what auth is asked and what it answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, SecretStr, StringConstraints

from kit.tokens import SCOPES

PASSWORD_LEAST, PASSWORD_MOST = 8, 256
"""NIST SP 800-63B: at least 8 characters, no rules of composition; the upper bound keeps hashing from being abused."""


def _of_fair_length(value: Any) -> Any:
    """Says characters where pydantic's own message for a secret speaks of items; never repeats the password."""
    if isinstance(value, str) and not PASSWORD_LEAST <= len(value) <= PASSWORD_MOST:
        raise ValueError(f"a password has {PASSWORD_LEAST} to {PASSWORD_MOST} characters, this one {len(value)}")
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
NewPassword = Annotated[
    SecretStr, Field(min_length=PASSWORD_LEAST, max_length=PASSWORD_MOST), BeforeValidator(_of_fair_length)
]
Password = Annotated[SecretStr, Field(min_length=1, max_length=PASSWORD_MOST)]
TokenText = Annotated[SecretStr, Field(min_length=1, max_length=200)]
Scope = Literal["recommend:read", "feedback:write", "catalog:read", "report:read"]
assert set(SCOPES) == set(Scope.__args__)  # type: ignore[attr-defined]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Signup(_Strict):
    """POST /v1/auth/signup."""

    name: Name
    email: EmailStr = Field(max_length=254)
    password: NewPassword


class Login(_Strict):
    """POST /v1/auth/login."""

    email: EmailStr = Field(max_length=254)
    password: Password


class Refresh(_Strict):
    """POST /v1/auth/refresh and /v1/auth/logout."""

    refresh_token: TokenText


class Forgot(_Strict):
    """POST /v1/auth/forgot."""

    email: EmailStr = Field(max_length=254)


class OidcOffer(BaseModel):
    """GET /v1/auth/oidc: the ways to sign in, beside e-mail and password."""

    provider: str | None = Field(description="What to call the OpenID Connect provider; null = there is none.")
    password_signup: bool = Field(description="Whether anybody may make an account with e-mail and password.")


class OidcStart(BaseModel):
    """POST /v1/auth/oidc/start."""

    url: str
    state: str
    expires_in: int = Field(description="Seconds for which the state is accepted.")


class OidcCode(_Strict):
    """POST /v1/auth/oidc/finish and PUT /v1/me/oidc: what the provider sent back with the browser."""

    code: SecretStr = Field(min_length=1, max_length=2000)
    state: SecretStr = Field(min_length=1, max_length=600)


class OidcIdentity(BaseModel):
    """GET /v1/me/oidc."""

    provider: str | None
    connected: bool
    since: datetime | None


class MailAccepted(BaseModel):
    """The answer to a wish for a mail. It is the same whether or not there is anybody to mail to."""

    detail: str


class PasswordReset(_Strict):
    """POST /v1/auth/reset: the token of the mailed link, and the new password."""

    token: TokenText
    person: UUID | None = Field(None, description="Refused unless the link is of this account; left out, any link's.")
    new_password: NewPassword


class EmailToken(_Strict):
    """POST /v1/auth/verify: the token of the mailed link, and for a link that changes the address the password of the
    account: whoever reads a mailbox that was named by mistake has the link, too."""

    token: TokenText
    password: Password | None = None


class EmailVerified(BaseModel):
    """The address that the link was mailed to, now the account's."""

    email: str


class Person(BaseModel):
    """A person as they see themselves."""

    id: UUID
    name: str
    email: str
    email_verified: bool = Field(description="Whether a link mailed to this address was followed.")
    created_at: datetime


class Identity(BaseModel):
    """GET /v1/me/identity: whose token or key this is, and what it may do. `admin` and `account` are no key's."""

    id: UUID
    name: str
    scopes: list[str]


class PersonChanged(Person):
    """The answer to PATCH /v1/me. A new address is the account's once the link mailed to it was followed."""

    confirmation_sent_to: str | None = None


class Session(BaseModel):
    """The answer to signing up, logging in and refreshing. The refresh token is good once."""

    user: Person
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's word, no secret
    expires_in: int = Field(description="Seconds until the access token expires.")


class PersonChanges(_Strict):
    """PATCH /v1/me: what is given is changed."""

    name: Name | None = None
    email: EmailStr | None = Field(None, max_length=254, description="Gets a link; it changes when that is followed.")
    password: Password | None = Field(None, description="The current one; needed to change the e-mail address.")


class PasswordChange(_Strict):
    """PUT /v1/me/password. Every other session ends, and every API key unless they are kept."""

    old_password: Password
    new_password: NewPassword
    keep_api_keys: bool = False


class PasswordChanged(Session):
    """The answer to a changed password: a new session."""

    api_keys_revoked: int = Field(description="API keys that hold no longer.")


class Goodbye(_Strict):
    """DELETE /v1/me."""

    password: Password


class OpenSession(BaseModel):
    """One place where a person is signed in."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    current: bool


class OpenSessions(BaseModel):
    """Newest first."""

    items: list[OpenSession]


class NewApiKey(_Strict):
    """POST /v1/me/api-keys."""

    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=len(SCOPES))


class ApiKey(BaseModel):
    """A key as the list shows it: never the secret, only its first characters."""

    id: UUID
    name: str
    scopes: list[Scope]
    prefix: str
    created_at: datetime
    last_used_at: datetime | None = None


class ApiKeyMade(ApiKey):
    """The only time the key itself is shown."""

    key: str = Field(repr=False)
    scrobble_password: str | None = Field(
        None,
        repr=False,
        description="For Audioscrobbler 1.2 clients, with the e-mail address as user name; keys with feedback:write.",
    )


class ApiKeys(BaseModel):
    """Newest first."""

    items: list[ApiKey]
