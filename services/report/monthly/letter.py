"""Writes the monthly mail: the month's headlines, the card with its words as text alternative, and tracks to hear.

The subject holds the month and nothing else, so neither a name nor a title can reach a header.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from kit.mail.message import Bodies
from kit.mail.pages import Pages
from kit.wire.people import MailRecipient
from kit.wire.report import Headline, Report
from services.report import period as periods
from services.report.card.facts import content

TEMPLATES = Path(__file__).parent / "templates"
CARD = "taste-card"
UNSUBSCRIBE = "/v1/report/unsubscribe?token="
FEWEST_LIKES = 5
WEEKLY = "Three lists of yours are new each Monday"
POST = "List-Unsubscribe=One-Click"
COUNTED = {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five"}


class SuggestedTrack(NamedTuple):
    """A recommended track as the mail shows it."""

    id: str
    title: str
    artists: str
    year: int | None
    reason: str


class Letter(NamedTuple):
    """Subject and content of one mail, and the headers of its one-click end (RFC 2369, RFC 8058)."""

    subject: str
    bodies: Bodies
    headers: dict[str, str]


class Letters:
    """Renders mails whose links begin with `public_url`."""

    def __init__(self, public_url: str) -> None:
        self._url = public_url
        self._host = urlsplit(public_url).netloc
        self._pages = Pages(TEMPLATES)

    def write(self, report: Report, to: MailRecipient, tracks: Sequence[SuggestedTrack], token: str) -> Letter:
        """The mail of a person's month; `token` is that of its unsubscribe link."""
        month, _, year = periods.spoken(report.period).partition(" ")
        subject, stop = f"Your {month} in songs", f"{self._url}{UNSUBSCRIBE}{token}"
        bodies = self._pages.render(
            "monthly",
            subject=subject,
            label=f"{_one_line(to.name)}, your {month} {year}",
            summary=report.summary,
            preview=_preview(report, len(tracks)),
            headlines=[_sentence(one) for one in report.headlines],
            card=CARD,
            card_text=_card_text(report),
            n_likes=report.n_likes,
            report_url=f"{self._url}/report?period={report.period}",
            tracks_title=f"{COUNTED.get(len(tracks), str(len(tracks)))} to hear next",
            tracks=[_shown(one, self._url) for one in tracks],
            weekly=WEEKLY,
            weekly_url=f"{self._url}/weekly",
            footer=f"Sent to {to.email} by the Segue at {self._host}, once a month when at least "
            f"{COUNTED[FEWEST_LIKES].lower()} songs were liked.",
            unsubscribe_url=stop,
        )
        return Letter(subject, bodies, {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": POST})


def _preview(report: Report, tracks: int) -> str:
    liked = f"{report.n_likes} {'song' if report.n_likes == 1 else 'songs'} liked."
    return f"{liked} {COUNTED.get(tracks, str(tracks))} to hear next." if tracks else liked


def _sentence(headline: Headline) -> dict[str, str]:
    """Title and text; playful texts begin with their title, which is not said twice."""
    rest = headline.text.removeprefix(f"{headline.title}: ")
    return {"title": _one_line(headline.title), "text": _one_line(rest[:1].upper() + rest[1:])}


def _card_text(report: Report) -> str:
    """What the picture says, in its order."""
    card = content(report, None)
    facts = [f"{figure} {words}" for figure, words in card.facts]
    return " ".join(_one_line(part).rstrip(".") + "." for part in (card.label, card.head, *facts, card.base))


def _shown(track: SuggestedTrack, url: str) -> dict[str, str]:
    by = _one_line(track.artists)
    return {
        "title": _one_line(track.title),
        "by": f"{by}, {track.year}" if track.year and by else by or str(track.year or ""),
        "reason": _one_line(track.reason),
        "url": f"{url}/track/{track.id}",
    }


def _one_line(text: str) -> str:
    """The text without line breaks and control characters, which would begin lines of their own in the text form."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
