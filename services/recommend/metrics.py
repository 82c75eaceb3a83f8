"""Metrics of recommend: time by stage, and degraded answers by cause."""

from prometheus_client import Counter, Histogram

from kit.metrics import REGISTRY, SECONDS

_STAGE = Histogram(
    "segue_recommend_stage_duration_seconds",
    "Time of one stage of a recommendation; a stage may run several times for one answer.",
    ["stage"],
    registry=REGISTRY,
    buckets=SECONDS,
)
PROFILE = _STAGE.labels("profile")
"""The user's profile, from the cache or from catalog."""
SEEDS = _STAGE.labels("seeds")
"""Resolution of the seeds of a request."""
RETRIEVAL = _STAGE.labels("retrieval")
"""The query to the index, with the wait for other requests that share its scan."""
RERANKING = _STAGE.labels("reranking")
"""The reranker over the candidates, and the merge of several query vectors."""
RANKING = _STAGE.labels("ranking")
"""Scores by options, and diversity."""
REASONS = _STAGE.labels("reasons")
RESPONSE = _STAGE.labels("response")
"""The JSON document."""

_DEGRADED = Counter("segue_recommend_degraded_answers", "Answers marked as degraded.", ["cause"], registry=REGISTRY)


def count_degraded(cause: str | None) -> None:
    """Counts an answer with this value of `degraded`; nothing for None."""
    if cause is not None:
        _DEGRADED.labels(cause).inc()
