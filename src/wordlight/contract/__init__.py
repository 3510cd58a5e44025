"""What crosses the wire: every model's tensors, defined once for server and client.

Nothing else in the project spells a tensor's name. The server validates requests and renders
``config.pbtxt`` from these specs; the client builds its requests from them.
"""

from wordlight.contract._catalogue import (
    AUDIO_FORMATS,
    F5_TTS,
    FASTEST_SPEED,
    KARAOKE_TAGS,
    LONGEST_REFERENCE_CHARACTERS,
    LONGEST_REFERENCE_S,
    LONGEST_VOICE_NAME,
    LOOKS,
    MODES,
    MOST_LEXICON_CHARACTERS,
    PROFILES,
    PUBLISH,
    REPORT_FILE,
    SHORTEST_REFERENCE_S,
    SLOWEST_SPEED,
    SUBTITLES,
    TASKS,
    VOICES,
    WHISPERX,
)
from wordlight.contract._deployment import GPU_PRODUCTION, Deployment, Placement
from wordlight.contract._ensembles import (
    CAPTION,
    CHECKS,
    NARRATE,
    NARRATE_PUBLISH,
    UNCHECKED,
)
from wordlight.contract._languages import LANGUAGE_CODE, check_language
from wordlight.contract._limits import LIMIT_FIELDS, read_limits
from wordlight.contract._meters import (
    ALIGNMENT_METERS,
    MODEL_METERS,
    SECONDS,
    SPEECH_METERS,
    STREAM_METERS,
    AlignmentMeters,
    Meter,
    MeterKind,
    ModelMeters,
    SpeechMeters,
    StreamMeters,
)
from wordlight.contract._model import EnsembleSpec, ModelSpec, Spec
from wordlight.contract._pbtxt import read_pbtxt
from wordlight.contract._render import render, warm_up_files
from wordlight.contract._resume import RESUME_VERSION, Resume
from wordlight.contract._script_fonts import (
    SCRIPT_FONTS,
    families_for,
    package_of,
    packages_for,
)
from wordlight.contract._scripts import MOMENT, is_ssml, label_pattern
from wordlight.contract._served import MODELS
from wordlight.contract._streaming import (
    CANCEL,
    LONGEST_ID,
    NARRATE_STREAM,
    ONLY_AT_THE_END,
)
from wordlight.contract._style import STYLE_FIELDS, Colour, read_style
from wordlight.contract._subtitle_formats import SUBTITLE_FORMATS, SubtitleFormat, SubtitleTexts
from wordlight.contract._tensor import Dtype, TensorSpec, Value
from wordlight.contract._together import (
    check_count,
    check_custom,
    check_reference_length,
    check_script,
    check_source,
    check_together,
)

__all__ = [
    "ALIGNMENT_METERS",
    "AUDIO_FORMATS",
    "CANCEL",
    "CAPTION",
    "CHECKS",
    "F5_TTS",
    "FASTEST_SPEED",
    "GPU_PRODUCTION",
    "KARAOKE_TAGS",
    "LANGUAGE_CODE",
    "LIMIT_FIELDS",
    "LONGEST_ID",
    "LONGEST_REFERENCE_CHARACTERS",
    "LONGEST_REFERENCE_S",
    "LONGEST_VOICE_NAME",
    "LOOKS",
    "MODELS",
    "MODEL_METERS",
    "MODES",
    "MOMENT",
    "MOST_LEXICON_CHARACTERS",
    "NARRATE",
    "NARRATE_PUBLISH",
    "NARRATE_STREAM",
    "ONLY_AT_THE_END",
    "PROFILES",
    "PUBLISH",
    "REPORT_FILE",
    "RESUME_VERSION",
    "SCRIPT_FONTS",
    "SECONDS",
    "SHORTEST_REFERENCE_S",
    "SLOWEST_SPEED",
    "SPEECH_METERS",
    "STREAM_METERS",
    "STYLE_FIELDS",
    "SUBTITLES",
    "SUBTITLE_FORMATS",
    "TASKS",
    "UNCHECKED",
    "VOICES",
    "WHISPERX",
    "AlignmentMeters",
    "Colour",
    "Deployment",
    "Dtype",
    "EnsembleSpec",
    "Meter",
    "MeterKind",
    "ModelMeters",
    "ModelSpec",
    "Placement",
    "Resume",
    "Spec",
    "SpeechMeters",
    "StreamMeters",
    "SubtitleFormat",
    "SubtitleTexts",
    "TensorSpec",
    "Value",
    "check_count",
    "check_custom",
    "check_language",
    "check_reference_length",
    "check_script",
    "check_source",
    "check_together",
    "families_for",
    "is_ssml",
    "label_pattern",
    "package_of",
    "packages_for",
    "read_limits",
    "read_pbtxt",
    "read_style",
    "render",
    "warm_up_files",
]
