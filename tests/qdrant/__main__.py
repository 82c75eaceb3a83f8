"""Runs the stand-in until SIGTERM: python -m tests.qdrant PORT FOLDER."""

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import grpc as rpc  # type: ignore[import-untyped]
from qdrant_client import grpc

from tests.qdrant.engine import Collections
from tests.qdrant.service import CollectionsService, PointsService

MESSAGE_BYTES = 32 << 20
"""Largest message; Qdrant's default is 32 MB for requests."""


def main(port: int, folder: Path) -> None:
    """Serves the collections of the folder at port + 1."""
    collections, lock, stop = Collections(folder), Lock(), threading.Event()
    options = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.so_reuseport", 0)]
    server = rpc.server(ThreadPoolExecutor(4), options=options)
    grpc.add_CollectionsServicer_to_server(CollectionsService(collections, lock), server)
    grpc.add_PointsServicer_to_server(PointsService(collections, lock), server)
    server.add_insecure_port(f"127.0.0.1:{port + 1}")
    server.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    server.stop(grace=1).wait()
    collections.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
