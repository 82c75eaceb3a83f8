"""Chooses the content coding of a response by Accept-Encoding (RFC 9110 section 12.5.3). Pure."""

from collections.abc import Collection

IDENTITY = "identity"


def negotiated_coding(accept: str | None, held: Collection[str]) -> str:
    """The acceptable coding of `held` with the highest q-value, the first of `held` among equals; else identity.

    Identity is also returned when the header excludes everything, which the RFC allows and clients understand.
    """
    weights = _weights(accept or "")
    others = weights.get("*", 0.0)
    offered = [(coding, weights.get(coding, others)) for coding in held]
    best, weight = max(offered, key=lambda offer: offer[1], default=(IDENTITY, 0.0))
    return best if weight > 0 and weight >= weights.get(IDENTITY, 0.0) else IDENTITY


def _weights(accept: str) -> dict[str, float]:
    found = {}
    for part in accept.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        if coding:
            found[coding] = _weight(parameters)
    return found


def _weight(parameters: Collection[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
