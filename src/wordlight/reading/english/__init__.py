"""English as it is read aloud: by rules for what people often write, else by NeMo's grammars.

``reader.read_english`` does all the reading. The tables that are exported here also help to find
sentences and labels, in scripts of any language.
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
