"""WhisperX: hears a recording and times every word; a known transcript is aligned, not heard."""

from wordlight.alignment.calls import AlignmentAnswer, AlignmentCall, AlignmentWeights
from wordlight.alignment.differences import doubts
from wordlight.alignment.engine import AlignmentEngine
from wordlight.alignment.timing import spread_times

__all__ = [
    "AlignmentAnswer",
    "AlignmentCall",
    "AlignmentEngine",
    "AlignmentWeights",
    "doubts",
    "spread_times",
]
