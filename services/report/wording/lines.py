"""The form of a headline before it is chosen, and the words for figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.report.analyses.superiority import Comparison


@dataclass(frozen=True, slots=True)
class Text:
    """A short title and the sentence with the figure."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate headline.

    `family`: at most one headline of each. `strength`: effect in half widths of its interval, the order. `phrase`: a
    few words for the report's summary, or empty. `p`: the corrected p-value; None where nothing is compared.
    """

    code: str
    family: str
    strength: float
    plain: Text
    playful: Text
    evidence: str
    p: float | None = None
    phrase: str = ""
    figure: str = ""  # for the share card: "7 in 10"
    caption: str = ""  # what stands after the figure
    params: Mapping[str, Any] = field(default_factory=dict)


def in_ten(superiority: float) -> int:
    """A superiority in percent as so many songs in 10, for whichever side is larger."""
    return round(max(superiority, 100 - superiority) / 10)


def interval(found: Comparison) -> str:
    """The interval on the side of the claim, and the number of songs."""
    low, high = (found.low, found.high) if found.ps >= 50 else (100 - found.high, 100 - found.low)
    return f"Interval {low:.0f} to {high:.0f}, by {found.n} songs."


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{100 * share:.0f}%"


def times(lift: float) -> str:
    """A ratio with one decimal."""
    return f"{lift:.1f}\u00d7"
