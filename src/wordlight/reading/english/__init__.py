"""English as it is read aloud: rules for what people write, NeMo's grammars for the rest.

``reader.read_english`` is the whole of it. The tables here help to find sentences and labels in a
script of any language.
"""

from wordlight.reading.english._tables_calendar import DAYS, MONTHS
from wordlight.reading.english._tables_capitals import LETTERED, WORDS_IN_CAPITALS
from wordlight.reading.english._tables_places import PLACES, STREET_WORDS, STREETS
from wordlight.reading.english._tables_shortened import ABBREVIATIONS, NUMBERED, TITLES

__all__ = [
    "ABBREVIATIONS",
    "DAYS",
    "LETTERED",
    "MONTHS",
    "NUMBERED",
    "PLACES",
    "STREETS",
    "STREET_WORDS",
    "TITLES",
    "WORDS_IN_CAPITALS",
]
