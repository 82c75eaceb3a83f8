"""Tests of the settings of mail: what must be set together, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kit.mail.settings import MailSettings

SERVER = {"mail_host": "mail.example.org", "mail_from": "a@example.org", "public_url": "https://segue.example.org/"}


def test_the_default_is_a_folder_of_files() -> None:
    assert MailSettings(data=Path("somewhere")).eml_folder == Path("somewhere/mail")
    assert MailSettings(mail_folder=Path("elsewhere")).eml_folder == Path("elsewhere")


def test_a_slash_at_the_end_of_the_public_address_is_dropped() -> None:
    assert MailSettings(**SERVER).public_url == "https://segue.example.org"


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"mail_host": "mail.example.org"}, "set SEGUE_MAIL_FROM and SEGUE_PUBLIC_URL"),
        ({**SERVER, "mail_user": "a"}, "set SEGUE_MAIL_PASSWORD"),
        ({**SERVER, "mail_user": "a", "mail_password": "b", "mail_tls": "none"}, "use starttls or tls"),
        ({"public_url": "segue.example.org"}, "must be like https"),
        ({"public_url": "javascript:alert(1)"}, "must be like https"),
        ({"mail_from": "nobody"}, "must be like Segue <"),
        ({"mail_tls": "maybe"}, "'starttls', 'tls' or 'none'"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_advice(wrong: dict[str, Any], advice: str) -> None:
    with pytest.raises(ValidationError, match=advice):
        MailSettings(**wrong)


def test_the_password_is_not_shown() -> None:
    chosen = MailSettings(**SERVER, mail_user="a", mail_password="a long secret")
    assert "a long secret" not in repr(chosen) + str(chosen.model_dump())
