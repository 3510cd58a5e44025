"""Words are spoken by the voice named last, and captions name who speaks."""

from __future__ import annotations

import pytest

from wordlight.reading import is_read_from, read_script, shown_text


def test_voices_and_rates_last_until_the_next() -> None:
    reading = read_script("So. [voice:emma]It [rate:0.8]is. [voice:]Well, [rate:1]yes.")

    assert [(word.text, word.voice, word.rate) for word in reading.words] == [
        ("So.", "", 1.0), ("It", "emma", 1.0), ("is.", "emma", 0.8), ("Well,", "", 0.8),
        ("yes.", "", 1.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "speakers"),
    [
        ("[voice:emma]Anna: So.\n[voice:ben]Ben: No.", ["Anna", "Ben"]),
        ("[voice:emma]Anna: So.\n[voice:ben]No.\n[voice:emma]Yes.", ["Anna", "ben", "Anna"]),
        ("[voice:emma as Guest two]So.\n[voice:ben]No.", ["Guest two", "ben"]),
        ("ANNA: So [voice:ben]no [voice:]yes.", ["Anna", "ben", "Anna"]),
        ("Go. [voice:emma]So. [voice:]No.", ["", "emma", ""]),
        ("[voice:emma][pause:1s]Anna: So. [voice:]No.", ["Anna", ""]),
        ("[voice: as Host]Go. [voice:emma as Guest]So. [voice:]No.", ["Host", "Guest", "Host"]),
        ("<speak><voice name='emma'>Anna: So.</voice> No.</speak>", ["Anna", ""]),
    ],
)
def test_captions_name_who_was_named_last(script: str, speakers: list[str]) -> None:
    words = read_script(script, "en").words

    assert [word.speaker.capitalize() for word in words] == [s.capitalize() for s in speakers]
    assert all(":" not in word.text for word in words)


def test_without_a_voice_before_it_a_single_name_with_a_colon_is_text() -> None:
    words = read_script("[pause:1s]Anna: so it is. It was so.").words

    assert words[0].text == "Anna:"


@pytest.mark.parametrize(
    "script",
    [
        r"Write \[pause:soon] here.", r"Write \[pause:99s] here.", r"Say \[Nguyen](say:) now.",
        "<speak>Write &lt;speak&gt; &amp; go.</speak>", "[voice:ben]Anna: So.",
        "[voice:emma]Ben: So.\n[voice:ben]Anna: No.",
        "[voice:emma as Anna]So.\n[voice:ben]It is.",
        "ANNA: So [pause:1s] it is.",
        r"\[pause:1s] <i>now</i>",
        "\\[pause:1s] hi\nANNA: hello",
        "<speak>ANNA: [pause:1s] x</speak>",
        "<speak>[pause:1s]e&#x301;A</speak>",
        "[[pause:1s]pause:99s] a",
    ],
)  # fmt: skip
def test_what_is_shown_is_a_transcript_of_the_reading(script: str) -> None:
    reading = read_script(script, "en")

    assert is_read_from(reading, shown_text(script, reading))
