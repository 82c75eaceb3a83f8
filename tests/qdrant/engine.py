"""Collections over qdrant-edge: one shard each, with the request that created it, so that they outlive the process."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import qdrant_edge as q
from qdrant_client import grpc
from qdrant_client import models as m
from qdrant_client.conversions.conversion import GrpcToRest

DISTANCES = {m.Distance.DOT: q.Distance.Dot, m.Distance.COSINE: q.Distance.Cosine}
INT8 = q.ScalarQuantizationConfig(q.ScalarType.Int8, memory=q.Memory.Pinned)


class Unknown(Exception):
    """There is no collection of this name."""


class Refused(Exception):
    """The engine or this stand-in does not accept the request; the message says why."""


class Collection:
    """One shard; `created` is the request that made it."""

    def __init__(self, folder: Path, created: grpc.CreateCollection) -> None:
        self.folder = folder
        self.created = created
        self.vectors = vectors_of(created)
        directory = str(folder / "shard")
        if (folder / "shard").exists():
            self.shard = q.EdgeShard.load(directory)
            return
        (folder / "shard").mkdir(parents=True)
        (folder / "created").write_bytes(created.SerializeToString())
        optimizers = q.EdgeOptimizersConfig(default_segment_number=1)
        self.shard = q.EdgeShard.create(
            directory, q.EdgeConfig(vectors={name: _edge(one) for name, one in self.vectors.items()},
                                    optimizers=optimizers)
        )  # fmt: skip

    def check(self, space: str | None, width: int) -> None:
        """Refused for a vector that does not exist or has another width."""
        if space not in self.vectors:
            raise Refused(f"Wrong input: Not existing vector name error: {space}")
        if (size := self.vectors[space].size) != width:
            raise Refused(f"Wrong input: Vector dimension error: expected dim: {size}, got {width}")

    def create_index(self, field: str, params: Any) -> None:
        """A payload index of one of the three types that our adapters use."""
        match params:
            case m.FloatIndexParams():
                chosen: Any = q.FloatIndexParams(enable_hnsw=bool(params.enable_hnsw))
            case m.KeywordIndexParams():
                chosen = q.KeywordIndexParams(enable_hnsw=bool(params.enable_hnsw))
            case m.IntegerIndexParams():
                chosen = q.IntegerIndexParams(
                    lookup=bool(params.lookup), range=bool(params.range), enable_hnsw=bool(params.enable_hnsw)
                )
            case _:
                raise Refused(f"this stand-in has no payload index of {params!r}")
        self.shard.update(q.UpdateOperation.create_field_index(field, chosen))

    def upsert(self, points: Sequence[m.PointStruct]) -> None:
        """Adds or replaces points."""
        for point in points:
            for space, vector in dict(point.vector or {}).items():  # type: ignore[call-overload]
                self.check(space, len(vector))
        made = [q.Point(point.id, point.vector, point.payload) for point in points]
        self.shard.update(q.UpdateOperation.upsert_points(made))

    def close(self) -> None:
        """Flushes and closes the shard."""
        self.shard.flush()
        self.shard.close()


class Collections:
    """All collections and aliases of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Collection] = {}
        self._alias_file = folder / "aliases.json"
        self.aliases: dict[str, str] = orjson.loads(self._alias_file.read_bytes()) if self._alias_file.exists() else {}
        for made in folder.glob("*/created"):
            created = grpc.CreateCollection.FromString(made.read_bytes())
            self._open[created.collection_name] = Collection(made.parent, created)

    def named(self, name: str) -> Collection:
        """The collection of a name or an alias; Unknown."""
        try:
            return self._open[self.aliases.get(name, name)]
        except KeyError:
            raise Unknown(f"Not found: Collection `{name}` doesn't exist!") from None

    def exists(self, name: str) -> bool:
        """Whether there is a collection or an alias of this name."""
        return self.aliases.get(name, name) in self._open

    def create(self, created: grpc.CreateCollection) -> None:
        """Makes a collection; Refused when there is one of this name."""
        name = created.collection_name
        if name in self._open:
            raise Refused(f"Wrong input: Collection `{name}` already exists!")
        self._open[name] = Collection(self._folder / name, created)

    def delete(self, name: str) -> bool:
        """Whether there was one."""
        found = self._open.pop(name, None)
        if found:
            found.close()
            shutil.rmtree(found.folder)
        return found is not None

    def change_aliases(self, actions: Sequence[grpc.AliasOperations]) -> None:
        """All actions, or none when one of them is refused."""
        changed = dict(self.aliases)
        for action in actions:
            if action.HasField("create_alias"):
                self.named(action.create_alias.collection_name)
                changed[action.create_alias.alias_name] = action.create_alias.collection_name
            elif action.HasField("delete_alias"):
                changed.pop(action.delete_alias.alias_name, None)
            else:
                raise Refused("this stand-in cannot rename an alias")
        self.aliases = changed
        self._alias_file.write_bytes(orjson.dumps(changed))

    def close(self) -> None:
        """Closes every shard."""
        for one in self._open.values():
            one.close()


def vectors_of(created: grpc.CreateCollection) -> dict[str, m.VectorParams]:
    """The named vectors of a collection."""
    found = GrpcToRest.convert_vectors_config(created.vectors_config)
    if not isinstance(found, dict):
        raise Refused("this stand-in has named vectors only")
    return found


def _edge(params: m.VectorParams) -> q.EdgeVectorParams:
    graph = params.hnsw_config
    made = graph and q.HnswIndexConfig(
        m=graph.m, ef_construct=graph.ef_construct, full_scan_threshold=graph.full_scan_threshold
    )
    distance = DISTANCES[params.distance]
    if params.quantization_config is None:
        return q.EdgeVectorParams(params.size, distance, hnsw_config=made)
    return q.EdgeVectorParams(params.size, distance, hnsw_config=made, quantization_config=INT8, memory=q.Memory.Cold)
