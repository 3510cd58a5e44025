"""Puts a narration's files into an S3 bucket and answers with their addresses, not the audio."""

from wordlight.publishing._calls import PublishAnswer, PublishCall
from wordlight.publishing._check import PublishCheck
from wordlight.publishing._engine import PublishEngine
from wordlight.publishing._settings import PublishSettings

__all__ = ["PublishAnswer", "PublishCall", "PublishCheck", "PublishEngine", "PublishSettings"]
