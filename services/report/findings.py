"""What the analyses of one report found: the sections of the report and the p-values behind their claims."""

from dataclasses import dataclass, field

from kit.wire.report import Averages
from kit.wire.report_sections import (
    Claim,
    Cluster,
    Decade,
    Diversity,
    Drift,
    Era,
    FeatureReport,
    Genres,
    KeyReport,
    Languages,
    Mainstream,
    Mood,
    Record,
    Tempo,
)
from services.report.analyses.portions import Share
from services.report.analyses.superiority import Comparison


@dataclass(frozen=True, slots=True)
class EraSplit:
    """A year that parts likes from catalogue: their shares before it, or from it on when `newer`; `recent` when that is
    within the last twenty years."""

    year: int
    share: float
    catalogue_share: float
    newer: bool
    recent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Sections as the report shows them; `sound` has a comparison and Holm's p-value by feature."""

    n: int
    n_artists: int
    features: list[FeatureReport]
    sound: dict[str, tuple[Comparison, float]]
    acoustic_lift: float | None
    era: Era
    era_comparison: Comparison | None
    era_p: float
    era_split: EraSplit | None
    nostalgic: bool
    decades: list[Decade]
    keys: list[KeyReport]
    key_shares: list[Share]
    tempo: Tempo
    tempo_band: tuple[float, float] | None  # as measured, not folded: what a filter compares with
    mood: Mood
    mood_shares: list[Share]
    diversity: Diversity
    mainstream: Mainstream
    mainstream_comparison: Comparison | None
    mainstream_p: float
    genres: Genres
    genre_shares: dict[str, Share]
    languages: Languages
    clusters: list[Cluster]
    drift: Drift
    records: list[Record]
    averages: Averages
    quartiles: dict[str, tuple[float, float]] = field(default_factory=dict)  # of the likes, by feature

    def claimed(self) -> list[str]:
        """Everything that is said to differ from the catalogue, or from month to month; empty for an all-rounder."""
        claims_by_name: dict[str, Claim] = {
            **{feature.name: feature.claim for feature in self.features},
            **{f"decade {decade.decade}": decade.claim for decade in self.decades},
            **{key.name: key.claim for key in self.keys},
            **{quadrant.name: quadrant.claim for quadrant in self.mood.shares},
            **{f"genre {name}": share.claim for name, share in self.genre_shares.items()},
            "era": self.era.claim,
            "popularity": self.mainstream.claim,
            "diversity": self.diversity.claim,
        }
        names = [name for name, claim in claims_by_name.items() if claim in (Claim.HIGHER, Claim.LOWER)]
        return [*names, "drift"] if self.drift.claim == "changed" else names
