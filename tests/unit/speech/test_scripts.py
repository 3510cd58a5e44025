"""An English voice says a reading's words, and its G2P adds none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from wordlight.errors import OutOfRange, UnsupportedText
from wordlight.reading import Lexicon, breaks, parse_lexicon, read_script, spoken_text
from wordlight.speech import EnglishScripts, SpeechCall, for_g2p
from wordlight.speech._scripts import latin_only, read_to_speak

Phonemes = Callable[[str], str]


@pytest.fixture(scope="module")
def phonemes() -> Phonemes:
    """The phonemes of a text, without stress."""
    g2p = pytest.importorskip("hibari.g2p").G2P()
    return lambda text: re.sub("[ˈˌ]", "", g2p(for_g2p(text)))


def spoken(script: str) -> str:
    words = latin_only(read_script(script, "en"), "TEXT").words
    return spoken_text(words, breaks(words))


def test_a_word_of_another_script_is_shown_unsaid_and_warned_of() -> None:
    reading = latin_only(read_script("Go to 東京 and Ελλάδα now."), "TEXT")

    assert [(word.text, word.said) for word in reading.words] == [
        ("Go", ("go",)),
        ("to", ("to",)),
        ("東京", ()),
        ("and", ("and",)),
        ("Ελλάδα", ()),
        ("now.", ("now",)),
    ]
    assert reading.warnings == ("the loaded voice cannot say 東京, Ελλάδα; passed over",)
    assert spoken("Go to 東京 now.") == "Go to now."


def test_many_words_that_cannot_be_said_are_not_all_named() -> None:
    script = "So " + " ".join(["東", "京", "都", "上", "野", "山", "川", "口"])

    (warning,) = latin_only(read_script(script, "en"), "TEXT").warnings

    assert warning == "the loaded voice cannot say 東, 京, 都, 上, 野, …; passed over"


@pytest.mark.parametrize("script", ["café naïve Zürich Łódź Ærø", "10 kΩ in Hawaiʻi, ½ of 5 µm"])
def test_all_that_is_latin_is_said(script: str) -> None:
    reading = read_script(script)

    assert latin_only(reading, "TEXT") is reading


@pytest.mark.parametrize("script", ["今天下雨。", "東京へ行く", "Привет, world", "مرحبا"])
def test_a_text_in_another_script_is_refused(script: str) -> None:
    with pytest.raises(UnsupportedText, match="the loaded voice speaks English only") as caught:
        latin_only(read_script(script), "REFERENCE_TEXT")

    assert caught.value.field == "REFERENCE_TEXT"


def test_a_text_in_another_script_is_refused_whatever_its_tag_says() -> None:
    with pytest.raises(UnsupportedText, match="TEXT holds nothing in Latin script"):
        latin_only(read_script("今天下雨。", "en"), "TEXT")


def test_nobody_is_warned_of_a_note_in_another_script() -> None:
    reading = read_script("[音楽]\nАННА (шёпотом): So it is. （笑）", "en")

    assert latin_only(reading, "TEXT") is reading
    assert spoken("[音楽] So it is. （笑）") == "So it is."


def test_a_text_in_another_language_is_refused() -> None:
    with pytest.raises(UnsupportedText, match="TEXT is in 'de'"):
        latin_only(read_script("Es regnet.", "de"), "TEXT")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("They said no.", "nO."),
        ("She ate a fig.", "fɪɡ."),
        ("I met Jan.", "ʤæn."),
        ("“Yes, Miss.”", "mɪs."),
        ("It was in Plan A.", "A."),
        ("He has Hepatitis A!", "A!"),
        ("He lives in the U.S.A.", "A."),
        ("“Yes,” he said, “plus.”", "plʌs."),
        ("I work for us.", "ʌs."),
    ],
)
def test_the_last_word_is_said_as_it_is_meant(script: str, said: str, phonemes: Phonemes) -> None:
    assert phonemes(spoken(script)).split()[-1] == said


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("A man came.", "ɐ mæn"),
        ("A B-52 flew.", "ɐ bi"),
        ("A, B, and C.", "A, bi,"),
        ("George Lucas sang.", "ʤɔɹʤ lukəz"),
        ("George C. Marlow sang.", "ʤɔɹʤ si"),
        ("Gen Z sang.", "ʤɛn zi"),
        ("Henry I think not.", "hɛnɹi I"),
    ],
)
def test_the_first_words_are_said_as_they_are_meant(
    script: str, said: str, phonemes: Phonemes
) -> None:
    assert " ".join(phonemes(spoken(script)).split()[:2]) == said


def test_a_stop_is_still_a_stop(phonemes: Phonemes) -> None:
    assert phonemes("It rained no. Then it was so.").count(".") == 2


def test_phonemes_of_the_volume_that_a_voice_cannot_say_are_passed_over() -> None:
    shelf = parse_lexicon("ma = /ma˥/\nBob = /bɒb/\nNguyen = win")

    call = SpeechCall("Bob and ma met Nguyen.")
    reading = read_to_speak(call, "en", EnglishScripts(), lambda _: shelf)

    assert [word.phonemes for word in reading.words] == ["bɒb", "", "", "", ""]
    assert reading.words[-1].said == ("win",)


def test_phonemes_of_a_request_that_a_voice_cannot_say_are_refused() -> None:
    call = SpeechCall("Bob and ma.", lexicon="ma = /ma˥/")

    with pytest.raises(UnsupportedText, match="'ma' the phonemes /ma˥/"):
        read_to_speak(call, "en", EnglishScripts())


def test_what_a_broken_lexicon_of_the_volume_warns_of_is_told() -> None:
    for warnings in ([], ["it is broken"], []):
        shelf = Lexicon.of((), warnings=warnings)
        reading = read_to_speak(SpeechCall("So."), "en", EnglishScripts(), lambda _, it=shelf: it)
        assert list(reading.warnings) == warnings


@pytest.mark.parametrize(("rate", "speed"), [(0.5, 0.5), (2.0, 2.0)])
def test_a_rate_that_with_speed_is_out_of_range_is_refused(rate: float, speed: float) -> None:
    with pytest.raises(OutOfRange, match=f"a rate of {rate:g} times SPEED is {rate * speed:g}"):
        read_to_speak(SpeechCall(f"[rate:{rate}]So.", speed=speed), "en", EnglishScripts())
