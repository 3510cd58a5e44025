"""Every served model."""

from __future__ import annotations

from wordlight.contract._catalogue import F5_TTS, PUBLISH, SUBTITLES, VOICES, WHISPERX
from wordlight.contract._ensembles import CAPTION, CHECKS, NARRATE, NARRATE_PUBLISH
from wordlight.contract._model import EnsembleSpec, ModelSpec
from wordlight.contract._streaming import CANCEL, NARRATE_STREAM

MODELS: tuple[ModelSpec | EnsembleSpec, ...] = (
    F5_TTS,
    WHISPERX,
    SUBTITLES,
    VOICES,
    PUBLISH,
    CHECKS,
    CANCEL,
    NARRATE_STREAM,
    NARRATE,
    CAPTION,
    NARRATE_PUBLISH,
)
"""Every served model, engines first."""
