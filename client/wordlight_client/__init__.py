"""Wordlight from Python: narrate a script, time a recording's words, set subtitles.

    from wordlight_client import Client

    with Client("localhost:8001") as client:
        narration = client.narrate("Hello there, how are you?", seed=1)
        narration.save("out")

``AsyncClient`` has the same methods to await. Errors are those of ``wordlight.errors``.
"""

from wordlight.audio import Clip
from wordlight.words import Origin, Word
from wordlight_client._async_client import AsyncClient
from wordlight_client._calls import (
    CaptionOptions,
    NarrateOptions,
    PublishOptions,
    SpeakOptions,
    SubtitleOptions,
    TimedOptions,
)
from wordlight_client._client import Client
from wordlight_client._results import (
    Alignment,
    Captioning,
    Narration,
    Publication,
    PublishedFile,
    ReadyVoice,
    Speech,
    Subtitles,
)

__all__ = [
    "Alignment",
    "AsyncClient",
    "CaptionOptions",
    "Captioning",
    "Client",
    "Clip",
    "NarrateOptions",
    "Narration",
    "Origin",
    "Publication",
    "PublishOptions",
    "PublishedFile",
    "ReadyVoice",
    "SpeakOptions",
    "Speech",
    "SubtitleOptions",
    "Subtitles",
    "TimedOptions",
    "Word",
]
