"""How an English s sounds that is put behind a word."""

from __future__ import annotations

_SIBILANTS = ("s", "z", "ʃ", "ʒ", "ʧ", "ʤ")
_VOICELESS = ("p", "t", "k", "f", "θ")


def hissed(phonemes: str) -> str:
    """The s behind a word of these phonemes (IPA).

    Source: Wells, Longman Pronunciation Dictionary, "-s, -es".

    >>> hissed("kæt"), hissed("dɒɡ"), hissed("bʌs")
    ('s', 'z', 'ɪz')
    """
    if phonemes.endswith(_SIBILANTS):
        return "ɪz"
    return "s" if phonemes.endswith(_VOICELESS) else "z"
