"""Sends the report of one month to everybody who subscribed: once a person and month, also with two runs at once.

People are read in pages and a few are served at once, so memory does not grow with them. A person whose mail fails is
recorded, and the next run of the month tries again. Log lines name people by id, never by name or address.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import UUID, uuid5

from kit import log
from kit.errors import Problem
from kit.http import ServiceClient
from kit.mail.message import CannotBeMailed, Picture, compose
from kit.mail.sending import MailFailed, Sender
from kit.wire.people import MAX_PEOPLE, MailRecipient
from kit.wire.report import Report, Voice
from services.report import share_tokens
from services.report.card.layout import Ground, Size
from services.report.monthly.letter import CARD, FEWEST_LIKES, Letters
from services.report.monthly.people import People
from services.report.monthly.recommended import suggested_tracks
from services.report.monthly.snapshot import numbers
from services.report.reports import Reports
from services.report.store import Store
from services.report.store.mails import Claim, MailState
from services.report.store.subscriptions import SubscriptionRow

PERSON_S = 60.0
"""Seconds for one person, beyond which their mail has failed; well below store.mails.LEASE."""
MOST_REFUSALS = 5
"""Mails in a row that the server does not take, after which no other is begun: the server is away, not a mailbox."""
ALREADY, GONE, LEFT = "already", "gone", "left"
"""Outcomes beside MailState: another run has or had it (or they unsubscribed); no account; not reached in time."""
Ended = tuple[MailState, str | None]
Recipients = Mapping[UUID, MailRecipient]


class MonthlyJob:
    """One run, which serves `at_once` people at a time. `clock` gives seconds since 1970."""

    def __init__(
        self,
        store: Store,
        people: People,
        recommend: ServiceClient,
        reports: Reports,
        letters: Letters,
        sender: Sender,
        sender_address: Address,
        at_once: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._people = people
        self._recommend = recommend
        self._reports = reports
        self._letters = letters
        self._sender = sender
        self._from = sender_address
        self._at_once = at_once
        self._clock = clock
        self._refusals = 0
        self._log = log.get("monthly")

    async def run(self, period: str, most_s: float) -> Counter[str]:
        """How many mails ended how; people that are not reached within `most_s` seconds are left to the next run."""
        counts: Counter[str] = Counter()
        until, after = self._clock() + most_s, None
        while page := await self._store.subscriptions.page(after, MAX_PEOPLE):
            counts += await self._page(page, period, until)
            after = page[-1].person
        return counts

    async def _page(self, page: Sequence[SubscriptionRow], period: str, until: float) -> Counter[str]:
        if self._stops(until):
            return Counter({LEFT: len(page)})
        try:
            found = await self._people.batch([row.person for row in page])
        except Problem as error:
            self._log.error("a page of people could not be read", people=len(page), reason=str(error))
            return Counter({MailState.FAILED.value: len(page)})
        counts: Counter[str] = Counter()
        rows = iter(page)  # shared: each worker takes the next person when it has ended the one before
        async with asyncio.TaskGroup() as workers:
            for _ in range(self._at_once):
                workers.create_task(self._rows(rows, found, period, until, counts))
        return counts

    async def _rows(
        self, rows: Iterator[SubscriptionRow], found: Recipients, period: str, until: float, counts: Counter[str]
    ) -> None:
        for row in rows:
            outcome = LEFT if self._stops(until) else await self._person(row, found.get(row.person), period)
            counts[outcome] += 1

    def _stops(self, until: float) -> bool:
        return self._clock() >= until or self._refusals >= MOST_REFUSALS

    async def _person(self, row: SubscriptionRow, to: MailRecipient | None, period: str) -> str:
        """Claims, delivers and records one mail; whatever fails concerns this person only."""
        if to is None:
            return GONE
        try:
            if (claim := await self._store.mails.claim(row.person, period, self._now())) is None:
                return ALREADY
            state, reason = await self._guarded(claim, row, to)
            await self._store.mails.finish(claim, state, reason, self._now())
        except Exception as error:  # the database: there is nowhere to record it
            state, reason = MailState.FAILED, _reason(error)
        if state in (MailState.FAILED, MailState.REFUSED):
            self._log.error("mail not sent", person=str(row.person), period=period, state=state, reason=reason)
        return state.value

    async def _guarded(self, claim: Claim, row: SubscriptionRow, to: MailRecipient) -> Ended:
        try:
            async with asyncio.timeout(PERSON_S):
                return await self._deliver(claim, row, to)
        except CannotBeMailed:
            return MailState.REFUSED, "no header can hold the address"
        except MailFailed as error:
            self._refusals = 0 if error.final else self._refusals + 1
            return MailState.REFUSED if error.final else MailState.FAILED, str(error)
        except Exception as error:
            return MailState.FAILED, _reason(error)

    async def _deliver(self, claim: Claim, row: SubscriptionRow, to: MailRecipient) -> Ended:
        if not to.email_verified:
            return MailState.SKIPPED, "the address is not verified"
        reader = await self._people.reader(row.person)
        report = await self._reports.report(reader, claim.period, Voice(row.voice))
        if report.n_likes < FEWEST_LIKES:
            return MailState.SKIPPED, f"{report.n_likes} new likes, {FEWEST_LIKES} are needed"
        tracks = await suggested_tracks(self._recommend, reader)
        card = await self._card(report)
        await self._store.snapshots.put(row.person, claim.period, numbers(report), self._now())
        token = share_tokens.new_token()
        letter = self._letters.write(report, to, tracks, token)
        mail_id, pictures = _mail_id(claim), [Picture(CARD, card)]
        message = compose(
            mail_id, self._from, to.email, letter.subject, letter.bodies, letter.headers, pictures, self._clock
        )
        return await self._send(row.person, token, message)

    async def _card(self, report: Report) -> bytes:
        return await self._reports.picture(await self._reports.card(report, None, Size.WIDE, Ground.PAPER))

    async def _send(self, person: UUID, token: str, message: EmailMessage) -> Ended:
        if not await self._store.subscriptions.add_token(person, share_tokens.digest(token), self._now()):
            return MailState.SKIPPED, "unsubscribed meanwhile"
        await self._sender.send(message)
        self._refusals = 0
        return MailState.SENT, None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _mail_id(claim: Claim) -> str:
    """The same at every attempt, so that a mail program shows a mail that was taken twice once; tells no person."""
    return f"monthly-{claim.period}-{uuid5(claim.person, claim.period)}"


def _reason(error: Exception) -> str:
    """For log and table: only our own problems are quoted, other texts may repeat an address."""
    return f"{type(error).__name__}: {error}" if isinstance(error, Problem) else type(error).__name__
