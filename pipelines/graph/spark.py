"""A Runner of Apache Spark: the blocks of a co-occurrence as tasks of a cluster, with the results of `threads`.

Each block is one task with the same function and the same scipy product as on this machine, and Spark returns them in
the order of the blocks, so the bits are the same. The function's arrays are sent to each executor once, as a
broadcast; workers need Segue's extra `pipelines` at the same versions. pyspark is the extra `spark` and needs Java 17.
"""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.graph.playlist_graph import Runner, threads

if TYPE_CHECKING:
    from pyspark import SparkContext

LOCAL = {  # defaults of Spark that do not fit one machine
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
UNLIMITED = "0"  # neighbours of 2.26 M tracks are 1.4 GB, above Spark's limit of 1 GB on what a job returns


class NoSpark(Exception):
    """Spark cannot be started; the message says what to do."""


@contextmanager
def runner_of(master: str) -> Iterator[Runner[Any, Any]]:
    """The Runner of a Spark master (`local[2]`, `spark://host:7077`, `k8s://...`); threads where it is empty.

    NoSpark without Java; ModuleNotFoundError without pyspark.
    """
    if not master:
        yield threads()
        return
    with _context(master) as context:
        yield lambda work, items: _run(context, work, items)


def _run(context: "SparkContext", work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    if not items:
        return []
    results: list[Any] = context.parallelize(items, len(items)).map(work).collect()
    return results


@contextmanager
def _context(master: str) -> Iterator["SparkContext"]:
    from pyspark import SparkConf, SparkContext

    if shutil.which("java") is None:
        raise NoSpark("Spark needs Java 17 and no java is in PATH: install it, or unset SEGUE_PIPELINES_SPARK")
    conf = SparkConf().setMaster(master).setAppName("segue-pipeline").set("spark.driver.maxResultSize", UNLIMITED)
    if master.startswith("local"):
        # workers of this machine import the same packages as this process
        conf.setAll([*LOCAL.items(), ("spark.executorEnv.PYTHONPATH", _import_path())])
    context = SparkContext(conf=conf)
    if master.startswith("local"):
        context.pythonExec = sys.executable
    try:
        context.setLogLevel("ERROR")
        yield context
    finally:
        context.stop()


def _import_path() -> str:
    return ":".join(str(Path(folder or ".").resolve()) for folder in sys.path)
