"""Tests of recommend's metrics: time by stage, degraded answers by cause, age of the release."""

from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kit.release_current import current_version, open_release
from tests import worlds
from tests.services.recommend.people import House, house
from tests.services.recommend.test_person import AMBER

pytestmark = pytest.mark.anyio
STAGES = {"profile", "seeds", "retrieval", "reranking", "ranking", "reasons", "response"}


async def samples(home: House) -> dict[tuple[str, str], float]:
    """(Name, value of its first label) -> value."""
    recommend: httpx2.AsyncClient = home.recommends[0]
    families = text_string_to_metric_families((await recommend.get("/metrics")).text)
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in families
        for sample in family.samples
    }


async def test_every_stage_is_timed_and_degraded_answers_are_counted_by_cause(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path) as home:
        person = home.person()
        await person.record("like", *AMBER)
        before = await samples(home)
        await person.gets()
        await person.posts(seeds=[{"track": worlds.track_id(0)}])
        after = await samples(home)
        counted = "segue_recommend_stage_duration_seconds_count"
        assert {stage for name, stage in after if name == counted} == STAGES
        assert all(after[counted, stage] > before[counted, stage] for stage in STAGES)

        degraded = "segue_recommend_degraded_answers_total"
        home.wire.cut = True
        cause = (await person.gets())["degraded"]
        assert cause
        assert (await samples(home))[degraded, cause] == before.get((degraded, cause), 0) + 1


async def test_the_release_served_is_dated_by_its_manifest(published: Path, tmp_path: Path) -> None:
    version = current_version(published / "releases")
    assert version
    made = open_release(published / "releases", version).manifest.created_at
    async with house(published, tmp_path) as home:
        shown = (await samples(home))["segue_release_created_timestamp_seconds", ""]
    assert shown == pytest.approx(datetime.fromisoformat(made).timestamp())
