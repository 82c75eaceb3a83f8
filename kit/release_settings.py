"""Settings of those who open releases: where the store of releases is, if there is one."""

from pydantic import Field, SecretStr

from kit.release_bucket import BucketSettings
from kit.settings import CommonSettings


class ReleaseSettings(CommonSettings):
    """By default releases lie in the data folder and there is no store."""

    releases_url: str | None = Field(
        None,
        pattern=r"^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?)?$",
        description="S3-compatible store of releases, as s3://bucket/folder: publish writes to it, services fetch the "
        "current release from it into the data folder, which then must be theirs to write. Needs the extra bucket. "
        "Empty = releases lie in the data folder alone.",
        validation_alias="SEGUE_RELEASES_URL",
    )
    releases_endpoint: str | None = Field(
        None,
        pattern=r"^(https?://[^/?#\s]+/?)?$",
        description="Address of the store's server, as https://minio.example.org:9000; empty = Amazon's of the region.",
        validation_alias="SEGUE_RELEASES_ENDPOINT",
    )
    releases_region: str = Field(
        "us-east-1", description="Region of the bucket.", validation_alias="SEGUE_RELEASES_REGION"
    )
    releases_access_key: str | None = Field(
        None,
        description="Id of the key of the store; empty = keys as the AWS programs find them (AWS_ACCESS_KEY_ID, a web "
        "identity, the instance's role).",
        repr=False,
        validation_alias="SEGUE_RELEASES_ACCESS_KEY",
    )
    releases_secret_key: SecretStr | None = Field(
        None, description="The key itself.", validation_alias="SEGUE_RELEASES_SECRET_KEY"
    )
    releases_poll_s: float = Field(
        10.0,
        gt=0,
        description="Seconds between looks at the store for a newly published release.",
        validation_alias="SEGUE_RELEASES_POLL_S",
    )

    @property
    def bucket(self) -> BucketSettings | None:
        """The store, None where there is none."""
        if not self.releases_url:
            return None
        secret = self.releases_secret_key.get_secret_value() if self.releases_secret_key else None
        endpoint = (self.releases_endpoint or "").rstrip("/") or None
        return BucketSettings(self.releases_url, endpoint, self.releases_region, self.releases_access_key, secret)
