"""F5-TTS: a text → chunks → utterances → sampler, a step at a time → vocoder → one waveform."""

from wordlight.speech._calls import SpeechAnswer, SpeechCall, SpeechWeights
from wordlight.speech._engine import SpeechEngine
from wordlight.speech._meters import Meters
from wordlight.speech._service import SpeechService
from wordlight.speech.checking import SpeechCheck

__all__ = [
    "Meters",
    "SpeechAnswer",
    "SpeechCall",
    "SpeechCheck",
    "SpeechEngine",
    "SpeechService",
    "SpeechWeights",
]
