"""Settings of auth, read from SEGUE_AUTH_*."""

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from kit.settings import LOOPBACK, secret_file
from kit.tokens import SCOPES
from services.auth.names import email_key
from services.auth.oidc.settings import OidcSettings
from services.auth.spotify.pkce import refused_redirect

ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
LEAST_KEY = 32


class SecretNotSet(Exception):
    """SEGUE_AUTH_SECRET is required outside the embedded mode."""


class Settings(OidcSettings):
    """Settings of auth. Defaults are for the embedded mode: SQLite file and secret in the data folder."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_AUTH_", frozen=True, populate_by_name=True)

    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host/database; empty = the SQLite file auth.db in the data folder.",
    )
    migrate_at_start: bool = Field(
        True, description="Bring the schema up to date at start; false where `python -m services.auth.migrate` does."
    )
    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Seals the signing keys in the database; the same for every process of auth. Needed with "
        "PostgreSQL; with SQLite, empty = one made up in the data folder.",
    )
    key_days: int = Field(30, ge=1, le=365, description="Days for which one key signs access tokens.")
    refresh_days: int = Field(30, ge=1, le=365, description="Days without a refresh after which a session ends.")
    refresh_grace_s: float = Field(
        10.0,
        ge=0,
        le=60,
        description="Seconds for which a refresh token just used is no reuse, so that two tabs may refresh at once.",
    )
    hash_threads: int = Field(2, ge=1, le=64, description="Passwords hashed at once: 19 MiB and one core each.")
    hash_waiting: int = Field(
        64, ge=0, le=10_000, description="Passwords that may wait to be hashed; one more is answered 503."
    )
    verify_email: bool = Field(
        False,
        description="Mail a link to every new account; until it is followed the account may do `unverified_may`.",
    )
    unverified_may: str = Field(
        "recommend:read,catalog:read",
        description="Scopes of an account whose address is not verified, separated by commas, while verify_email is "
        "on. It can always manage itself: see, change and delete the account.",
    )

    admins: str = Field(
        "",
        description="E-mail addresses, separated by commas, of the people who may administrate (scope admin), "
        "each once the address is verified: the settings page and POST /v1/me/verification mail the link.",
    )

    spotify_client_id: str | None = Field(
        None,
        pattern=r"^([0-9A-Za-z]{8,64})?$",
        description="Client id of your own app at developer.spotify.com; empty = no Spotify (docs/spotify.md).",
    )
    spotify_redirect_uri: str = Field(
        "",
        description="The redirect URI, letter by letter as the app has it; empty = SEGUE_PUBLIC_URL/connect/spotify.",
    )
    spotify_keys: SecretStr | None = Field(
        None,
        description="Encrypt Spotify tokens in the database: random texts of 32 characters or more, separated by "
        "commas; the first encrypts, all decrypt. Needed with PostgreSQL; with SQLite, empty = one made up in the "
        "data folder.",
    )
    spotify_calls_per_day: int = Field(
        500, ge=10, le=100_000, description="Calls to Spotify in any 24 hours, of all people together."
    )
    spotify_calls_per_person: int = Field(
        200, ge=10, le=100_000, description="Calls to Spotify in any 24 hours for one person."
    )
    spotify_timeout_s: float = Field(
        10.0, gt=0, le=60, description="Longest wait for each part of an answer of Spotify, in seconds."
    )
    spotify_accounts_url: str = Field(
        "https://accounts.spotify.com", description="Where people agree and tokens are given; another one for tests."
    )
    spotify_api_url: str = Field("https://api.spotify.com", description="Where the Web API answers, without /v1.")

    @field_validator("unverified_may")
    @classmethod
    def _known_scopes(cls, value: str) -> str:
        if unknown := {scope.strip() for scope in value.split(",") if scope.strip()} - set(SCOPES):
            raise ValueError(f"{sorted(unknown)[0]!r} is no scope: use {', '.join(SCOPES)}")
        return value

    @field_validator("admins")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for address in filter(None, (part.strip() for part in value.split(","))):
            if not ADDRESS.fullmatch(address):
                raise ValueError(f"{address!r} is no e-mail address: write name@host, separated by commas")
        return value

    @field_validator("spotify_keys")
    @classmethod
    def _long_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value and any(len(key) < LEAST_KEY for key in _parts(value)):
            raise ValueError(f"every key needs {LEAST_KEY} characters or more, for instance: openssl rand -base64 48")
        return value if value and _parts(value) else None

    @field_validator("spotify_accounts_url", "spotify_api_url")
    @classmethod
    def _encrypted_address(cls, value: str) -> str:
        parts = urlsplit(value)
        encrypted = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not encrypted or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(f"{value!r} must be like https://api.spotify.com: tokens are sent there")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _usable_redirect(self) -> Self:
        if self.spotify_client_id and (why := refused_redirect(self.redirect_uri)):
            raise ValueError(f"SEGUE_AUTH_SPOTIFY_REDIRECT_URI (or SEGUE_PUBLIC_URL): {why}")
        return self

    @property
    def redirect_uri(self) -> str:
        """Where Spotify sends the browser back."""
        return self.spotify_redirect_uri or f"{self.public_url}/connect/spotify"

    @property
    def admin_keys(self) -> frozenset[str]:
        """The comparison keys of the administrators' addresses."""
        return frozenset(email_key(part.strip()) for part in self.admins.split(",") if part.strip())

    @property
    def unverified_scopes(self) -> frozenset[str] | None:
        """The scopes without a verified address; None while verification is off."""
        if not self.verify_email:
            return None
        return frozenset(scope.strip() for scope in self.unverified_may.split(",") if scope.strip())

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data / 'auth.db'}"

    def sealing_secret(self) -> str:
        """The configured secret, else the one in the data folder; SecretNotSet when the database is not SQLite."""
        if self.secret:
            return self.secret.get_secret_value()
        if not self.database.startswith("sqlite"):
            raise SecretNotSet(
                "SEGUE_AUTH_SECRET is not set: give every process of auth the same 32 or more random characters, "
                "for instance from: openssl rand -base64 48"
            )
        return secret_file(self.data / "auth.key")

    def spotify_key_list(self) -> list[str]:
        """The keys of Spotify tokens, the newest first: the configured ones, else the one in the data folder;
        SecretNotSet when the database is not SQLite."""
        if self.spotify_keys:
            return _parts(self.spotify_keys)
        if not self.database.startswith("sqlite"):
            raise SecretNotSet(
                "SEGUE_AUTH_SPOTIFY_KEYS is not set: give every process of auth the same 32 or more random characters, "
                "for instance from: openssl rand -base64 48"
            )
        return [secret_file(self.data / "spotify.key")]


def _parts(keys: SecretStr) -> list[str]:
    return [part.strip() for part in keys.get_secret_value().split(",") if part.strip()]
