"""Recordings and scripts as people bring them: each word is timed where it sounds."""

from __future__ import annotations

import pytest

from alignment.reader import NEAR_S, Reader, check_ends, check_unmoved
from alignment.recordings import DASHWOOD, HIMSELF, MARRIED, UNLESS, YOUNG_MAN, join, read


def test_a_sentences_last_word_ends_before_the_five_seconds_of_silence_behind_it(
    reader: Reader,
) -> None:
    made = join(YOUNG_MAN, 5.0, UNLESS, 5.0, HIMSELF)

    found = reader.time(made.samples, made.script)

    at = [found.words.index(word) for word in ("man.", "disposed.", "himself.")]
    assert found.ends[at] == pytest.approx([2.78, 13.04, 21.15], abs=NEAR_S)
    assert found.starts[[0, at[0] + 1, at[1] + 1]] == pytest.approx([0.25, 8.27, 18.57], abs=NEAR_S)
    assert found.warnings == ""


@pytest.mark.parametrize(
    "pause_s",
    [
        1.0,
        4.0,
        10.0,
    ],
)
def test_two_words_that_a_dash_joins_have_the_pause_between_them(
    reader: Reader, pause_s: float
) -> None:
    made = join(4.0, YOUNG_MAN, pause_s, UNLESS, 5.0)
    script = made.script.replace("man. Unless", "man—unless")

    found = reader.time(made.samples, script)

    assert found.words[7:9] == ["man—", "unless"]
    check_ends(found, made)
    assert (found.ends - found.starts).max() < 1.0


def test_lyrics_begin_and_end_with_their_verses(reader: Reader) -> None:
    made = join(DASHWOOD, YOUNG_MAN, UNLESS, MARRIED, HIMSELF)
    verses = [
        sentence.text.rstrip(".").replace(" had ", " had\n", 1) for sentence in made.sentences
    ]

    found = reader.time(made.samples, "\n\n".join(verses))

    check_ends(found, made)
    assert found.warnings == ""
    assert [str(word.ends) for word in found.reading.words].count("line") == 1
    assert [str(word.ends) for word in found.reading.words].count("paragraph") >= 4


def test_speech_on_both_sides_of_a_script_is_named_and_not_taken_for_it(reader: Reader) -> None:
    made = join(DASHWOOD, 0.4, YOUNG_MAN, 0.3, UNLESS, 0.5, HIMSELF)

    found = reader.time(made.samples, f"{YOUNG_MAN.text} {UNLESS.text}")

    check_unmoved(found, 0, YOUNG_MAN, made.offsets_s[1])  # "He" at 7.76 s
    check_unmoved(found, YOUNG_MAN.n_words, UNLESS, made.offsets_s[2])
    [(first_s, until_s), (from_s, last_s)] = found.others
    assert (first_s, last_s) == pytest.approx((0.25, made.ends_s[-1]), abs=0.3)
    assert 6.0 < until_s < 7.76
    assert made.ends_s[2] - NEAR_S < from_s < made.starts_s[3] + 0.3
    assert found.warnings.count("that the script does not hold") == 2


def test_labels_headings_and_notes_are_not_timed_as_speech(reader: Reader) -> None:
    made = join(4.0, YOUNG_MAN, 10.0, UNLESS, 5.0)
    script = (
        "CHAPTER ONE\n\nNARRATOR: He was not an ill disposed young man,\n[pause]\n"
        "NARRATOR: unless to be rather cold hearted and rather selfish is to be ill disposed. "
        "(applause)"
    )

    found = reader.time(made.samples, script)

    unspoken = [word for word, said in zip(found.words, found.is_spoken, strict=True) if not said]
    assert unspoken == ["CHAPTER", "ONE", "[pause]", "(applause)"]
    check_unmoved(found, 2, YOUNG_MAN, made.offsets_s[0])
    check_unmoved(found, 11, UNLESS, made.offsets_s[1])
    assert {word.speaker for word in found.reading.words if word.said} >= {"NARRATOR"}
    assert found.warnings == "nobody says “CHAPTER ONE” (2 words)"


def test_a_last_word_ends_where_its_burst_does(reader: Reader) -> None:
    samples, rate_hz = read("fig")

    found = reader.time(samples, "She ate a fig. It was ripe.", rate_hz)

    assert found.starts[0] == pytest.approx(0.11, abs=NEAR_S)
    assert found.ends[-1] == pytest.approx(1.62, abs=NEAR_S)
    assert found.ends[3] < 0.85 < found.starts[4] + NEAR_S
    assert found.warnings == ""


def test_a_dialogues_dashes_belong_to_what_is_said_behind_them(reader: Reader) -> None:
    made = join(4.0, YOUNG_MAN, 10.0, UNLESS, 5.0)
    script = f"- {YOUNG_MAN.text.replace('.', '?')}\n- {UNLESS.text}"

    found = reader.time(made.samples, script)

    assert [word for word in found.words if word.startswith("-")] == ["- He", "- Unless"]
    check_ends(found, made)
