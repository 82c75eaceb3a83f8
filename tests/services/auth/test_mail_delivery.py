"""Tests of delivery over a real SMTP server: other attempts after failures, what is given up, and silent logs."""

import socket
from collections.abc import AsyncIterator, Iterator

import anyio
import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from services.auth.mail_delivery import AT_ONCE, FIRST_PAUSE_S, LEASE_S, MOST_TRIES
from services.auth.mail_types import MailType
from services.auth.store.rows import MailRow
from tests.ports import free_port
from tests.services.auth.conftest import Service, Settings, running, token_of
from tests.smtp import HOST, Mailbox, smtp_server

pytestmark = pytest.mark.anyio
ADDRESS, NEW = "ann@example.org", "a new password"


@pytest.fixture
def server() -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        yield mailbox


def over_smtp(settings: Settings, port: int) -> Settings:
    chosen = {"mail_host": HOST, "mail_port": port, "mail_tls": "none", "mail_from": "Segue <segue@example.org>"}
    return settings.model_copy(update=chosen | {"public_url": "https://segue.example.org"})


@pytest.fixture
async def mailing(settings: Settings, server: Mailbox) -> AsyncIterator[Service]:
    async with running(over_smtp(settings, server.port)) as service:
        yield service


async def attempts(service: Service) -> list[int]:
    """How often each waiting mail was tried."""
    async with service.app.state.store._database.read() as connection:
        return list(await connection.scalars(text("SELECT tries FROM mails")))


async def tried(service: Service, times: int) -> None:
    """Returns once the waiting mail was tried so often and is due later."""
    waits = text("SELECT count(*) FROM mails WHERE tries = :tries AND due_at != :lease AND due_at > :now")
    with anyio.fail_after(30):
        while True:
            values = {"tries": times, "now": service.clock.now, "lease": service.clock.now + LEASE_S}
            async with service.app.state.store._database.read() as connection:
                if await connection.scalar(waits, values):
                    return
            await anyio.sleep(0.01)


def wake(service: Service) -> None:
    service.app.state.mail_delivery._added.set()


@pytest.mark.must("S0-63")
async def test_a_link_arrives_over_smtp_and_works(mailing: Service, server: Mailbox) -> None:
    await mailing.sign_up()
    await mailing.forgot()
    await mailing.queue_empty()
    [mail] = server.received
    assert (mail["From"], mail["To"]) == ("Segue <segue@example.org>", ADDRESS)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "https://segue.example.org/reset?token=" in plain.get_content()
    assert (await mailing.reset(token_of(mail), NEW)).status_code == 200
    assert not mailing.settings.eml_folder.exists()


async def test_a_mail_that_failed_is_sent_after_a_pause_with_the_same_link(mailing: Service, server: Mailbox) -> None:
    await mailing.sign_up()
    server.refusals += ["451 later", "451 later"]
    await mailing.forgot()
    await tried(mailing, 1)
    mailing.clock.now += FIRST_PAUSE_S
    wake(mailing)
    await tried(mailing, 2)
    assert server.received == []
    mailing.clock.now += 4 * FIRST_PAUSE_S
    wake(mailing)
    await mailing.queue_empty()
    assert (await mailing.reset(token_of(server.received[0]), NEW)).status_code == 200


async def test_a_mail_outlives_the_process_that_queued_it(settings: Settings, server: Mailbox) -> None:
    async with running(over_smtp(settings, free_port())) as service:
        await service.sign_up()
        await service.forgot()
        await tried(service, 1)
        clock = service.clock
    clock.now += FIRST_PAUSE_S
    async with running(over_smtp(settings, server.port), clock) as service:
        await service.queue_empty()
        assert (await service.reset(token_of(server.received[0]), NEW)).status_code == 200


async def test_a_used_link_does_not_become_good_again_by_another_attempt(mailing: Service, server: Mailbox) -> None:
    """As when the server took the mail and its answer was lost."""
    await mailing.sign_up()
    await mailing.forgot()
    await mailing.queue_empty()
    token = token_of(server.received[0])
    store = mailing.app.state.store
    async with store._database.read() as connection:
        digest, created, until = (
            await connection.execute(text("SELECT digest, created_at, expires_at FROM mailed_tokens"))
        ).one()
    assert (await mailing.reset(token, NEW)).status_code == 200
    again = MailRow(uuid7(), MailType.RESET, None, ADDRESS, ADDRESS, created, until, created)
    assert await store.mailed_tokens.issue(again, bytes(digest)) is None
    assert (await mailing.reset(token, "another password")).json()["code"] == "link_refused"


async def test_a_mail_that_comes_too_late_is_given_up(settings: Settings) -> None:
    async with running(over_smtp(settings, free_port())) as service:
        await service.sign_up()
        await service.forgot()
        await tried(service, 1)
        service.clock.now += 30 * 60
        wake(service)
        await service.queue_empty()


async def test_a_mail_is_tried_eight_times(settings: Settings, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    async with running(over_smtp(settings, free_port())) as service:
        ann = await service.sign_up()
        await ann.request("POST", "/v1/me/verification")
        for times in range(1, MOST_TRIES + 1):
            await tried(service, times)
            service.clock.now += 900
            wake(service)
        await service.queue_empty()
    logged = capfdbinary.readouterr().err.decode()
    assert logged.count("mail not sent: another attempt follows") == MOST_TRIES
    assert "too many attempts" in logged
    assert ADDRESS not in logged


async def test_a_mailbox_that_does_not_exist_is_not_tried_again(
    settings: Settings, server: Mailbox, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    server.refused_recipients[ADDRESS] = f"550 no mailbox {ADDRESS}"
    async with running(over_smtp(settings, server.port)) as service:
        await service.sign_up()
        await service.forgot()
        await service.queue_empty()
    logged = capfdbinary.readouterr().err.decode()
    assert "SMTPRecipientsRefused 550" in logged
    assert ADDRESS not in logged


async def test_the_answer_does_not_wait_for_a_mail_server_that_hangs(settings: Settings) -> None:
    with socket.create_server((HOST, 0)) as silent:
        chosen = over_smtp(settings, silent.getsockname()[1]).model_copy(update={"mail_timeout_s": 0.5})
        async with running(chosen) as service:
            await service.sign_up()
            assert (await service.forgot()).status_code == 202
            assert await attempts(service) in ([0], [1])
            await tried(service, 1)


async def test_of_two_processes_one_sends_a_mail(settings: Settings, server: Mailbox) -> None:
    chosen = over_smtp(settings, server.port)
    async with running(chosen) as one, running(chosen, one.clock) as other:
        await one.sign_up()
        for number in range(3):
            one.clock.now += 1
            await (one, other)[number % 2].forgot()
            wake(one)
            wake(other)
            await one.queue_empty()
        assert len(server.received) == 3


async def test_a_slow_server_gets_a_few_mails_at_once_and_no_more(mailing: Service, server: Mailbox) -> None:
    people = [f"p{number}@example.org" for number in range(2 * AT_ONCE)]
    for email in people:
        await mailing.sign_up(email)
    server.pause_s = 0.3
    for number, email in enumerate(people):
        await mailing.forgot(email, f"203.0.113.{number}")
    await mailing.queue_empty()
    assert sorted(mail["To"] for mail in server.received) == people
    assert 1 < server.most_at_once <= AT_ONCE
