"""Wordlight from Python: narrate a script, time a recording's words, set subtitles.

    from wordlight_client import Client

    with Client("localhost:8001") as client:
        narration = client.narrate("Hello there, how are you?", seed=1)
        narration.save("out")

        with client.narrate_stream("Hello there, how are you?") as parts:
            for part in parts:
                print(part.start_s, [word.text for word in part.words])

``AsyncClient`` has the same methods, to be awaited. Errors are those of ``wordlight.errors``.
"""

from wordlight.audio import Clip
from wordlight.errors import CannotResume, LookUnusable, ModelMissing
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
from wordlight_client._narration_stream import AsyncNarrationStream, NarrationStream
from wordlight_client._own_looks import read_look
from wordlight_client._parts import NarrationPart
from wordlight_client._progress import Asked, Progress
from wordlight_client._results import (
    Alignment,
    Captioning,
    Narration,
    Publication,
    PublishedFile,
    Speech,
    Subtitles,
)
from wordlight_client._voices import ReadyVoice
from wordlight_client.burn import with_fonts
from wordlight_client.scripts import Cast, Prepared, dialogue, from_markdown

__all__ = [
    "Alignment",
    "Asked",
    "AsyncClient",
    "AsyncNarrationStream",
    "CannotResume",
    "CaptionOptions",
    "Captioning",
    "Cast",
    "Client",
    "Clip",
    "LookUnusable",
    "ModelMissing",
    "NarrateOptions",
    "Narration",
    "NarrationPart",
    "NarrationStream",
    "Origin",
    "Prepared",
    "Progress",
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
    "dialogue",
    "from_markdown",
    "read_look",
    "with_fonts",
]
