"""WhisperX: times every word of a recording, whose transcript is given or else transcribed."""

from wordlight.alignment._calibration import Calibration, evidence, features
from wordlight.alignment._calls import AlignmentAnswer, AlignmentCall, AlignmentWeights
from wordlight.alignment._differences import doubts
from wordlight.alignment._engine import AlignmentEngine
from wordlight.alignment._frames import SAMPLE_RATE_HZ, FrameGrid
from wordlight.alignment._letters import Recognition
from wordlight.alignment._libraries import quiet_libraries
from wordlight.alignment._loudness import frame_levels_db
from wordlight.alignment._spelling import Alphabet, spell_words
from wordlight.alignment._timing import spread_times
from wordlight.alignment._viterbi import align_tokens

__all__ = [
    "SAMPLE_RATE_HZ",
    "AlignmentAnswer",
    "AlignmentCall",
    "AlignmentEngine",
    "AlignmentWeights",
    "Alphabet",
    "Calibration",
    "FrameGrid",
    "Recognition",
    "align_tokens",
    "doubts",
    "evidence",
    "features",
    "frame_levels_db",
    "quiet_libraries",
    "spell_words",
    "spread_times",
]
