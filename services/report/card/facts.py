"""What a share card says of a report: a headline, up to three facts, what it is measured against, and the strands."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.wire.report import Report
from kit.wire.report_sections import Record
from services.report import period
from services.report.analyses import claims
from services.report.card.cable import Strand

MOST_FACTS = 3
RECORDS = {"oldest": "is the oldest", "newest": "is the newest"}


@dataclass(frozen=True, slots=True)
class CardContent:
    """Texts and strands of a card. `open` is the share of the way to a first report, None once there is one."""

    label: str
    head: str
    facts: list[tuple[str, str]]
    base: str
    strands: list[Strand]
    open: float | None = None


def content(report: Report, name: str | None, facts: Sequence[str] = ()) -> CardContent:
    """The card of a report; the name only where the person chose to show it. `facts`: codes of headlines and kinds of
    records, in their order; those that the report does not have are left out, none = the strongest three."""
    when = period.spoken(report.period)
    label = f"Taste report, {when}" if when else "Taste report"
    started = report.likes_needed > 0
    return CardContent(
        label=f"{name} · {label}" if name else label,
        head=report.summary,
        facts=_facts(report, facts),
        base=_base(report),
        strands=_strands(report),
        open=report.n_in_release / claims.FEWEST if started else None,
    )


def _facts(report: Report, chosen: Sequence[str]) -> list[tuple[str, str]]:
    claimed = {one.code: (one.figure, one.caption) for one in report.headlines if one.figure and one.caption}
    counted = {"needed": (str(report.likes_needed), "more and it begins to compare.")} if report.likes_needed else {}
    recorded = {str(one.kind): _record(one) for one in report.records if one.kind in RECORDS}
    offered: dict[str, tuple[str, str]] = {**claimed, **counted, **recorded}
    kept = [offered[code] for code in dict.fromkeys(chosen) if code in offered]
    return (kept or list(offered.values()))[:MOST_FACTS]


def _record(record: Record) -> tuple[str, str]:
    artist = f" by {record.track.artists[0]}" if record.track.artists else ""
    return f"{record.value:.0f}", f"{RECORDS[record.kind]}: {record.track.title}{artist}"


def _base(report: Report) -> str:
    if report.likes_needed:
        return f"No comparison is drawn from fewer than {claims.FEWEST} songs"
    basis = f"{report.n_in_release:,} songs by {report.n_artists:,} artists"
    return f"{basis}, compared with {report.catalogue_size:,}"


def _strands(report: Report) -> list[Strand]:
    if report.clusters:
        return [Strand(one.label, one.share) for one in report.clusters]
    first = report.genres.items[0].name if report.genres.items else "mixed"
    return [Strand(first, 1.0)]
