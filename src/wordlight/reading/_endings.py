"""How the "s" of an English plural or possessive sounds."""

from __future__ import annotations

_SIBILANTS = ("s", "z", "ʃ", "ʒ", "ʧ", "ʤ")
_VOICELESS = ("p", "t", "k", "f", "θ")


def hissed(phonemes: str) -> str:
    """The sound of an "s" that is added to a word with these phonemes (IPA).

    Source: Wells, Longman Pronunciation Dictionary, "-s, -es".

    >>> hissed("kæt"), hissed("dɒɡ"), hissed("bʌs")
    ('s', 'z', 'ɪz')
    """
    if phonemes.endswith(_SIBILANTS):
        return "ɪz"
    return "s" if phonemes.endswith(_VOICELESS) else "z"
