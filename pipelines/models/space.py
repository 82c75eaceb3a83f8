"""A model as a vector space: blocks side by side in one index matrix and one query matrix, scored by inner product.

Index rows represent tracks as candidates, query rows represent them as seeds; kit.query.Pooling pools seeds into one
query vector, by the same code that serves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import orjson

from kit.query import Pooling
from kit.query_reweighting import QueryReweighting
from kit.release import Block, Release, Space, Spectrum
from pipelines.graph.playlist_graph import Rows
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.interface import Scores, Vectors
from pipelines.stage_reading import reads_stage

POPULARITY_EXPONENT = 0.2  # of query vectors of the blocks that are no spectral filter (pipelines.models.fused)


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
    """A trained space: row-aligned matrices, and the pooling rule with its parameters.

    The matrices are float16, as a release stores them: a space scores as its release does.
    """

    index: Float16Vectors  # (n, D)
    query: Float16Vectors  # (n, D)
    blocks: Sequence[Block]
    spectra: Mapping[str, Vectors]  # singular values of filtered blocks
    reweighting: QueryReweighting | None = None

    def space(self) -> Space:
        """The space as a manifest states it."""
        return Space(dim=self.index.shape[1], distance="dot", blocks=list(self.blocks))

    def pooling(self) -> Pooling:
        """The rule that pools seeds into a query."""
        return Pooling(self.space(), self.spectra, self.reweighting)

    def scorer(self) -> "SpaceScorer":
        """A scorer with the scores of a release of this space."""
        return SpaceScorer(self.index.widened(), self.query, self.pooling())


def compose(parts: Iterable[Part]) -> TrainedSpace:
    """Concatenates parts in order and rounds their values to float16. A part that nothing else holds is freed when it
    is rounded, so that a generator of parts needs memory for the space and a half and one part."""
    index: list[Float16Vectors] = []
    query: list[Float16Vectors] = []
    blocks: list[Block] = []
    spectra: dict[str, Vectors] = {}
    for part in parts:
        start = blocks[-1].stop if blocks else 0
        blocks.append(_block(part, start))
        index.append(Float16Vectors.of(part.index))
        query.append(Float16Vectors.of(part.query))
        if part.spectrum is not None:
            spectra[part.name] = part.spectrum
        del part  # else it is held while the next one is made
    return TrainedSpace(Float16Vectors.side_by_side(index), Float16Vectors.side_by_side(query), blocks, spectra)


def unit(vectors: Vectors) -> Vectors:
    """The rows (n, d) at length 1; zeros stay."""
    unit: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return unit


def _block(part: Part, start: int) -> Block:
    stop = start + part.index.shape[1]
    return Block(name=part.name, start=start, stop=stop, weight=part.weight, power=part.power, spectrum=part.filter)


@dataclass(frozen=True, slots=True, eq=False)
class SpaceScorer:
    """Pools seeds as serving does and scores every track by inner product."""

    index: Vectors  # (n, D)
    query: Float16Vectors | Vectors  # (n, D)
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
    index, query = (Float16Vectors(np.asarray(m)) for m in (release.index_vectors(space), release.query_vectors(space)))
    return SpaceScorer(index.widened(), query, Pooling.of(release, space))


def save(space: TrainedSpace, folder: Path) -> None:
    """Writes index.npy, query.npy, one <block>.spectrum.npy per filtered block, and space.json."""
    np.save(folder / "index.npy", space.index.stored)
    np.save(folder / "query.npy", space.query.stored)
    for name, values in space.spectra.items():
        np.save(folder / f"{name}.spectrum.npy", values)
    described = {"blocks": [block.model_dump() for block in space.blocks], "spectra": list(space.spectra)}
    (folder / "space.json").write_bytes(orjson.dumps(described, option=orjson.OPT_INDENT_2))


@reads_stage
def load(folder: Path, *, mapped: bool = False) -> TrainedSpace:
    """Reads the space that `save` wrote, or maps its vectors into memory. Earlier folders hold the same numbers as
    float32."""
    described = orjson.loads((folder / "space.json").read_bytes())
    spectra = {name: np.load(folder / f"{name}.spectrum.npy", allow_pickle=False) for name in described["spectra"]}
    blocks = [Block.model_validate(block) for block in described["blocks"]]
    mode: Literal["r"] | None = "r" if mapped else None
    stored = (np.load(folder / f"{name}.npy", mode, allow_pickle=False) for name in ("index", "query"))
    index, query = (Float16Vectors(np.asarray(one, np.float16)) for one in stored)
    return TrainedSpace(index, query, blocks, spectra)
