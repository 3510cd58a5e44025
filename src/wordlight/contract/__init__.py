"""What crosses the wire: every model's tensors, once, for both ends.

Nothing else in the project spells a tensor's name. The server validates requests and renders
``config.pbtxt`` from these specs; the client builds its requests from them.
"""

from wordlight.contract._catalogue import (
    AUDIO_FORMATS,
    CAPTION,
    F5_TTS,
    KARAOKE_TAGS,
    LONGEST_REFERENCE_CHARACTERS,
    LONGEST_REFERENCE_S,
    LONGEST_VOICE_NAME,
    MODELS,
    MODES,
    NARRATE,
    NARRATE_PUBLISH,
    PRESETS,
    PROFILES,
    PUBLISH,
    REPORT_FILE,
    SHORTEST_REFERENCE_S,
    SUBTITLE_FILES,
    SUBTITLES,
    VOICES,
    WHISPERX,
)
from wordlight.contract._deployment import GPU_PRODUCTION, Deployment, Placement
from wordlight.contract._meters import SPEECH_METERS, Meter, MeterKind, SpeechMeters
from wordlight.contract._model import Batching, EnsembleSpec, ModelSpec, Spec, Step, WarmUp
from wordlight.contract._pbtxt import write_pbtxt
from wordlight.contract._render import render, warm_up_files
from wordlight.contract._tensor import Dtype, TensorSpec, Value

__all__ = [
    "AUDIO_FORMATS",
    "CAPTION",
    "F5_TTS",
    "GPU_PRODUCTION",
    "KARAOKE_TAGS",
    "LONGEST_REFERENCE_CHARACTERS",
    "LONGEST_REFERENCE_S",
    "LONGEST_VOICE_NAME",
    "MODELS",
    "MODES",
    "NARRATE",
    "NARRATE_PUBLISH",
    "PRESETS",
    "PROFILES",
    "PUBLISH",
    "REPORT_FILE",
    "SHORTEST_REFERENCE_S",
    "SPEECH_METERS",
    "SUBTITLES",
    "SUBTITLE_FILES",
    "VOICES",
    "WHISPERX",
    "Batching",
    "Deployment",
    "Dtype",
    "EnsembleSpec",
    "Meter",
    "MeterKind",
    "ModelSpec",
    "Placement",
    "Spec",
    "SpeechMeters",
    "Step",
    "TensorSpec",
    "Value",
    "WarmUp",
    "render",
    "warm_up_files",
    "write_pbtxt",
]
