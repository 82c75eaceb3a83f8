"""Command that sends the monthly mails and exits: `python -m services.report.monthly [--period 2026-10]`.

Exit status 0 when everybody was served, 1 when the command should be run again, 2 for a wrong argument.
"""

import argparse
import asyncio
import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from kit import log
from kit.errors import Problem
from kit.http import ServiceClient, Wire
from kit.mail.sending import sender
from kit.mail.settings import sender_of
from kit.release_downloads import ReleaseDownloads
from services.report import period as periods
from services.report.bounded_threads import BoundedThreads
from services.report.monthly.job import LEFT, MonthlyJob
from services.report.monthly.letter import Letters
from services.report.monthly.people import People
from services.report.reports import Reports
from services.report.served_catalogue import ServedCatalogue
from services.report.settings import Settings
from services.report.store import Store
from services.report.store.mails import MailState

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
AGAIN = (MailState.FAILED.value, LEFT)
"""Outcomes that another run of the same month can better."""
CALLED = ("auth", "catalog", "recommend")
Wires = dict[str, Wire]


async def send(settings: Settings, period: str, most_s: float = 3_600.0, wires: Wires | None = None) -> Counter[str]:
    """Sends the mails of a month and says how many ended how. NoRelease; tests pass wires in place of sockets."""
    store, threads = Store(settings.database), BoundedThreads(1, settings.mails_at_once)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        stack.callback(threads.close)
        if settings.migrate_at_start:
            await store.migrate()
        served = ServedCatalogue(settings.releases, settings.poll_s)
        await ReleaseDownloads(settings.bucket, settings.data, settings.releases_poll_s).look()
        await served.refresh()
        served.tables()  # without a release nothing is claimed
        urls = {name: settings.url_of(name) for name in CALLED}
        clients = {
            name: await stack.enter_async_context(ServiceClient(name, url, (wires or {}).get(name)))
            for name, url in urls.items()
        }
        job = MonthlyJob(
            store,
            People(clients["auth"], settings.shared_key(*urls.values())),
            clients["recommend"],
            Reports(clients["catalog"], served, threads, settings.likes_most),
            Letters(settings.public_url),
            sender(settings),
            sender_of(settings.mail_from),
            settings.mails_at_once,
        )
        counts = await job.run(period, most_s)
    log.get("monthly").info("monthly mails done", period=period, **counts)
    return counts


def month(text: str) -> str:
    """Checks the argument --period: a month that has begun."""
    if not MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no month: write it like 2026-10")
    limits = periods.bounds(text)
    if limits is None or limits[0] > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text} has not begun: give a month that has")
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m services.report.monthly", description=__doc__)
    parser.add_argument(
        "--period", type=month, default=periods.previous_month(datetime.now(UTC)), help="default: the month before this"
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="people not reached in it wait for the next run")
    given, settings = parser.parse_args(arguments), Settings()
    log.configure("report", settings.log_level)
    try:
        counts = asyncio.run(send(settings, given.period, given.minutes * 60))
    except Problem as error:
        log.get("monthly").error("monthly mails not sent", period=given.period, reason=str(error))
        return 1
    return 1 if any(counts[outcome] for outcome in AGAIN) else 0


if __name__ == "__main__":
    sys.exit(main())
