"""Metrics of the gateway: what it refuses before a service is asked."""

from prometheus_client import Counter

from kit.metrics import REGISTRY

_LIMITS = Counter(
    "segue_gateway_limit_refusals", "Requests answered 429 because of a rate limit.", ["limit"], registry=REGISTRY
)
_SLOTS = Counter(
    "segue_gateway_slot_refusals",
    "Requests refused because too many were under way: all slots of a pool taken (503), or a caller's share (429).",
    ["pool", "cause"],
    registry=REGISTRY,
)
UNCOUNTED = Counter(
    "segue_gateway_uncounted_requests",
    "Requests let through uncounted while the counters of the limits did not answer.",
    registry=REGISTRY,
)
CONNECTIONS = Counter(
    "segue_gateway_connection_refusals", "Connections refused at the limit of one address.", registry=REGISTRY
)
_UNSTORED = Counter(
    "segue_gateway_unstored_answers",
    "Requests with an Idempotency-Key whose answer was not stored: full, nearly full (its body only) or unavailable.",
    ["cause"],
    registry=REGISTRY,
)


def count_limit_refusal(limit: str) -> None:
    """Counts a refusal by the name of its limit: guest, sign-in, person, key."""
    _LIMITS.labels(limit).inc()


def count_slot_refusal(pool: str, cause: str) -> None:
    """Counts a refusal for a pool of slots (kit/topology.py, gateway/routing.py)."""
    _SLOTS.labels(pool, cause).inc()


def count_unstored_response(cause: str) -> None:
    """Counts an answer that was not stored by its cause: full, nearly full, unavailable."""
    _UNSTORED.labels(cause).inc()
