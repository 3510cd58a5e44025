"""Turns the IPA of dictionaries into misaki's phonemes, on which an English voice is trained.

Source: misaki 0.9.4, EN_PHONES.md: American phonemes, diphthongs and affricates of one character,
stress right before the vowel, no lengths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from wordlight.errors import UnsupportedText

_SOUNDS = {
    # American vowels
    "i": "i", "ɪ": "ɪ", "ɛ": "ɛ", "æ": "æ", "ɑ": "ɑ", "ɔ": "ɔ", "ʊ": "ʊ", "u": "u", "ʌ": "ʌ",
    "ə": "ə", "ɜ": "ɜɹ", "ɜɹ": "ɜɹ", "ɜr": "ɜɹ", "ɝ": "ɜɹ", "ɚ": "əɹ", "ᵊ": "ᵊ", "ᵻ": "ᵻ",
    "ɐ": "ɐ", "eɪ": "A", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "oʊ": "O", "əʊ": "O",
    "A": "A", "I": "I", "W": "W", "Y": "Y", "O": "O", "Q": "O",
    # British ones, as an American says them
    "ɒ": "ɑ", "ɪə": "ɪɹ", "eə": "ɛɹ", "ɛə": "ɛɹ", "ʊə": "ʊɹ", "e": "ɛ", "a": "æ", "ɨ": "ɪ",
    # vowels of other languages, by the nearest
    "eː": "A", "o": "O", "aː": "ɑ", "y": "u", "ʏ": "ʊ", "ø": "ɜɹ", "œ": "ɜɹ", "ɤ": "ʌ", "ɯ": "u",
    "ɘ": "ə", "ɵ": "ʊ", "ʉ": "u", "ɞ": "ɜɹ", "ɶ": "æ", "ei": "A", "ai": "I", "au": "W", "oi": "Y",
    "ou": "O", "ɔi": "Y", "ɛɪ": "A", "ɑɪ": "I", "ɑʊ": "W",
    # consonants
    "b": "b", "d": "d", "f": "f", "h": "h", "j": "j", "k": "k", "l": "l", "m": "m", "n": "n",
    "p": "p", "s": "s", "t": "t", "v": "v", "w": "w", "z": "z", "ɡ": "ɡ", "g": "ɡ", "ŋ": "ŋ",
    "ɹ": "ɹ", "r": "ɹ", "ʃ": "ʃ", "ʒ": "ʒ", "ð": "ð", "θ": "θ", "tʃ": "ʧ", "dʒ": "ʤ", "ʧ": "ʧ",
    "ʤ": "ʤ", "ts": "ts", "dz": "dz", "ɾ": "T", "T": "T", "ʔ": "t", "ɫ": "l", "ʍ": "w",
    # consonants of other languages, by the nearest
    "x": "k", "χ": "h", "ç": "h", "ħ": "h", "ɦ": "h", "ɲ": "nj", "ʎ": "lj", "ʁ": "ɹ", "ʀ": "ɹ",
    "ɻ": "ɹ", "ɽ": "ɹ", "β": "v", "ʋ": "v", "ɸ": "f", "ɣ": "ɡ", "q": "k", "c": "k", "ɟ": "ɡ",
    "ɕ": "ʃ", "ʑ": "ʒ", "ʂ": "ʃ", "ʐ": "ʒ", "ʈ": "t", "ɖ": "d", "ɳ": "n", "ɭ": "l", "ɬ": "l",
    "ɱ": "m", "ʝ": "j", "ɥ": "w", "ɰ": "w", "tɕ": "ʧ", "dʑ": "ʤ", "ʦ": "ts", "ʣ": "dz",
}  # fmt: skip
_VOWELS = frozenset("iɪɛæɑɔʊuʌəɜᵊᵻɐAIWYOea")
_STRESS = {"ˈ": "ˈ", "ˌ": "ˌ", "'": "ˈ", "’": "ˈ", "ˊ": "ˈ", "ˋ": "ˌ"}
_PASSED_OVER = frozenset("ːˑ.‿|()ʰʲʷˠˤˀⁿˡ˞")
"""Lengths, syllables and releases of consonants: in English they distinguish no words."""
_SYLLABIC = "\u0329"
_NASAL = "\u0303"
_LONGEST = max(map(len, _SOUNDS))
_AFTER_STRESS = re.compile(r"([ˈˌ])([^ˈˌ ]*?)(?=[iɪɛæɑɔʊuʌəɜᵊᵻɐAIWYO])")


def english_phonemes(ipa: str, word: str, field: str = "TEXT") -> str:
    """The voice's phonemes for the IPA of a word, with at least one stress.

    Raises:
        UnsupportedText: English has no sound for one of the characters, or none is a sound.

    >>> english_phonemes("təˈmɑːtoʊ", "tomato"), english_phonemes("dʒuːn", "June")
    ('təmˈɑtO', 'ʤˈun')
    """
    parts = [_word(part, word, ipa, field) for part in _plain(ipa).split()]
    if not any(part.strip("ˈˌ") for part in parts):
        raise UnsupportedText(field, f"gives {word!r} the phonemes /{ipa}/, in which no sound is")
    return " ".join(filter(None, parts))


_MARKED = re.compile(r"(?P<marked>\[(?P<shown>[^\[\]]+)\]\(/(?P<ipa>[^/]+)/\))")
"""A word in spoken text that is said by its phonemes."""


def with_english_phonemes(text: str, others: Callable[[str], str]) -> str:
    """The spoken text with the IPA replaced by the voice's phonemes, as hibari's G2P reads them.

    ``others`` is applied to the text between.

    Raises:
        UnsupportedText: English has no sound for a character of some IPA, or none is a sound.

    >>> with_english_phonemes("A [tomato](/təˈmɑːtoʊ/), please.", str.upper)
    'A [tomato](/təmˈɑtO/), PLEASE.'
    """
    parts, position = [], 0
    for match in _MARKED.finditer(text):
        phonemes = english_phonemes(match["ipa"], match["shown"])
        parts += [others(text[position : match.start()]), f"[{match['shown']}](/{phonemes}/)"]
        position = match.end()
    return "".join(parts) + others(text[position:])


def _plain(ipa: str) -> str:
    """The IPA without ties and other combining marks. Syllabic and nasal marks become sounds."""
    text = unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç")
    text = re.sub(f"(.){_SYLLABIC}", r"ᵊ\1", text)
    text = re.sub(f"(.){_NASAL}", r"\1n", text)
    return "".join(c for c in text if unicodedata.category(c) != "Mn")


def _word(ipa: str, word: str, whole: str, field: str) -> str:
    found, position = "", 0
    while position < len(ipa):
        sign = ipa[position]
        if sign in _STRESS or sign in _PASSED_OVER:
            found += _STRESS.get(sign, "")
            position += 1
            continue
        sound = next(
            (
                part
                for n in range(_LONGEST, 0, -1)
                if (part := ipa[position : position + n]) in _SOUNDS
            ),
            None,
        )
        if sound is None:
            raise UnsupportedText(
                field, f"gives {word!r} the phonemes /{whole}/, of which English has no {sign!r}"
            )
        found += _SOUNDS[sound]
        position += len(sound)
    return _stressed(found.replace("ɜɹɹ", "ɜɹ"))


def _stressed(phonemes: str) -> str:
    """The phonemes with each stress right before its vowel; the first vowel is stressed if none is.

    >>> _stressed("ˈstɹit"), _stressed("wɪn"), _stressed("əˌbɑˈ")
    ('stɹˈit', 'wˈɪn', 'əbˌɑ')
    """
    moved = _AFTER_STRESS.sub(r"\2\1", phonemes)
    kept = re.sub(r"[ˈˌ]+(?=$|[ˈˌ])", "", moved)
    if "ˈ" in kept or "ˌ" in kept:
        return kept
    first = next((at for at, sound in enumerate(kept) if sound in _VOWELS), None)
    return kept if first is None else f"{kept[:first]}ˈ{kept[first:]}"
