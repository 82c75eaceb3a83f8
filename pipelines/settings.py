"""Settings of the pipelines, read from SEGUE_PIPELINES_*."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The device of the training."""

    model_config = SettingsConfigDict(env_prefix="SEGUE_PIPELINES_", extra="ignore", frozen=True)

    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="What trains: cuda, cpu, or auto = cuda when torch sees a GPU."
    )
