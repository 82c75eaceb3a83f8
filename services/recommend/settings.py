"""Settings of recommend, read from SEGUE_RECOMMEND_*."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.release_settings import ReleaseSettings
from kit.settings import with_service_urls


@with_service_urls("recommend")
class Settings(ReleaseSettings):
    """The embedded mode by default: a shard on disk, catalog on loopback."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_RECOMMEND_", frozen=True, populate_by_name=True)

    index_url: str | None = Field(
        None,
        description="Qdrant server, as http://host:6333, with gRPC at the next port; empty = the embedded index "
        "under the data folder.",
    )
    index_api_key: str | None = Field(None, description="Key of the Qdrant server, when it asks for one.", repr=False)
    taste_wait_s: float = Field(
        0.5,
        gt=0,
        description="Longest wait for what a person likes, in seconds; then the last that is known answers, "
        "which is better than a late list.",
    )
    texts_wait_s: float = Field(
        2.0,
        gt=0,
        description="Longest wait for what the texts among the seeds mean, all of a request together, in seconds; then "
        "those found by then are the seeds and the answer says texts_unfinished.",
    )
    trending_age_s: float = Field(
        300.0,
        gt=0,
        description="Seconds between looks at what people liked and played lately, for trending tracks; while catalog "
        "is away the last look counts for three times as long, then the release alone.",
    )
    recall_probe_s: float = Field(
        300.0,
        ge=0,
        description="Seconds between measurements of the index's recall for the metrics: 8 searches as for answers "
        "and 8 exact ones, one after another; 0 = none. An exact search reads every vector.",
    )
    weekly_look_s: float = Field(
        60.0,
        gt=0,
        description="Seconds between looks for people whose weekly lists are to be made; each process of recommend "
        "makes those of a few people at a time.",
    )
    poll_s: float = Field(1.0, gt=0, description="Seconds between looks for a newly published release.")
