"""Speech with F5-TTS: text → chunks → utterances → sampler, step by step → vocoder → waveform."""

from wordlight.speech._calls import SpeechAnswer, SpeechCall, SpeechWeights
from wordlight.speech._check import SpeechCheck
from wordlight.speech._chunks import chunk
from wordlight.speech._cpu import multiplies_bfloat16
from wordlight.speech._engine import SpeechEngine
from wordlight.speech._front_end import SpokenPhonemes
from wordlight.speech._front_ends import PhonemeFrontEnd
from wordlight.speech._loudness import QUIET_DB, WINDOW_S, loudness, sounding, trim
from wordlight.speech._phonemes import english_phonemes
from wordlight.speech._pitch import N_PITCH_STEPS, phoneme_pitches, pitch_steps, track_pitch
from wordlight.speech._prosody import ProsodyPredictor
from wordlight.speech._scripts import EnglishScripts, for_g2p
from wordlight.speech._seams import LEAD_S, join, lead_s, pauses_s, silence
from wordlight.speech._service import SpeechService

__all__ = [
    "LEAD_S",
    "N_PITCH_STEPS",
    "QUIET_DB",
    "WINDOW_S",
    "EnglishScripts",
    "PhonemeFrontEnd",
    "ProsodyPredictor",
    "SpeechAnswer",
    "SpeechCall",
    "SpeechCheck",
    "SpeechEngine",
    "SpeechService",
    "SpeechWeights",
    "SpokenPhonemes",
    "chunk",
    "english_phonemes",
    "for_g2p",
    "join",
    "lead_s",
    "loudness",
    "multiplies_bfloat16",
    "pauses_s",
    "phoneme_pitches",
    "pitch_steps",
    "silence",
    "sounding",
    "track_pitch",
    "trim",
]
