"""Where this server may publish, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wordlight.errors import S3Setting
from wordlight.storage import BUCKET_NAME, TimeLimits

BUCKETS_SETTING = "WORDLIGHT_PUBLISH_BUCKETS"


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """The buckets that requests may name, and how long S3 may take.

    ``within_s`` limits the time of one narration's uploads together: none begins after it.
    """

    buckets: frozenset[str]
    limits: TimeLimits = field(default_factory=TimeLimits)
    within_s: float = 120.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> PublishSettings:
        """The settings in ``WORDLIGHT_PUBLISH_BUCKETS``: names separated by commas.

        If it is unset, there are no buckets.

        Raises:
            SetupError: One of the names is none that S3 allows for a bucket.

        >>> sorted(PublishSettings.from_environment({BUCKETS_SETTING: "films, radio"}).buckets)
        ['films', 'radio']
        """
        listed = environment.get(BUCKETS_SETTING, "").split(",")
        names = frozenset(name.strip() for name in listed if name.strip())
        for name in sorted(names):
            if not BUCKET_NAME.fullmatch(name):
                what = f"holds {name!r}, which is no bucket's name"
                raise S3Setting(BUCKETS_SETTING, what, "names of buckets with commas between")
        return cls(names)
