"""Finds the parts of a reading that a speaker can say, and prepares text for an English G2P."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Container
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from wordlight.contract import FASTEST_SPEED, SLOWEST_SPEED, is_ssml
from wordlight.errors import OutOfRange, UnsupportedText
from wordlight.reading import (
    Reading,
    Shelf,
    base_language,
    no_shelf,
    parse_lexicon,
    read_script,
)
from wordlight.reading.directions import other_brackets
from wordlight.reading.lexicon import Entry, Lexicon
from wordlight.speech._calls import SpeechCall
from wordlight.speech._phonemes import english_phonemes

logger = logging.getLogger(__name__)

LANGUAGE = "en"
SHOWN_WORDS = 5
"""The most words that a warning names."""
_LETTER_A = re.compile(r"\bA\b(?!['’])")
_QUOTES = re.compile(r"[“”\"]")
_LETTERS = {"C": "see", "I": "eye", "L": "ell", "V": "vee", "X": "ex"}
_NUMBERED = (
    r"\b((?:Chapter|Part|Act|Scene|Section|Volume|Book|Phase|Article|War|Mark|Type|Level|Stage|Class|"
    r"Grade|Bowl|Apollo|Gemini|Fantasy|Episode|Round|Rocky|Pope|King|Queen|Henry|Louis|Edward|George|"
    r"William|Charles|James|Richard|Elizabeth|Napoleon|Pius|Benedict|Leo|Paul|Ramses|Frederick|"
    r"Philip|Alexander|Nicholas|Peter|Catherine|Ivan|Umberto|Emmanuel|Gustav|Christian|Ferdinand|"
    r"chapter|part|section|volume|book|phase|article|type|level|stage|class|grade|round) )"
)
"""After these words hibari 0.2.1 takes C, I, L, V or X for a numeral. Source: its
assets/normalize.json."""
_NUMERAL = re.compile(_NUMBERED + r"([CILVX])\b(?!['’]\w)")
_NAMESAKE = re.compile(_NUMBERED + r"([CILVX]\w+)")
_TITLE = re.compile(
    r"\b(?:Ft|Gen|Gov|Sen|Rep|Capt|Col|Sgt|Cmdr|Rev|Hon|Pres|Supt|Cpl|Maj|Adm|Fr|Msgr)(?= [A-Z])"
)
"""hibari takes these for titles before a capital. Source: the same table."""
_SWALLOWS_STOP = re.compile(
    r"\b(?:Adm|Ala|Apr|Ark|Aug|Bros|Co|Colo|Conn|Corp|Dec|Del|Dr|Feb|Ga|Gen|Gov|Id|Ill|Inc|Ind|"
    r"Jan|Jr|Jul|Jun|Kan|La|Ltd|Mar|Mass|Mich|Minn|Miss|Mo|Mont|Mr|Mrs|Ms|Mt|Nov|Oct|Ore|Pa|Prof|"
    r"Rep|Rev|Sen|Sep|Sept|St|Tenn|Va|Wash|Wis)(?=\.(?:\s|$))"
)
"""hibari takes no stop after these for a sentence's end. Source: its
assets/tokenizer_exceptions.json."""
_STOP = re.compile(r"(?<=\w)\.(?=\s|[\"”)]|$)")


class Sayable(Protocol):
    """A speaker who can say some of a reading: a front end or its scripts."""

    def sayable(self, reading: Reading, field: str) -> Reading:
        """The reading without what this speaker cannot say."""

    def pronounces(self, phonemes: str) -> bool:
        """Whether this speaker can say these phonemes (IPA)."""


def read_to_speak(
    call: SpeechCall, language: str | None, speaker: Sayable, shelf: Shelf = no_shelf
) -> Reading:
    """The reading of a text for a speaker, with a warning about brackets that are not directions.

    The call's own lexicon precedes those of ``shelf``. A lexicon's phonemes that the speaker cannot
    say are ignored.

    Raises:
        InvalidInput: A direction is invalid.
        OutOfRange: A rate in the text times ``speed`` is too fast or too slow.
        EmptyText: There is nothing to say.
        UnsupportedText: The speaker cannot say any of the text, or not in the requested way.
    """
    lexicon, speed = parse_lexicon(call.lexicon or ""), call.speed or 1.0
    reading = read_script(
        call.text,
        language,
        "TEXT",
        lexicon,
        lambda code: _pronounceable(shelf(code), speaker),
    )
    if not is_ssml(call.text):
        reading = reading.warned(*other_brackets(call.text))
    for rate in dict.fromkeys(word.rate for word in reading.words):
        if not SLOWEST_SPEED <= rate * speed <= FASTEST_SPEED:
            times = f"{rate:g} times SPEED"
            raise OutOfRange(f"TEXT: a rate of {times}", rate * speed, SLOWEST_SPEED, FASTEST_SPEED)
    return speaker.sayable(reading, "TEXT")


def _pronounceable(lexicon: Lexicon, speaker: Sayable) -> Lexicon:
    """The lexicon without entries that the speaker cannot say."""
    if not any(entry.phonemes for entry in lexicon.entries):
        return lexicon
    return _sifted(lexicon, lexicon.warnings, speaker.pronounces)


@lru_cache(maxsize=8)
def _sifted(
    lexicon: Lexicon, warnings: tuple[str, ...], pronounces: Callable[[str], bool]
) -> Lexicon:
    """The lexicon without entries whose phonemes cannot be said. The log names one of them."""
    kept, left_out = list[Entry](), list[str]()
    for entry in lexicon.entries:
        if entry.phonemes and not pronounces(entry.phonemes):
            left_out.append(entry.word)
        else:
            kept.append(entry)
    if not left_out:
        return lexicon
    logger.warning(
        "the loaded voice cannot say the phonemes of %d entries of the volume's lexicon, "
        "%r among them; they are passed over",
        len(left_out),
        left_out[0],
    )
    return Lexicon.of(kept, lexicon.language, warnings)


def latin_only(reading: Reading, field: str) -> Reading:
    """The reading without spoken words of other scripts, and with a warning about them.

    Raises:
        UnsupportedText: Nothing is left to say, or the reading is in another language.
    """
    if reading.language != LANGUAGE:
        raise UnsupportedText(
            field, f"is in {reading.language!r}; the loaded voice speaks English only"
        )
    return _without(reading, field, _latin, "in Latin script")


def spellable(reading: Reading, field: str, vocabulary: Container[str]) -> Reading:
    """The reading without spoken characters outside the vocabulary, with a warning of them.

    Every Chinese character can be said, because it is spelled as pinyin.

    Raises:
        UnsupportedText: Nothing is left to say.
    """

    def kept(word: str) -> str:
        return "".join(c for c in word if c in vocabulary or _is_han(c))

    return _without(reading, field, kept, "that its vocabulary can spell")


def english_only(asked: str | None) -> str:
    """The code of English, if the request names English or no language.

    Raises:
        UnsupportedText: The request names another language.

    >>> english_only(None), english_only("en-GB")
    ('en', 'en')
    """
    if base_language(asked) not in (None, LANGUAGE):
        raise UnsupportedText("LANGUAGE", f"is {asked!r}; the loaded voice speaks English only")
    return LANGUAGE


def refuse_phonemes(reading: Reading, field: str) -> None:
    """Refuses phonemes for a voice that reads letters.

    Raises:
        UnsupportedText: A word is given phonemes.
    """
    for word in reading.words:
        if word.phonemes:
            shown = _bare(word.text)
            raise UnsupportedText(
                field,
                f"or LEXICON gives {shown!r} phonemes, and the loaded voice reads letters only",
                f"give a respelling, as in [{shown}](say:…)",
            )


class EnglishScripts:
    """The scripts of a speaker of English: the part of `FrontEnd` that needs no weights."""

    def language(self, asked: str | None) -> str:
        """The code of English, whatever the letters of the text are."""
        return english_only(asked)

    def sayable(self, reading: Reading, field: str) -> Reading:
        """The reading without words of other scripts than Latin.

        Raises:
            UnsupportedText: English lacks a sound in a word's phonemes, the reading is in another
                language, or nothing is left to say.
        """
        for word in reading.words:
            if word.phonemes:
                english_phonemes(word.phonemes, _bare(word.text), field)
        return latin_only(reading, field)

    def pronounces(self, phonemes: str) -> bool:
        """Whether English has all these sounds."""
        try:
            return bool(english_phonemes(phonemes, ""))
        except UnsupportedText:
            return False


def _without(reading: Reading, field: str, kept_of: Callable[[str], str], what: str) -> Reading:
    """The reading with the kept part of each spoken word, and a warning about shortened words."""
    words = [
        replace(word, said=tuple(filter(None, map(kept_of, word.said)))) for word in reading.words
    ]
    left_out = [
        _bare(word.text)
        for word, kept in zip(reading.words, words, strict=True)
        if len("".join(kept.said)) < len("".join(word.said))
    ]
    if not left_out:
        return reading
    if not any(word.said for word in words):
        raise UnsupportedText(
            field,
            f"holds nothing {what} ({left_out[0]!r}); the loaded voice says no other",
        )
    named = ", ".join(left_out[:SHOWN_WORDS]) + (", …" if len(left_out) > SHOWN_WORDS else "")
    warning = f"the loaded voice cannot say {named}; passed over"
    return replace(reading, words=tuple(words)).warned(warning)


def for_g2p(text: str) -> str:
    """The spoken text, changed so that hibari's G2P does not misread it.

    A stop is set apart from its word ("no." would be "number"). A capital A is spelled, because it
    is the letter: spoken text has the article in lower case. So are letters that would be a king's
    number ("George C Marlow"). Three kinds of words become lower case: names after a king's name
    ("George Lucas" would be "George the zeroth"), words that would be titles ("Gen Z"), and words
    that would swallow the stop after them ("Yes, Miss."). Quotation marks are left out: nothing is
    said for them, and words in them would be names ("plus" would rhyme with "lose").

    >>> for_g2p("They said no. Plan A! U S A is"), for_g2p("A's")
    ('They said no . Plan eh! U S eh is', "A's")
    >>> for_g2p("George C Marlow, a “plus” for Gen Z and George Lucas")
    'George see Marlow, a plus for gen Z and George lucas'
    """
    text = _LETTER_A.sub("eh", _QUOTES.sub("", text))
    text = _NUMERAL.sub(lambda match: match[1] + _LETTERS[match[2]], text)
    text = _NAMESAKE.sub(lambda match: match[1] + match[2].lower(), text)
    for pattern in (_TITLE, _SWALLOWS_STOP):
        text = pattern.sub(lambda match: match[0].lower(), text)
    return _STOP.sub(" .", text)


def _bare(text: str) -> str:
    """The word without the marks around it."""
    marks = "".join(c for c in text if unicodedata.category(c)[0] in "PSZ")
    return text.strip(marks)


def _latin(word: str) -> str:
    if word.isascii():
        return word
    return "".join(filter(_is_latin, unicodedata.normalize("NFC", word)))


@lru_cache(maxsize=4_096)
def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED")


@lru_cache(maxsize=4_096)
def _is_latin(character: str) -> bool:
    if not character.isalpha():
        return unicodedata.category(character)[0] != "M"
    return unicodedata.name(character, "").startswith(
        ("LATIN", "MASCULINE", "FEMININE", "MICRO", "MODIFIER")
    )
