"""WhisperX: hears a recording and times every word; a known transcript is aligned, not heard."""

from wordlight.alignment.calls import AlignmentAnswer, AlignmentCall, AlignmentWeights
from wordlight.alignment.engine import AlignmentEngine

__all__ = ["AlignmentAnswer", "AlignmentCall", "AlignmentEngine", "AlignmentWeights"]
