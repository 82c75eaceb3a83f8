"""What report keeps of a person, as sections of the export of their data. Digests of tokens are not in it."""

from kit.jobs import jobs
from kit.personal_data import Section
from services.report.store import schema

FEW = 10
"""Rows of a page whose rows are whole reports."""
SECTIONS = (
    Section(
        "shared_reports",
        "Reports behind share links.",
        schema.shares,
        ["id"],
        {
            "id": "the link's id",
            "period": "the time that the report is about",
            "name": "the name that it shows, null = none",
            "created_at": "when it was shared",
            "report": "the report as it was then",
            "schema_version": "the version of the report's form",
        },
        rows=FEW,
    ),
    Section(
        "subscription",
        "The monthly mail, if you asked for it.",
        schema.subscriptions,
        ["person"],
        {"voice": "plain or playful", "created_at": "since when"},
    ),
    Section(
        "mails",
        "Monthly mails: one line a month. Addresses and contents are not kept.",
        schema.mails,
        ["period"],
        {
            "period": "the month",
            "state": "claimed, sent, skipped, failed or refused",
            "reason": "why it was not sent",
            "tries": "attempts",
            "changed_at": "when it last changed",
        },
    ),
    Section(
        "unsubscribe_links",
        "Links in mails that end them; of each a digest is kept, which is not in this export.",
        schema.unsubscribe_tokens,
        ["digest"],
        {"created_at": "when the mail was made"},
    ),
    Section(
        "report_snapshots",
        "Numbers of each month's report, for comparisons over months.",
        schema.snapshots,
        ["period"],
        {"period": "the month", "taken_at": "when they were computed", "numbers": "counts, medians and shares"},
    ),
    Section(
        "exports",
        "Exports of your data, this one among them.",
        schema.exports,
        ["id"],
        {"id": "the export's id", "created_at": "when it was asked for"},
    ),
    Section(
        "report_jobs",
        "Background work of the last 30 days.",
        jobs,
        ["id"],
        {
            "id": "the job's id",
            "job_type": "what it did",
            "status": "queued, running, done, failed or cancelled",
            "progress": "how far it came",
            "detail": "why it failed",
            "attempts": "how often it was tried",
            "created_at": "when it was added",
            "changed_at": "when it last changed",
        },
    ),
)
