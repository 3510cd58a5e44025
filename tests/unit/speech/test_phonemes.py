"""IPA from dictionaries becomes what an English voice was trained on."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
from hibari.g2p import G2P
from hypothesis import given
from hypothesis import strategies as st

from wordlight.errors import UnsupportedText
from wordlight.reading import breaks, read_script, spoken_text
from wordlight.speech import for_g2p
from wordlight.speech._front_ends import CharacterFrontEnd
from wordlight.speech._phonemes import english_phonemes, with_english_phonemes

VOCABULARY = Path(__file__).parents[3] / "models/mini/prosody/vocabulary.json"


@pytest.fixture(scope="module")
def g2p() -> G2P:
    return G2P()


@pytest.mark.parametrize(
    ("ipa", "phonemes"),
    [
        ("təˈmɑːtoʊ", "təmˈɑtO"),
        ("təmˈɑːtoʊ", "təmˈɑtO"),
        ("nɜːs", "nˈɜɹs"),
        ("bɜːrd", "bˈɜɹd"),
        ("ˈbʌtn̩", "bˈʌtᵊn"),
        ("t͡ʃæt", "ʧˈæt"),
        ("ˈʃɛdjuːl", "ʃˈɛdjul"),
        ("ˈwʊs.tə(ɹ)", "wˈʊstəɹ"),
        ("kwɑːˈsɒ̃", "kwɑsˈɑn"),
        ("həlˈO", "həlˈO"),
        ("nuː ˈjɔːk", "nˈu jˈɔk"),
        ("wɪn", "wˈɪn"),
    ],
)
def test_a_dictionary_s_ipa_becomes_the_voice_s(ipa: str, phonemes: str) -> None:
    assert english_phonemes(ipa, "word") == phonemes


def test_what_dictionaries_and_the_g2p_have_for_a_word_is_the_same(g2p: G2P) -> None:
    dictionary = {
        "strong": "strɔŋ",
        "church": "tʃɜːtʃ",
        "boy": "bɔɪ",
        "measure": "ˈmɛʒɚ",
        "think": "θɪŋk",
        "judge": "dʒʌdʒ",
        "house": "haʊs",
        "night": "naɪt",
        "yellow": "ˈjɛloʊ",
        "day": "deɪ",
    }

    for word, ipa in dictionary.items():
        assert english_phonemes(ipa, word) == g2p(word)


def test_a_sound_that_english_lacks_is_refused_with_its_word() -> None:
    with pytest.raises(UnsupportedText, match=r"TEXT gives .ma. the phonemes /ma˥/, .* no .˥."):
        english_phonemes("ma˥", "ma")


@pytest.mark.parametrize("ipa", ["ː", "ˈ", "ˈː ."])
def test_phonemes_without_a_sound_are_refused(ipa: str) -> None:
    with pytest.raises(UnsupportedText, match=r"'ma' .* in which no sound is"):
        english_phonemes(ipa, "ma")


def test_what_the_g2p_is_told_leaves_phonemes_alone(g2p: G2P) -> None:
    spoken = "[hey](/A/). Plan A [no](/noʊ/)."

    assert g2p(with_english_phonemes(spoken, for_g2p)) == "ˈA. plˈæn ˈA nˈO."


def test_phonemes_reach_the_voice(g2p: G2P) -> None:
    reading = read_script("I say [tomato](/təˈmɑːtoʊ/), you say [New York](/nuː jɔːk/).")
    spoken = spoken_text(reading.words, breaks(reading.words))

    assert spoken == "I say [tomato](/təˈmɑːtoʊ/), you say [New York](/nuː jɔːk/)."
    assert g2p(with_english_phonemes(spoken, for_g2p)) == "ˌI sˈA təmˈɑtO, ju sˈA nˈu jˈɔk."


def test_a_voice_that_reads_letters_refuses_phonemes_and_says_what_to_do() -> None:
    front_end = CharacterFrontEnd({letter: index for index, letter in enumerate(string.printable)})
    reading = read_script("A ripe [tomato](/təˈmɑːtoʊ/), please.")

    with pytest.raises(UnsupportedText, match=r"(?s)'tomato' phonemes, .* \[tomato\]\(say:…\)"):
        front_end.sayable(reading, "TEXT")


@given(st.text(alphabet="əɪæˈˌː.tʃdʒrñ̩ ()ɜAO'", max_size=20))
def test_whatever_is_asked_the_voice_knows_each_phoneme(ipa: str) -> None:
    vocabulary = json.loads(VOCABULARY.read_text(encoding="utf-8"))

    try:
        phonemes = english_phonemes(ipa, "word")
    except UnsupportedText:
        return

    assert all(phoneme in vocabulary for phoneme in phonemes)
    assert "ˈˈ" not in phonemes


def test_spoken_text_without_phonemes_stays() -> None:
    assert with_english_phonemes("So it is.", for_g2p) == "So it is ."
