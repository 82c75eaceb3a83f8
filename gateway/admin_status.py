"""GET /v1/admin/status: readiness and response time of every service, and the release that serves.

It is the gateway's, because no service calls all others.
"""

import asyncio
import time
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request

from gateway.services import Services
from kit.errors import NeighbourUnavailable
from kit.identity import may
from kit.tokens import ADMIN
from kit.wire.admin import AdminStatus, ServiceState
from kit.wire.recommend_response import ReleaseSummary

router = APIRouter(prefix="/v1/admin", tags=["operations"], dependencies=[Depends(may(ADMIN))])


@router.get("/status")
async def admin_status(request: Request) -> AdminStatus:
    """Whether every service answers and how fast, and the release that serves with its counts."""
    services: Services = request.app.state.services
    release, *states = await asyncio.gather(_release(services), *(_state(services, name) for name in services.urls))
    return AdminStatus(services=states, release=release)


async def _state(services: Services, name: str) -> ServiceState:
    started = time.perf_counter()
    try:
        status, body = await services.call(name, "GET", "/health/ready")
    except NeighbourUnavailable:
        return ServiceState(name=name, status="unreachable", response_ms=None)
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    checks = _document(body).get("checks", {})
    return ServiceState(
        name=name,
        status="ready" if status == 200 else "unready",
        response_ms=milliseconds,
        checks={str(check): str(result) for check, result in checks.items()} if isinstance(checks, dict) else {},
    )


async def _release(services: Services) -> ReleaseSummary | None:
    try:
        status, body = await services.call("recommend", "GET", "/v1/releases/current")
    except NeighbourUnavailable:
        return None
    return ReleaseSummary.model_validate(_document(body)) if status == 200 else None


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
