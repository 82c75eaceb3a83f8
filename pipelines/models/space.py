"""A model as a vector space: blocks side by side in one index matrix and one query matrix, scored by inner product.

Index rows represent tracks as candidates, query rows represent them as seeds; kit.query.Pooling pools seeds into one
query vector, by the same code that serves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import orjson

from kit.query import Pooling
from kit.query_reweighting import QueryReweighting
from kit.release import Block, Release, Space, Spectrum
from pipelines.graph.playlist_graph import Rows
from pipelines.models.interface import Scores, Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One block before composition: index and query (n, d), spectrum (d,) when the query is filtered."""

    name: str
    index: Vectors
    query: Vectors
    weight: float = 1.0
    power: float = 0.0
    spectrum: Vectors | None = None
    filter: Spectrum | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TrainedSpace:
    """A trained space: row-aligned matrices, and the pooling rule with its parameters."""

    index: Vectors  # (n, D)
    query: Vectors  # (n, D)
    blocks: Sequence[Block]
    spectra: Mapping[str, Vectors]  # singular values of filtered blocks
    reweighting: QueryReweighting | None = None

    def space(self) -> Space:
        """The space as a manifest states it."""
        return Space(dim=self.index.shape[1], distance="dot", blocks=list(self.blocks))

    def rounded(self) -> "TrainedSpace":
        """The space rounded to float16, as a release stores it."""
        index, query = (m.astype(np.float16).astype(np.float32) for m in (self.index, self.query))
        return replace(self, index=index, query=query)

    def pooling(self) -> Pooling:
        """The rule that pools seeds into a query."""
        return Pooling(self.space(), self.spectra, self.reweighting)

    def scorer(self) -> "SpaceScorer":
        """A scorer with the scores of a release of this space."""
        stored = self.rounded()
        return SpaceScorer(stored.index, stored.query, stored.pooling())


def compose(parts: Sequence[Part]) -> TrainedSpace:
    """Concatenates parts in order."""
    blocks, start = [], 0
    for part in parts:
        stop = start + part.index.shape[1]
        blocks.append(
            Block(name=part.name, start=start, stop=stop, weight=part.weight, power=part.power, spectrum=part.filter)
        )
        start = stop
    return TrainedSpace(
        np.hstack([part.index for part in parts]).astype(np.float32),
        np.hstack([part.query for part in parts]).astype(np.float32),
        blocks,
        {part.name: part.spectrum for part in parts if part.spectrum is not None},
    )


@dataclass(frozen=True, slots=True, eq=False)
class SpaceScorer:
    """Pools seeds as serving does and scores every track by inner product."""

    index: Vectors
    query: Vectors
    pooling: Pooling

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        queries = np.zeros((len(seeds), self.index.shape[1]), np.float32)
        for line, rows in enumerate(seeds):
            if len(rows):
                queries[line] = self.pooling.pool(self.query[rows], np.ones(len(rows), np.float32)).vector
        scores: Scores = queries @ self.index.T
        return scores


def of_release(release: Release, space: str) -> SpaceScorer:
    """The scorer of a space of a release: its vectors and its pooling rule."""
    index, query = (np.asarray(m, np.float32) for m in (release.index_vectors(space), release.query_vectors(space)))
    return SpaceScorer(index, query, Pooling.of(release, space))


def save(space: TrainedSpace, folder: Path) -> None:
    """Writes index.npy, query.npy, one <block>.spectrum.npy per filtered block, and space.json."""
    np.save(folder / "index.npy", space.index)
    np.save(folder / "query.npy", space.query)
    for name, values in space.spectra.items():
        np.save(folder / f"{name}.spectrum.npy", values)
    described = {"blocks": [block.model_dump() for block in space.blocks], "spectra": list(space.spectra)}
    (folder / "space.json").write_bytes(orjson.dumps(described, option=orjson.OPT_INDENT_2))


def load(folder: Path, *, mapped: bool = False) -> TrainedSpace:
    """Reads the space that `save` wrote, or maps its vectors into memory."""
    described = orjson.loads((folder / "space.json").read_bytes())
    spectra = {name: np.load(folder / f"{name}.spectrum.npy", allow_pickle=False) for name in described["spectra"]}
    blocks = [Block.model_validate(block) for block in described["blocks"]]
    mode: Literal["r"] | None = "r" if mapped else None
    index, query = (np.load(folder / f"{name}.npy", mode, allow_pickle=False) for name in ("index", "query"))
    return TrainedSpace(index, query, blocks, spectra)
