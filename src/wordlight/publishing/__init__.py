"""A narration's files put into an S3 bucket, so that addresses travel instead of audio."""

from wordlight.publishing._calls import PublishAnswer, PublishCall
from wordlight.publishing._check import PublishCheck
from wordlight.publishing._engine import PublishEngine
from wordlight.publishing._settings import PublishSettings

__all__ = ["PublishAnswer", "PublishCall", "PublishCheck", "PublishEngine", "PublishSettings"]
