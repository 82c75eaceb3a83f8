"""Settings of the processes that send mail. They are common to all of them: SEGUE_MAIL_* and SEGUE_PUBLIC_URL."""

from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from kit.settings import LOOPBACK, CommonSettings

PORTS = {"starttls": 587, "tls": 465, "none": 25}
HERE = "http://127.0.0.1:8000"


class MailSettings(CommonSettings):
    """Settings of mail. The default is the embedded mode: without a server, mails are files in the data folder."""

    public_url: str = Field(
        HERE,
        description="Where people reach the gateway; the links in mails begin with it. fleet.py sets it to its own "
        "address while mails are files.",
        validation_alias="SEGUE_PUBLIC_URL",
    )
    mail_host: str | None = Field(
        None,
        description="SMTP server; empty = nothing is sent, mails are written as .eml files.",
        validation_alias="SEGUE_MAIL_HOST",
    )
    mail_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port of the SMTP server; empty = 587 with starttls, 465 with tls, 25 with none.",
        validation_alias="SEGUE_MAIL_PORT",
    )
    mail_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls (required, not optional), tls from the first byte, or none.",
        validation_alias="SEGUE_MAIL_TLS",
    )
    mail_user: str | None = Field(
        None, description="User of the SMTP server; empty = no login.", validation_alias="SEGUE_MAIL_USER"
    )
    mail_password: SecretStr | None = Field(
        None, description="Password of the SMTP server.", validation_alias="SEGUE_MAIL_PASSWORD"
    )
    mail_from: str = Field(
        "segue@localhost",
        description="Sender of all mails, as address or Name <address>; needed with a server.",
        validation_alias="SEGUE_MAIL_FROM",
    )
    mail_timeout_s: float = Field(
        10.0,
        gt=0,
        le=300,
        description="Longest wait for each answer of the SMTP server, in seconds.",
        validation_alias="SEGUE_MAIL_TIMEOUT_S",
    )
    mail_folder: Path | None = Field(
        None,
        description="Folder of the .eml files; empty = mail in the data folder.",
        validation_alias="SEGUE_MAIL_FOLDER",
    )
    mail_keep: int = Field(200, ge=1, description="Mails kept in that folder.", validation_alias="SEGUE_MAIL_KEEP")
    mail_keep_days: int = Field(
        7, ge=1, description="Days for which mails are kept in that folder.", validation_alias="SEGUE_MAIL_KEEP_DAYS"
    )

    @property
    def eml_folder(self) -> Path:
        """Folder of the mails that are written instead of sent."""
        return self.mail_folder or self.data / "mail"

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("SEGUE_PUBLIC_URL must be like https://segue.example.org")
        return value.rstrip("/")

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        sender_of(value)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.mail_host:
            return self
        if "mail_from" not in self.model_fields_set or "public_url" not in self.model_fields_set:
            raise ValueError("with SEGUE_MAIL_HOST set SEGUE_MAIL_FROM and SEGUE_PUBLIC_URL too: mails name both")
        if self.mail_user and not self.mail_password:
            raise ValueError("with SEGUE_MAIL_USER set SEGUE_MAIL_PASSWORD too")
        if self.mail_user and self.mail_tls == "none" and self.mail_host not in LOOPBACK:
            raise ValueError("SEGUE_MAIL_TLS=none would send the password unencrypted: use starttls or tls")
        return self


def sender_of(text: str) -> Address:
    """The parsed sender "Name <address>"; without a name it is Segue. ValueError."""
    name, address = parseaddr(text)
    if "@" not in address or any(character in text for character in "\r\n"):
        raise ValueError("SEGUE_MAIL_FROM must be like Segue <segue@example.org>")
    return Address(display_name=name or "Segue", addr_spec=address)
