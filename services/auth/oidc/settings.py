"""Settings of the sign-in through an OpenID Connect provider: SEGUE_AUTH_OIDC_*."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from kit.mail.settings import MailSettings
from kit.settings import LOOPBACK


class OidcSettings(MailSettings):
    """Settings of the provider. Without an issuer people sign in with e-mail and password only."""

    oidc_issuer: str = Field(
        "",
        description="Issuer of your OpenID Connect provider (Authelia, Authentik, Keycloak, ...), as its discovery "
        "document names it; empty = sign-in by password only (docs/operations.md).",
    )
    oidc_client_id: str = Field("", max_length=200, description="Client id of Segue at the provider.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Client secret; empty for a public client, which proves itself by PKCE alone."
    )
    oidc_name: str = Field(
        "SSO", min_length=1, max_length=40, description="What the button calls the provider: Continue with …"
    )
    oidc_redirect_uri: str = Field(
        "",
        description="The redirect URI, letter by letter as the provider has it; empty = "
        "SEGUE_PUBLIC_URL/signin/provider.",
    )
    oidc_timeout_s: float = Field(
        10.0, gt=0, le=60, description="Longest wait for each part of an answer of the provider, in seconds."
    )
    password_signup: bool = Field(
        True,
        description="Let anybody make an account with e-mail and password; false = accounts are made by the provider "
        "alone.",
    )

    @field_validator("oidc_issuer", "oidc_redirect_uri")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        parts = urlsplit(value)
        encrypted = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if value and (not encrypted or not parts.hostname or parts.query or parts.fragment or parts.username):
            raise ValueError(f"{value!r} must be like https://auth.example.org: tokens are sent there")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("SEGUE_AUTH_OIDC_ISSUER needs SEGUE_AUTH_OIDC_CLIENT_ID: the provider gives it to Segue")
        if not self.oidc_issuer and not self.password_signup:
            raise ValueError("SEGUE_AUTH_PASSWORD_SIGNUP=false needs SEGUE_AUTH_OIDC_ISSUER: nobody could sign up")
        return self

    @property
    def oidc_redirect(self) -> str:
        """Where the provider sends the browser back."""
        return self.oidc_redirect_uri or f"{self.public_url}/signin/provider"
