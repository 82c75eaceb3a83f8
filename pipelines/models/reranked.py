"""Fused and what held-out playlists teach about asking it (pipelines/lessons.py).

`emphasised` is one lookup whose query weighs its bands by what the seeds are like (kit/emphasis.py); `reranked` then
puts the first candidates into the order of kit/ranker.py. as_served.py asks them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kit import emphasis as kit_emphasis
from kit import ranker as kit_ranker
from kit.emphasis import Emphasis
from kit.ranker import Ranker, names
from kit.release import Block
from pipelines import emphasis as emphases
from pipelines import lessons
from pipelines import ranker as rankers
from pipelines.emphasis import EmphasisSettings
from pipelines.graph import Graph, Rows
from pipelines.lessons import LessonSettings, Lookup, Mask, Question
from pipelines.models.as_served import RerankedScorer
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, Progress
from pipelines.models.space import SpaceScorer
from pipelines.ranker import RankerSettings


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What was learned about asking a space; None where it was not worth having."""

    emphasis: Emphasis | None = None
    ranker: Ranker | None = None

    def of(self, blocks: Sequence[Block]) -> "Taught":
        """What of it goes for a space of these blocks, learned by the same recipe from other playlists."""
        emphasis = emphases.carried(self.emphasis, blocks) if self.emphasis else None
        return Taught(emphasis, self.ranker if self.ranker and self.ranker.fits(blocks) else None)

    def save(self, folder: Path) -> None:
        """Writes what there is, as a release holds it."""
        if self.emphasis:
            self.emphasis.save(folder / kit_emphasis.FILE)
        if self.ranker:
            self.ranker.save(folder / kit_ranker.FILE)

    @classmethod
    def load(cls, folder: Path) -> "Taught":
        """What `save` wrote."""
        emphasis, ranker = folder / kit_emphasis.FILE, folder / kit_ranker.FILE
        return cls(
            Emphasis.load(emphasis) if emphasis.exists() else None, Ranker.load(ranker) if ranker.exists() else None
        )


@dataclass(frozen=True, slots=True, eq=False)
class School:
    """A space that has not seen some playlists: most of these ask it, the others judge what was learned.

    common (n,): the songs that every other question is about.
    """

    lookup: Lookup
    asking: Sequence[Rows]
    judging: Sequence[Rows]
    common: Mask
    settings: LessonSettings

    def questions(self, first: int = 0) -> tuple[list[Question], list[Question]]:
        """Of those who ask and of those who judge; the `first` to a playlist ask with its first songs."""
        asking, judging = (
            list(lessons.questions(held, self.common, self.settings, first)) for held in (self.asking, self.judging)
        )
        return asking, judging


@dataclass(frozen=True, slots=True)
class Reranked:
    """The settings of the space, of the lessons, and of what is learned from them."""

    fused: Fused = field(default_factory=Fused)
    lessons: LessonSettings = field(default_factory=LessonSettings)
    emphasis: EmphasisSettings = field(default_factory=EmphasisSettings)
    ranker: RankerSettings = field(default_factory=RankerSettings)
    name: str = "reranked"

    @classmethod
    def seeded(cls, seed: int, fused: Fused | None = None) -> "Reranked":
        """The defaults with another seed."""
        settings = (LessonSettings(seed=seed), EmphasisSettings(seed=seed), RankerSettings(seed=seed))
        return cls(fused or Fused.seeded(seed), *settings)

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> RerankedScorer:
        learned = self.fused.train(graph, artists, progress)
        taught = self.train(graph, artists, progress).of(learned.blocks)
        return RerankedScorer(Lookup.of(graph, artists, replace(learned, emphasis=taught.emphasis)), taught.ranker)

    def train(self, graph: Graph, artists: Artists, progress: Progress, ranking: bool = True) -> Taught:
        """What playlists teach that the space which answers them has not seen.

        Nothing when they are too few, or where others of them do not show it to be better.
        """
        school = self.school(graph, artists, progress)
        if school is None:
            return Taught()
        emphasis = self.learn_emphasis(school, progress)
        if emphasis:
            school = replace(school, lookup=school.lookup.emphasising(emphasis))
        return Taught(emphasis, self.learn_ranker(school, progress) if ranking else None)

    def school(self, graph: Graph, artists: Artists, progress: Progress) -> School | None:
        """A space without some playlists, and what those ask it; None when they are too few."""
        rest, held = lessons.held_out(graph, self.lessons)
        if min(rest.matrix.shape) < 2 or not held:
            return None
        lookup = Lookup.of(rest, artists, self.fused.train(rest, artists, progress))
        progress(f"{len(held)} playlists ask a space that does not know them")
        judges, common = round(self.lessons.judging * len(held)), rest.occurrences >= self.lessons.common
        return School(lookup, held[judges:], held[:judges], common, self.lessons)

    def learn_emphasis(self, school: School, progress: Progress) -> Emphasis | None:
        """The emphasis, None when the judging questions do not show it to be better."""
        taught, judged = (emphases.parts(school.lookup, part, self.emphasis) for part in school.questions())
        found = emphases.fit(taught, school.lookup.space.blocks, self.emphasis, progress)
        return found if found and emphases.gain(found, judged) > 0 else None

    def learn_ranker(self, school: School, progress: Progress) -> Ranker | None:
        """The ranker, None when the judging questions do not show it to be better.

        The first songs of a playlist are its commonest, so that the ranker is asked with those too; the emphasis is
        better without (docs/experiments.md).
        """
        taught, judged = (rankers.lessons(school.lookup, part) for part in school.questions(self.lessons.first))
        found = rankers.fit(taught, names(school.lookup.space.blocks), self.ranker, progress)
        return found if found and rankers.gain(found, judged) > 0 else None


@dataclass(frozen=True, slots=True)
class Emphasised:
    """One lookup: the space with the emphasis."""

    whole: Reranked = field(default_factory=Reranked)
    name: str = "emphasised"

    @classmethod
    def seeded(cls, seed: int) -> "Emphasised":
        """The defaults with another seed."""
        return cls(Reranked.seeded(seed))

    def settings(self) -> dict[str, Any]:
        kept = ("fused", "lessons", "emphasis")
        return {"name": self.name} | {name: said for name, said in self.whole.settings().items() if name in kept}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:
        learned = self.whole.fused.train(graph, artists, progress)
        taught = self.whole.train(graph, artists, progress, ranking=False).of(learned.blocks)
        return replace(learned, emphasis=taught.emphasis).scorer()
