"""Settings of auth, read from SEGUE_AUTH_*."""

import re

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from kit.mail.settings import MailSettings
from kit.settings import secret_file
from kit.tokens import SCOPES
from services.auth.names import email_key

ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


class SecretNotSet(Exception):
    """SEGUE_AUTH_SECRET is required outside the embedded mode."""


class Settings(MailSettings):
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
