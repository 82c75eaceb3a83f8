"""Tests of sending: over SMTP against a real aiosmtpd server, and into a folder."""

import stat
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from kit.mail.message import Bodies, compose
from kit.mail.sending import DAY_S, FolderSender, MailFailed, SmtpSender, sender
from kit.mail.settings import MailSettings
from tests.ports import free_port
from tests.smtp import HOST, certificate, smtp_server

pytestmark = pytest.mark.anyio
SENDER = Address("Segue", addr_spec="segue@example.org")


def message(to: str = "ann@example.org", mail_id: str = "reset-1") -> EmailMessage:
    return compose(mail_id, SENDER, to, "A subject", Bodies("the text\n", "<p>the text</p>"))


def settings(port: int, **more: Any) -> MailSettings:
    given = {"mail_host": HOST, "mail_port": port, "mail_from": "segue@example.org", "mail_timeout_s": 10, **more}
    return MailSettings(**{"mail_tls": "none", "public_url": "https://segue.example.org", **given})


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_message_is_sent_with_its_sender_and_recipient() -> None:
    with smtp_server() as server:
        await sender(settings(server.port)).send(message())
    assert server.envelopes == [("segue@example.org", ["ann@example.org"])]
    assert server.received[0]["Subject"] == "A subject"


async def test_starttls_encrypts_before_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    chosen = {"mail_tls": "starttls", "mail_user": "segue", "mail_password": "right"}
    with smtp_server(tls_context=made.context, require_starttls=True, login=True) as server:
        await SmtpSender(settings(server.port, **chosen)).send(message())
    assert server.logins == [(b"segue", b"right")]
    assert len(server.received) == 1


async def test_a_certificate_that_is_not_trusted_ends_the_attempt(tmp_path: Path) -> None:
    with smtp_server(tls_context=certificate(tmp_path).context) as server, pytest.raises(MailFailed) as failed:
        await SmtpSender(settings(server.port, mail_tls="starttls")).send(message())
    assert (failed.value.final, server.received) == (False, [])


async def test_starttls_does_not_fall_back_to_plain_text() -> None:
    with smtp_server() as server, pytest.raises(MailFailed):
        await SmtpSender(settings(server.port, mail_tls="starttls")).send(message())
    assert server.received == []


async def test_tls_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    with smtp_server(ssl_context=made.context) as server:
        await SmtpSender(settings(server.port, mail_tls="tls")).send(message())
    assert len(server.received) == 1


async def test_a_wrong_password_may_be_tried_again_and_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    chosen = {"mail_tls": "starttls", "mail_user": "segue", "mail_password": "wrong-one"}
    with smtp_server(tls_context=made.context, require_starttls=True, login=True) as server:
        sending = SmtpSender(settings(server.port, **chosen))
        with pytest.raises(MailFailed) as failed:
            await sending.send(message())
    assert (failed.value.final, str(failed.value)) == (False, "SMTPAuthenticationError 535")


@pytest.mark.parametrize(
    ("answer", "final", "named"),
    [
        ("451 try ann@example.org later", False, "SMTPDataError 451"),
        ("554 no ann@example.org", True, "SMTPDataError 554"),
    ],
)
async def test_a_refused_message_is_final_only_with_a_permanent_code(answer: str, final: bool, named: str) -> None:
    with smtp_server() as server:
        server.refusals.append(answer)
        with pytest.raises(MailFailed) as failed:
            await SmtpSender(settings(server.port)).send(message())
    assert (failed.value.final, str(failed.value)) == (final, named)


@pytest.mark.parametrize(("code", "final"), [("450 busy", False), ("550 nobody", True)])
async def test_a_refused_recipient_is_final_only_with_a_permanent_code(code: str, final: bool) -> None:
    with smtp_server() as server:
        server.refused_recipients["ann@example.org"] = code
        with pytest.raises(MailFailed) as failed:
            await SmtpSender(settings(server.port)).send(message())
    assert failed.value.final is final
    assert "ann" not in str(failed.value)


async def test_a_server_that_is_away_may_be_tried_again() -> None:
    with pytest.raises(MailFailed) as failed:
        await SmtpSender(settings(free_port())).send(message())
    assert not failed.value.final


async def test_without_a_server_a_message_is_a_file_for_its_owner_only(tmp_path: Path) -> None:
    chosen = MailSettings(data=tmp_path)
    await sender(chosen).send(message())
    [file] = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.name.endswith("-reset-1.eml")
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == "ann@example.org"


async def test_another_attempt_at_a_message_writes_no_second_file(tmp_path: Path) -> None:
    folder = FolderSender(tmp_path / "mail", 10, DAY_S, lambda: 1000.0)
    for _ in range(2):
        await folder.send(message())
    assert len(list((tmp_path / "mail").iterdir())) == 1


async def test_the_oldest_files_are_deleted_by_number_and_by_age(tmp_path: Path) -> None:
    now = 1_800_000_000.0
    folder = FolderSender(tmp_path, 3, DAY_S, lambda: now)
    for number in range(5):
        now += 1
        await folder.send(message(mail_id=f"mail-{number}"))
    assert sorted(file.name[-10:] for file in files(tmp_path)) == [f"mail-{n}.eml" for n in (2, 3, 4)]
    now += DAY_S + 1
    await folder.send(message(mail_id="mail-9"))
    assert [file.name[-10:] for file in files(tmp_path)] == ["mail-9.eml"]


async def test_a_folder_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(MailFailed) as failed:
        await FolderSender(tmp_path / "mail", 3, DAY_S).send(message())
    assert not failed.value.final
