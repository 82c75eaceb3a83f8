"""What a report costs in CPU, and how often chance makes a claim: python -m bench.report [--rounds N] [--listeners N]

Computes reports of invented listeners of the committed demo release in this process, without HTTP: `rounds` listeners
for each number of likes, a third of them liked at random and the others near a few tracks, over six months. `first` is
the first report after a start, which loads the language model and guesses titles; the others are medians of CPU time.
Cards are drawn with the bundled fonts. With --listeners, so many random listeners with 20, 50 and 200 likes over three
months are counted: any claim at all in a report is one false claim.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np

from kit.release import Rows
from kit.release_current import open_release
from kit.wire.report import Report, Voice
from services.report import taste_report
from services.report.card.facts import content
from services.report.card.layout import Ground, Size, svg
from services.report.card.rasteriser import png
from services.report.catalogue import Catalogue
from services.report.liked_tracks import LikedTracks
from services.report.reference import CatalogueTables
from services.report.title_languages import TitleLanguages

LIKES = (20, 200, 1_000)
MONTHS = 6
RANDOM_LIKES = (20, 50, 200)
RELEASES = Path(__file__).parents[1] / "releases"


def listener(tables: CatalogueTables, likes: int, draw: np.random.Generator, at_random: bool) -> LikedTracks:
    """Likes at random, or the tracks near three of them."""
    size = tables.catalogue.size
    if at_random:
        rows: Rows = draw.choice(size, likes, replace=False)
    else:
        directions, placed = tables.catalogue.directions(np.arange(size))
        hearts = directions[draw.integers(len(placed), size=3)]
        near = np.argsort(-(directions @ hearts.T).max(axis=1))[: likes * 2]
        rows = placed[draw.permutation(near)[:likes]]
    months = [f"2026-{1 + at * MONTHS // likes:02}" for at in range(likes)]
    return LikedTracks(rows, months, likes, likes)


def report(tables: CatalogueTables, likes: LikedTracks, languages: TitleLanguages) -> Report:
    """One report, as services/report/reports.py makes it."""
    now = datetime.now(UTC)
    found = taste_report.findings(likes, tables, languages.of, now)
    made = taste_report.report(likes, tables, found, "all", Voice.PLAIN, UUID(int=1), now)
    made.model_dump_json()
    return made


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU time of one call in this process."""
    started = time.process_time()
    work()
    return 1e3 * (time.process_time() - started)


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--listeners", type=int, default=0)
    chosen = options.parse_args()
    rounds = chosen.rounds
    [folder] = RELEASES.glob("demo-*")
    started = time.process_time()
    tables = CatalogueTables.of(Catalogue.of(open_release(RELEASES, folder.name)))
    print(f"statistics of {tables.catalogue.size:,} tracks: {1e3 * (time.process_time() - started):.0f} ms CPU")
    languages, draw = TitleLanguages(), np.random.default_rng(7)
    for likes in LIKES:
        listeners = [listener(tables, likes, draw, number % 3 == 0) for number in range(rounds)]
        first = cpu_ms(lambda one=listeners[0]: report(tables, one, languages))
        for one in listeners:
            report(tables, one, languages)
        times = [cpu_ms(lambda one=one: report(tables, one, languages)) for one in listeners]
        print(
            f"{likes:5} likes: first {first:.0f} ms, then {statistics.median(times):.1f} ms (at most {max(times):.1f})"
        )
    made = report(tables, listener(tables, 200, draw, False), languages)
    for size in Size:
        card = svg(content(made, None), size, Ground.PAPER)
        times = [cpu_ms(lambda card=card: png(card)) for _ in range(5)]
        print(f"{size} card as PNG: {statistics.median(times):.0f} ms")
    for likes in RANDOM_LIKES if chosen.listeners else ():
        wrong = false_claims(tables, likes, chosen.listeners)
        share = f"{100 * wrong / chosen.listeners:.1f} % of {chosen.listeners:,}"
        print(f"{likes:5} random likes: {share} reports claim something")


def false_claims(tables: CatalogueTables, likes: int, listeners: int) -> int:
    """Of so many listeners who like at random: how many get a claim."""
    draw, now, wrong = np.random.default_rng(likes), datetime.now(UTC), 0
    months = [f"2026-{1 + at * 3 // likes:02}" for at in range(likes)]
    for _ in range(listeners):
        rows = draw.choice(tables.catalogue.size, likes, replace=False)
        found = taste_report.findings(
            LikedTracks(rows, months, likes, likes), tables, lambda them: [None] * len(them), now
        )
        wrong += bool(found.claimed())
    return wrong


if __name__ == "__main__":
    main()
