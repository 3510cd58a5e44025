"""A narration in chunks: each is spoken, timed and captioned while the next ones are being made."""

from wordlight.streaming._calls import StreamAnswer, StreamCall
from wordlight.streaming._engine import MOST_STREAMS, StreamEngine
from wordlight.streaming._missing_words import unheard
from wordlight.streaming._models import Models

__all__ = ["MOST_STREAMS", "Models", "StreamAnswer", "StreamCall", "StreamEngine", "unheard"]
