"""The allow-list is read strictly."""

from __future__ import annotations

import pytest

from wordlight.errors import SetupError
from wordlight.publishing import PublishSettings


@pytest.mark.parametrize(
    ("value", "buckets"),
    [("films", {"films"}), (" films ,,radio.de", {"films", "radio.de"}), ("", set())],
)
def test_names_stand_between_commas(value: str, buckets: set[str]) -> None:
    settings = PublishSettings.from_environment({"WORDLIGHT_PUBLISH_BUCKETS": value})

    assert settings.buckets == buckets


def test_nothing_is_allowed_where_nothing_is_set() -> None:
    assert PublishSettings.from_environment({}).buckets == frozenset()


@pytest.mark.parametrize("value", ["*", "Films", "s3://films", "films/2026", "a..b"])
def test_what_is_no_bucket_is_refused_at_the_start(value: str) -> None:
    with pytest.raises(SetupError, match="WORDLIGHT_PUBLISH_BUCKETS holds"):
        PublishSettings.from_environment({"WORDLIGHT_PUBLISH_BUCKETS": f"films,{value}"})
