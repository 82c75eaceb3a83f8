"""Tests of the monthly mail's job against a real SMTP server: what is sent, once, and what happens on a failure."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest

from kit import log
from kit.errors import NoRelease
from kit.release_current import CURRENT
from services.report.monthly import __main__ as command
from services.report.monthly.job import MOST_REFUSALS
from services.report.period import previous_month
from services.report.settings import Settings
from services.report.share_tokens import digest
from services.report.store import Store
from services.report.store.mails import MailState
from services.report.store.subscriptions import SubscriptionRow
from tests.gateway.servers import logged
from tests.services.report.conftest import SERVICE_KEY, Accounts
from tests.services.report.listeners import TODAY, LikesOfCatalog, demo, of_genre
from tests.smtp import HOST, Mailbox, smtp_server
from tests.tokens import Issuer
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
MONTH = f"{TODAY:%Y-%m}"
ANN, BEN, EVE = uuid4(), uuid4(), uuid4()
ADDRESS = {ANN: "ann@example.org", BEN: "ben@example.org", EVE: "eve@example.org"}
URL = "https://segue.example.org"


class RecommendStub:
    """Stands in for recommend: the tracks of a few rows, with what it was asked."""

    def __init__(self) -> None:
        self.queried: list[httpx2.Request] = []
        self.failing: set[int] = set()  # numbers of the requests that fail, from 0
        self.degraded: str | None = None

    def _item(self, row: int) -> dict[str, object]:
        track = demo().catalogue.track(row)
        artists = [{"id": track.id, "name": name} for name in track.artists]
        shown = {"id": track.id, "title": track.title, "artists": artists, "year": track.year}
        reason = {"text": "with <b>Violet</b> in 12 playlists"}
        return {"track": shown, "score": 1.0, "reason": reason}

    @property
    def transport(self) -> httpx2.MockTransport:
        def answer(request: httpx2.Request) -> httpx2.Response:
            self.queried.append(request)
            if len(self.queried) - 1 in self.failing:
                return httpx2.Response(500, json={"detail": "broken"})
            count = int(request.url.params["limit"])
            body = {"tracks": [self._item(1000 + row) for row in range(count)], "release": "demo"}
            pool = {"release": 5000, "candidates": 100}
            return httpx2.Response(200, json=body | {"pool": pool, "degraded": self.degraded})

        return httpx2.MockTransport(answer)


class Job:
    """The command's work with stand-ins for the services that it asks, a real database and a real SMTP server."""

    def __init__(self, settings: Settings, library: LikesOfCatalog, accounts: Accounts, mailbox: Mailbox) -> None:
        self.settings, self.library, self.accounts, self.mailbox = settings, library, accounts, mailbox
        self.recommend = RecommendStub()
        self.store = Store(settings.database)

    async def subscribe(self, *people: UUID, voice: str = "plain") -> None:
        for person in people:
            self.accounts.add(person, ADDRESS[person], "Ann Ländgren")
            await self.store.subscriptions.put(SubscriptionRow(person, voice, datetime.now(UTC)))

    async def run(self, most_s: float = 60.0) -> Counter[str]:
        transports = {"auth": self.accounts, "catalog": self.library, "recommend": self.recommend}
        wires = {name: TransportWire(one.transport) for name, one in transports.items()}
        return await command.send(self.settings, MONTH, most_s, wires)

    def received(self, person: UUID = ANN) -> list[EmailMessage]:
        return [message for message in self.mailbox.received if message["To"] == ADDRESS[person]]


def like(library: LikesOfCatalog, count: int) -> None:
    """So many likes in the month."""
    track_ids = [demo().catalogue.release.track_id(row) for row in range(count)]
    library.like(track_ids, apart=timedelta(minutes=1))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
async def job(data: Path, library: LikesOfCatalog, accounts: Accounts, mailbox: Mailbox) -> AsyncIterator[Job]:
    settings = Settings(
        data=data,
        service_key=SERVICE_KEY,
        mail_host=HOST,
        mail_port=mailbox.port,
        mail_tls="none",
        mail_from="Segue <segue@example.org>",
        public_url=URL,
    )
    made = Job(settings, library, accounts, mailbox)
    await made.store.migrate()
    like(library, 30)
    yield made
    await made.store.close()


def part(message: EmailMessage, name: str) -> str:
    found = message.get_body((name,))
    assert found is not None
    return str(found.get_content())


async def test_a_subscriber_gets_report_card_and_five_songs(job: Job) -> None:
    await job.subscribe(ANN)
    assert await job.run() == {"sent": 1}
    [message] = job.received()
    assert message["Subject"] == "Your November in songs"
    assert message.get_content_type() == "multipart/alternative"
    text, html = part(message, "plain"), part(message, "html")
    for shown in (text, html):
        assert "Ann Ländgren, your November 2026" in shown
        assert "Five to hear next" in shown
        assert f"{URL}/report?period=2026-11" in shown
        assert "Sent to ann@example.org by the Segue at segue.example.org" in shown
        assert len(set(re.findall(rf"{URL}/track/(\w+)", shown))) == 5
    [related] = [one for one in message.walk() if one.get_content_type() == "multipart/related"]
    document, picture = related.iter_parts()
    assert (document.get_content_type(), picture.get_content_type()) == ("text/html", "image/png")
    assert picture.get_content()[:4] == b"\x89PNG"
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert picture.get_content_disposition() == "inline"
    [words] = re.findall(r'<img[^>]* alt="([^"]+)"', html)
    assert "30 songs by" in words
    assert "<svg" not in html
    assert "with &lt;b&gt;Violet&lt;/b&gt; in 12 playlists" in html
    assert "<b>Violet" not in html
    assert "with <b>Violet</b> in 12 playlists" in text


async def test_a_playful_mail_says_no_title_twice(job: Job) -> None:
    rows = of_genre("bossa nova")[:60]
    job.library.like([demo().catalogue.release.track_id(int(row)) for row in rows], apart=timedelta(minutes=1))
    await job.subscribe(ANN, voice="playful")
    await job.run()
    lines = part(job.received()[0], "plain").splitlines()
    at = lines.index("You can't leave bossa nova alone")
    assert re.fullmatch(r"\d+% of your songs are bossa nova\. In the catalogue it is \d+%\.", lines[at + 1])


async def test_only_likes_of_the_month_count_and_fewer_than_five_send_nothing(job: Job) -> None:
    await job.subscribe(ANN)
    older = [demo().catalogue.release.track_id(row) for row in range(100)]
    job.library.like(older, latest=TODAY - timedelta(days=40), apart=timedelta(minutes=1))
    recent = [(demo().catalogue.release.track_id(row), TODAY) for row in range(200, 204)]
    job.library.likes = [*recent, *job.library.likes]
    assert await job.run() == {"skipped": 1}
    assert await job.store.mails.of(ANN, MONTH) == (MailState.SKIPPED, "4 new likes, 5 are needed")
    assert job.recommend.queried == []
    assert await job.store.snapshots.of(ANN) == {}
    fifth = (demo().catalogue.release.track_id(300), TODAY)
    job.library.likes = [fifth, *job.library.likes]
    assert await job.run() == {"sent": 1}
    assert len(job.received()) == 1


async def test_a_second_run_sends_nothing(job: Job) -> None:
    await job.subscribe(ANN, BEN)
    assert await job.run() == {"sent": 2}
    assert await job.run() == {"already": 2}
    assert len(job.mailbox.received) == 2


async def test_two_runs_at_once_send_one_mail_to_each(job: Job) -> None:
    await job.subscribe(ANN, BEN, EVE)
    first, second = await asyncio.gather(job.run(), job.run())
    assert first + second == {"sent": 3, "already": 3}
    assert sorted(message["To"] for message in job.mailbox.received) == sorted(ADDRESS.values())


async def test_one_person_s_failure_stops_nobody_and_the_next_run_makes_up_for_it(job: Job) -> None:
    await job.subscribe(ANN, BEN, EVE)
    job.recommend.failing = {1}
    assert await job.run() == {"sent": 2, "failed": 1}
    assert await job.run() == {"sent": 1, "already": 2}
    assert sorted(message["To"] for message in job.mailbox.received) == sorted(ADDRESS.values())


async def test_while_auth_is_away_nobody_is_claimed_and_the_next_run_serves_them(job: Job) -> None:
    await job.subscribe(ANN, BEN)
    job.accounts.away = True
    assert await job.run() == {"failed": 2}
    assert await job.store.mails.of(ANN, MONTH) is None
    job.accounts.away = False
    assert await job.run() == {"sent": 2}


async def test_a_mail_that_the_server_defers_is_sent_by_the_next_run_under_the_same_id(job: Job) -> None:
    await job.subscribe(ANN)
    job.mailbox.refusals = ["451 later"]
    assert await job.run() == {"failed": 1}
    assert await job.store.mails.of(ANN, MONTH) == (MailState.FAILED, "SMTPDataError 451")
    assert await job.run() == {"sent": 1}
    [message] = job.received()
    assert re.fullmatch(r"<monthly-2026-11-[0-9a-f-]{36}@example.org>", message["Message-ID"])
    assert str(ANN) not in message["Message-ID"]


async def test_a_mailbox_that_is_refused_for_good_is_not_tried_again(job: Job) -> None:
    await job.subscribe(ANN, BEN)
    job.mailbox.refused_recipients = {ADDRESS[ANN]: "550 no such mailbox"}
    assert await job.run() == {"refused": 1, "sent": 1}
    assert await job.run() == {"already": 2}


async def many(job: Job, count: int) -> None:
    """So many subscribers."""
    for person in [uuid4() for _ in range(count)]:
        job.accounts.add(person, f"{person.hex}@example.org")
        await job.store.subscriptions.put(SubscriptionRow(person, "plain", datetime.now(UTC)))


async def test_a_mail_server_that_is_away_ends_the_run(job: Job) -> None:
    await many(job, MOST_REFUSALS + 2)
    job.settings = job.settings.model_copy(update={"mails_at_once": 1})
    job.mailbox.refusals = ["421 away"] * MOST_REFUSALS
    assert await job.run() == {"failed": MOST_REFUSALS, "left": 2}
    assert await job.run() == {"sent": MOST_REFUSALS + 2}


async def test_so_many_mails_at_once_as_the_setting_gives_and_a_server_that_is_away_ends_those_too(job: Job) -> None:
    at_once, people = 3, MOST_REFUSALS + 6
    await many(job, people)
    job.settings = job.settings.model_copy(update={"mails_at_once": at_once})
    job.mailbox.pause_s = 0.3
    job.mailbox.refusals = ["421 away"] * people
    counts = await job.run()
    assert MOST_REFUSALS <= counts["failed"] < MOST_REFUSALS + at_once
    assert counts["left"] == people - counts["failed"]
    job.mailbox.refusals = []
    assert await job.run() == {"sent": people}
    assert job.mailbox.most_at_once == at_once


async def test_whoever_is_not_reached_in_time_is_left_to_the_next_run(job: Job) -> None:
    await job.subscribe(ANN)
    assert await job.run(most_s=0) == {"left": 1}
    assert await job.run() == {"sent": 1}


async def test_people_who_are_gone_or_not_verified_or_unsubscribed_get_no_mail(job: Job) -> None:
    await job.subscribe(ANN, BEN, EVE)
    del job.accounts.people[str(ANN)]
    job.accounts.add(BEN, ADDRESS[BEN], verified=False)
    await job.store.subscriptions.remove(EVE)
    assert await job.run() == {"gone": 1, "skipped": 1}
    assert await job.store.mails.of(ANN, MONTH) is None
    assert await job.store.mails.of(BEN, MONTH) == (MailState.SKIPPED, "the address is not verified")
    assert job.mailbox.received == []


async def test_no_popular_tracks_stand_in_for_a_taste_that_cannot_be_read(job: Job) -> None:
    await job.subscribe(ANN)
    job.recommend.degraded = "taste_unavailable"
    assert await job.run() == {"failed": 1}
    assert job.mailbox.received == []


async def test_the_link_of_the_mail_ends_the_mails(job: Job) -> None:
    await job.subscribe(ANN)
    await job.run()
    [message] = job.received()
    [link] = re.findall(r"^<(\S+)>$", message["List-Unsubscribe"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith(f"{URL}/v1/report/unsubscribe?token=")
    assert link in part(message, "plain")
    assert link in part(message, "html")
    token = link.partition("=")[2]
    stored = b"".join(file.read_bytes() for file in job.settings.data.glob("report.db*"))
    assert digest(token) in stored
    assert token.encode() not in stored
    assert await job.store.subscriptions.unsubscribe(digest(token))
    assert await job.run() == {}


async def test_neither_a_name_nor_a_title_reaches_a_header_or_begins_a_line(job: Job) -> None:
    await job.subscribe(ANN)
    evil = "Ann\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>\u2028X"
    job.accounts.add(ANN, ADDRESS[ANN], evil)
    assert await job.run() == {"sent": 1}
    [message] = job.mailbox.received
    assert message["Bcc"] is None
    assert job.mailbox.envelopes == [("segue@example.org", [ADDRESS[ANN]])]
    assert "Ann" not in "".join(str(value) for value in message.values())
    first = part(message, "plain").splitlines()[0]
    assert first == "Ann Bcc: eve@example.org <script>alert(1)</script> X, your November 2026"
    assert "<script" not in part(message, "html")


async def test_an_address_that_no_header_can_hold_is_given_up(job: Job) -> None:
    await job.subscribe(ANN)
    job.accounts.add(ANN, "ann@example.org\r\nBcc: eve@example.org")
    assert await job.run() == {"refused": 1}
    assert await job.store.mails.of(ANN, MONTH) == (MailState.REFUSED, "no header can hold the address")


async def test_a_snapshot_keeps_numbers_and_no_track(job: Job) -> None:
    await job.subscribe(ANN)
    await job.run()
    kept = (await job.store.snapshots.of(ANN))[MONTH]
    assert (kept["n_likes"], kept["version"]) == (30, 1)
    assert set(kept["medians"]) == set(kept["superiority"])
    assert len(repr(kept)) < 3_000
    for row in range(30):
        track = demo().catalogue.track(row)
        assert track.id not in repr(kept)
        assert track.title not in kept.values()


async def test_the_job_reads_with_tokens_for_one_person_that_manage_nothing(job: Job, issuer: Issuer) -> None:
    await job.subscribe(ANN, BEN)
    await job.run()
    assert sorted(job.accounts.delegated) == sorted([str(ANN), str(BEN)])
    assert len(job.recommend.queried) == 2
    for request in (*job.recommend.queried, *job.library.queried):
        assert request.headers["authorization"].startswith("Bearer ")
        assert SERVICE_KEY not in request.headers["authorization"]


async def test_logs_name_nobody(job: Job) -> None:
    await job.subscribe(ANN, BEN)
    job.mailbox.refused_recipients = {ADDRESS[ANN]: "550 <ann@example.org> unknown"}
    with logged() as lines:
        log.configure("report")
        await job.run()
    written = "\n".join(lines)
    assert "monthly mails done" in written
    assert str(ANN) in written
    assert "example.org" not in written
    assert "Ländgren" not in written


async def test_without_a_mail_server_mails_are_files(job: Job) -> None:
    await job.subscribe(ANN)
    job.settings = Settings(data=job.settings.data, service_key=SERVICE_KEY)
    assert await job.run() == {"sent": 1}
    [file] = (job.settings.data / "mail").glob("[!.]*-monthly-2026-11-*.eml")
    assert b"\r\nList-Unsubscribe: <http://127.0.0.1:8000/v1/report/unsubscribe?token=" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_without_a_release_nothing_is_claimed(job: Job) -> None:
    await job.subscribe(ANN)
    (job.settings.data / "releases" / CURRENT).unlink()
    with pytest.raises(NoRelease):
        await job.run()
    assert await job.store.mails.of(ANN, MONTH) is None


@pytest.mark.parametrize("period", ["2026", "2026-13", "all", "2999-01", "october"])
def test_a_period_that_is_no_past_month_is_refused(period: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--period", period])
    assert ended.value.code == 2
    assert period in capsys.readouterr().err


def test_the_command_ends_with_1_where_another_run_can_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path))
    with logged() as lines:
        assert command.main(["--period", "2026-10"]) == 1
    assert "no release is read yet" in lines[-1]


@pytest.mark.parametrize(("now", "month"), [((2026, 11, 1), "2026-10"), ((2026, 1, 31), "2025-12")])
def test_the_month_of_the_mail_is_the_last_one_that_ended(now: tuple[int, int, int], month: str) -> None:
    assert previous_month(datetime(*now, tzinfo=UTC)) == month
