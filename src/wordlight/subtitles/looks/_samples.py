"""The average width of text: samples of languages, measured in the faces that draw them."""

from __future__ import annotations

from functools import lru_cache

from wordlight.subtitles.languages import Language
from wordlight.subtitles.typefaces import Face, split

_ENGLISH = (
    "The old lighthouse keeper climbed the narrow stairs every evening before the sun went down "
    "and nobody in the village ever asked him why because everyone already knew the answer"
)
_RUSSIAN = (
    "Старый смотритель маяка каждый вечер поднимался по узкой лестнице до захода солнца и никто в "
    "деревне не спрашивал его зачем потому что все давно знали ответ"
)
_GREEK = (
    "Ο γέρος φαροφύλακας ανέβαινε κάθε βράδυ τη στενή σκάλα πριν δύσει ο ήλιος και κανείς στο "
    "χωριό δεν τον ρωτούσε ποτέ γιατί όλοι ήξεραν την απάντηση"
)
_ARABIC = (
    "كان حارس المنارة العجوز يصعد الدرج الضيق كل مساء قبل غروب الشمس ولم يسأله أحد في القرية لماذا "
    "لأن الجميع كانوا يعرفون الجواب"
)
_HEBREW = (
    "שומר המגדלור הזקן טיפס בכל ערב במדרגות הצרות לפני שקיעת השמש ואיש בכפר לא שאל אותו מדוע כי "
    "כולם כבר ידעו את התשובה"
)
SAMPLES = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), _RUSSIAN),
    "el": _GREEK,
    **dict.fromkeys(("ar", "fa", "ur", "ps", "sd", "ug"), _ARABIC),
    **dict.fromkeys(("he", "yi"), _HEBREW),
}
"""Samples by ISO 639-1 code. Other languages are taken to be as wide as English."""
FULL_WIDTH = "字"
WIDER = 1.08
"""The ratio of an English line's width at the 95th percentile to the mean width."""
SPACES = 0.18
"""The share of spaces among the characters of a line."""


def type_advance_em(face: Face, uppercase: bool, language: Language) -> float:
    """The average advance of a character in em, for choosing the size of the type.

    A full-width character says as much as several letters, so its language also uses letters here.
    """
    return _advance_em(face, uppercase, SAMPLES.get(language.code, _ENGLISH))


def line_advance_em(face: Face, uppercase: bool, language: Language) -> float:
    """The average advance in em of one character, as `Language.width` counts characters."""
    if language.is_full_width:
        return _advance_em(face, False, FULL_WIDTH)
    return type_advance_em(face, uppercase, language)


@lru_cache(maxsize=256)
def _advance_em(face: Face, uppercase: bool, sample: str) -> float:
    text = sample.upper() if uppercase else sample
    return WIDER * sum(one.measure(run).advance for one, run in split(text, face)) / len(text)
