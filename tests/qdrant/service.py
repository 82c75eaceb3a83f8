"""The gRPC services Collections and Points of Qdrant, as far as our adapters call them."""

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

import grpc as rpc  # type: ignore[import-untyped]
import qdrant_edge as q
from qdrant_client import grpc
from qdrant_client.conversions.conversion import GrpcToRest, RestToGrpc

from tests.qdrant.engine import Collections, Refused, Unknown
from tests.qdrant.queries import query_request, to_filter

Handler = Callable[[Any, Any, Any], Any]


def answered(handler: Handler) -> Handler:
    """One call at a time; what is refused is INVALID_ARGUMENT, an unknown collection NOT_FOUND."""

    @wraps(handler)
    def answer(self: Any, request: Any, context: rpc.ServicerContext) -> Any:
        try:
            with self.lock:
                return handler(self, request, context)
        except Unknown as error:
            context.abort(rpc.StatusCode.NOT_FOUND, str(error))
        except Refused as error:
            context.abort(rpc.StatusCode.INVALID_ARGUMENT, str(error))

    return answer


class CollectionsService(grpc.CollectionsServicer):
    """Collections and aliases."""

    def __init__(self, collections: Collections, lock: Lock) -> None:
        self.collections, self.lock = collections, lock

    @answered
    def Create(self, request: grpc.CreateCollection, context: Any) -> grpc.CollectionOperationResponse:
        self.collections.create(request)
        return grpc.CollectionOperationResponse(result=True)

    @answered
    def Delete(self, request: grpc.DeleteCollection, context: Any) -> grpc.CollectionOperationResponse:
        return grpc.CollectionOperationResponse(result=self.collections.delete(request.collection_name))

    @answered
    def Update(self, request: grpc.UpdateCollection, context: Any) -> grpc.CollectionOperationResponse:
        """The only change our adapters make: the indexing threshold, when the upload is done."""
        if not request.optimizers_config.HasField("indexing_threshold"):
            raise Refused("this stand-in changes nothing but the indexing threshold")
        shard = self.collections.named(request.collection_name).shard
        shard.optimize()
        shard.flush()
        return grpc.CollectionOperationResponse(result=True)

    @answered
    def Get(self, request: grpc.GetCollectionInfoRequest, context: Any) -> grpc.GetCollectionInfoResponse:
        collection = self.collections.named(request.collection_name)
        info, created = collection.shard.info(), collection.created
        config = grpc.CollectionConfig(
            params=grpc.CollectionParams(shard_number=1, vectors_config=created.vectors_config),
            hnsw_config=grpc.HnswConfigDiff(m=16, ef_construct=100, full_scan_threshold=10_000),
            optimizer_config=_optimizers(created.optimizers_config),
            wal_config=grpc.WalConfigDiff(wal_capacity_mb=32, wal_segments_ahead=0),
            metadata=created.metadata,
        )
        result = grpc.CollectionInfo(
            status=grpc.CollectionStatus.Green,
            optimizer_status=grpc.OptimizerStatus(ok=True),
            segments_count=info.segments_count,
            points_count=info.points_count,
            indexed_vectors_count=info.indexed_vectors_count,
            config=config,
        )
        return grpc.GetCollectionInfoResponse(result=result)

    @answered
    def CollectionExists(self, request: grpc.CollectionExistsRequest, context: Any) -> grpc.CollectionExistsResponse:
        found = self.collections.exists(request.collection_name)
        return grpc.CollectionExistsResponse(result=grpc.CollectionExists(exists=found))

    @answered
    def UpdateAliases(self, request: grpc.ChangeAliases, context: Any) -> grpc.CollectionOperationResponse:
        self.collections.change_aliases(request.actions)
        return grpc.CollectionOperationResponse(result=True)

    @answered
    def ListAliases(self, request: grpc.ListAliasesRequest, context: Any) -> grpc.ListAliasesResponse:
        held = self.collections.aliases.items()
        found = [grpc.AliasDescription(alias_name=alias, collection_name=name) for alias, name in held]
        return grpc.ListAliasesResponse(aliases=found)


class PointsService(grpc.PointsServicer):
    """Points of a collection."""

    def __init__(self, collections: Collections, lock: Lock) -> None:
        self.collections, self.lock = collections, lock

    @answered
    def CreateFieldIndex(self, request: grpc.CreateFieldIndexCollection, context: Any) -> grpc.PointsOperationResponse:
        params = GrpcToRest.convert_payload_schema_params(request.field_index_params)
        self.collections.named(request.collection_name).create_index(request.field_name, params)
        return _completed()

    @answered
    def Upsert(self, request: grpc.UpsertPoints, context: Any) -> grpc.PointsOperationResponse:
        points = [GrpcToRest.convert_point_struct(point) for point in request.points]
        self.collections.named(request.collection_name).upsert(points)
        return _completed()

    @answered
    def QueryBatch(self, request: grpc.QueryBatchPoints, context: Any) -> grpc.QueryBatchResponse:
        began = time.perf_counter()
        collection = self.collections.named(request.collection_name)
        wanted = [GrpcToRest.convert_query_points(one) for one in request.query_points]
        batch = q.QueryBatchRequest([query_request(collection, one) for one in wanted])
        results = [grpc.BatchResult(result=map(_scored, points)) for points in collection.shard.query_batch(batch)]
        return grpc.QueryBatchResponse(result=results, time=time.perf_counter() - began)

    @answered
    def Count(self, request: grpc.CountPoints, context: Any) -> grpc.CountResponse:
        given = GrpcToRest.convert_filter(request.filter) if request.HasField("filter") else None
        shard = self.collections.named(request.collection_name).shard
        count = shard.count(q.CountRequest(exact=request.exact, filter=to_filter(given)))
        return grpc.CountResponse(result=grpc.CountResult(count=count))

    @answered
    def Get(self, request: grpc.GetPoints, context: Any) -> grpc.GetResponse:
        spaces = GrpcToRest.convert_with_vectors_selector(request.with_vectors)
        ids = [point.num for point in request.ids]
        records = self.collections.named(request.collection_name).shard.retrieve(ids, False, spaces)
        return grpc.GetResponse(result=[_retrieved(record) for record in records])


def _optimizers(created: grpc.OptimizersConfigDiff) -> grpc.OptimizersConfigDiff:
    """What a server answers: its defaults, and what the collection was created with."""
    config = grpc.OptimizersConfigDiff(
        deleted_threshold=0.2, vacuum_min_vector_number=1000, default_segment_number=1, flush_interval_sec=5
    )
    config.MergeFrom(created)
    return config


def _scored(point: q.ScoredPoint) -> grpc.ScoredPoint:
    return grpc.ScoredPoint(id=RestToGrpc.convert_extended_point_id(int(point.id)), score=point.score)


def _retrieved(record: q.Record) -> grpc.RetrievedPoint:
    vectors = dict(record.vector or {}).items()
    named = {space: grpc.VectorOutput(dense=grpc.DenseVector(data=vector)) for space, vector in vectors}
    output = grpc.VectorsOutput(vectors=grpc.NamedVectorsOutput(vectors=named))
    return grpc.RetrievedPoint(id=RestToGrpc.convert_extended_point_id(int(record.id)), vectors=output)


def _completed() -> grpc.PointsOperationResponse:
    result = grpc.UpdateResult(operation_id=0, status=grpc.UpdateStatus.Completed)
    return grpc.PointsOperationResponse(result=result)
