"""F5-TTS: a text → chunks → utterances → batched sampler → vocoder → one waveform."""

from wordlight.speech._calls import SpeechAnswer, SpeechCall, SpeechWeights
from wordlight.speech._engine import SpeechEngine
from wordlight.speech.checking import SpeechCheck

__all__ = ["SpeechAnswer", "SpeechCall", "SpeechCheck", "SpeechEngine", "SpeechWeights"]
