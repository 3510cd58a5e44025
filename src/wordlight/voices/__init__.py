"""Ready voices on the volume: the shelf, the voices' cards, and recordings that become voices."""

from wordlight.voices._cards import (
    LONGEST_CONSENT,
    LONGEST_DESCRIPTION,
    LONGEST_LICENCE,
    VoiceCard,
    card_line,
)
from wordlight.voices._recordings import Measured, as_voice, checked
from wordlight.voices._shelf import VoicesAnswer, VoicesCall, VoiceShelf
from wordlight.voices._shelving import (
    NewVoice,
    check_free,
    check_name,
    check_text,
    shelve,
    unshelve,
)
from wordlight.voices._sources import read_recording

__all__ = [
    "LONGEST_CONSENT",
    "LONGEST_DESCRIPTION",
    "LONGEST_LICENCE",
    "Measured",
    "NewVoice",
    "VoiceCard",
    "VoiceShelf",
    "VoicesAnswer",
    "VoicesCall",
    "as_voice",
    "card_line",
    "check_free",
    "check_name",
    "check_text",
    "checked",
    "read_recording",
    "shelve",
    "unshelve",
]
