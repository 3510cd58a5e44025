"""Scripts and recordings as people bring them: the embedded aligner's times against the sound's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")
pytest.importorskip("soundfile")

import torch

from alignment.recordings import (
    DASHWOOD,
    HIMSELF,
    MARRIED,
    RATE_HZ,
    ROOT,
    UNLESS,
    YOUNG_MAN,
    Recording,
    Sentence,
    join,
    read,
    read_voice,
    room,
)
from wordlight.alignment import (
    AlignmentAnswer,
    AlignmentCall,
    AlignmentEngine,
    AlignmentWeights,
    quiet_libraries,
)
from wordlight.alignment.networks import Listener
from wordlight.reading import Reading
from wordlight.words import Word, check_words

MINI = ROOT / "models" / "mini" / "aligner"
NEAR_S = 0.1
FOX = "The quick brown fox jumps over the lazy dog. It was a dark and stormy night in the village."
ALL = join(0.5, DASHWOOD, 0.5, YOUNG_MAN, 0.5, UNLESS, 0.5, MARRIED, 0.5, HIMSELF, 0.5)
"""The five sentences of a chapter."""
PAUSES = join(0.8, YOUNG_MAN, 1.5, UNLESS, 1.5, HIMSELF, 1.0)

pytestmark = pytest.mark.skipif(
    not (MINI / "model.safetensors").is_file(), reason="no models/mini/aligner"
)


@dataclass(frozen=True)
class Timed:
    """An answer, and the reading's warnings."""

    words: list[str]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    scores: NDArray[np.float32]
    origins: list[str]
    others: list[tuple[float, float]]
    reading: Reading

    @property
    def is_spoken(self) -> list[bool]:
        """Whether somebody says each word."""
        return [origin != "unspoken" for origin in self.origins]

    @property
    def warnings(self) -> str:
        """All of them."""
        return "; ".join(self.reading.warnings)


class Reader:
    """The engine without ears: every call brings its script."""

    def __init__(self) -> None:
        quiet_libraries()
        weights = AlignmentWeights(ROOT / "nowhere", {"en": MINI})
        self._engine = AlignmentEngine(cast(Listener, None), weights, "cpu")

    def time(self, samples: NDArray[np.float32], script: str, rate_hz: int = RATE_HZ) -> Timed:
        """The script's words in the recording: in order, inside it, one for each."""
        call = AlignmentCall(np.asarray(samples, np.float32), rate_hz, script, "en")
        [answer] = self._engine.run([call])
        assert isinstance(answer, AlignmentAnswer)
        pairs = zip(answer.words, answer.starts, answer.ends, strict=True)
        check_words(Word(word, float(start), float(end)) for word, start, end in pairs)
        assert (answer.ends <= call.duration_s + 1e-6).all()
        others = zip(answer.other_starts.tolist(), answer.other_ends.tolist(), strict=True)
        return Timed(
            answer.words, answer.starts, answer.ends, answer.scores, answer.origins, list(others),
            Reading.from_json(answer.reading),
        )  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """On one thread: two wait for each other where something else runs beside the tests."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield Reader()
    torch.set_num_threads(n_threads)


def check_ends(found: Timed, made: Recording) -> None:
    """Every sentence begins and ends where its sound does, and nothing is missed."""
    assert found.starts[made.first_words] == pytest.approx(made.starts_s, abs=NEAR_S)
    assert found.ends[made.last_words] == pytest.approx(made.ends_s, abs=NEAR_S)
    assert all(found.is_spoken)
    assert found.others == []


def check_unmoved(found: Timed, first: int, sentence: Sentence, offset_s: float) -> None:
    """The sentence whose first word has that index is where it is said."""
    last = first + sentence.n_words - 1
    assert found.starts[first] == pytest.approx(offset_s + sentence.start_s, abs=NEAR_S)
    assert found.ends[last] == pytest.approx(offset_s + sentence.end_s, abs=NEAR_S)
    assert all(found.is_spoken[first : last + 1])


# A user's cases, one by one.


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


# A script that is another one, in part or in whole.


@pytest.mark.parametrize(
    "left_out",
    [0, 2, 4, pytest.param(1, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)],
)
def test_a_strangers_sentence_is_named_wherever_it_is(reader: Reader, left_out: int) -> None:
    kept = [i for i in range(5) if i != left_out]

    found = reader.time(ALL.samples, " ".join(ALL.sentences[i].text for i in kept))

    first = 0
    for i in kept:
        check_unmoved(found, first, ALL.sentences[i], ALL.offsets_s[i])
        first += ALL.sentences[i].n_words
    [(start_s, end_s)] = found.others
    ends_before_s, starts_after_s = [0.0, *ALL.ends_s], [*ALL.starts_s, len(ALL.samples) / RATE_HZ]
    assert ends_before_s[left_out] - NEAR_S < start_s < ALL.starts_s[left_out] + 0.3
    assert ALL.ends_s[left_out] - 0.3 < end_s < starts_after_s[left_out + 1] + NEAR_S
    assert "that the script does not hold" in found.warnings


@pytest.mark.parametrize("said", [(0, 2, 4), (1, 2, 3), (0, 1, 3)])
def test_two_sentences_that_nobody_says_move_no_other_word(
    reader: Reader, said: tuple[int, ...]
) -> None:
    made = join(*(part for i in said for part in (0.5, ALL.sentences[i])), 0.5)

    found = reader.time(made.samples, ALL.script)

    first = np.cumsum([0, *(sentence.n_words for sentence in ALL.sentences)])
    for i, sentence in enumerate(ALL.sentences):
        if i in said:
            check_unmoved(found, int(first[i]), sentence, made.offsets_s[said.index(i)])
        else:
            assert not any(found.is_spoken[first[i] : first[i + 1]])
    assert found.others == []
    assert "nobody says" in found.warnings


@pytest.mark.parametrize(
    "made",
    [join(YOUNG_MAN, 5.0, UNLESS, 5.0, HIMSELF), join(DASHWOOD, 1.0, MARRIED), join(YOUNG_MAN)],
)
def test_a_script_of_something_else_is_said_to_be_one(reader: Reader, made: Recording) -> None:
    found = reader.time(made.samples, FOX)

    assert sum(found.is_spoken) <= 3
    assert "nobody says" in found.warnings or "says nothing of the script" in found.warnings


def test_another_chapters_script_is_doubted(reader: Reader) -> None:
    made = join(DASHWOOD, 1.0, MARRIED)

    found = reader.time(made.samples, f"{YOUNG_MAN.text} {UNLESS.text}")

    assert "nobody says" in found.warnings
    assert "that the script does not hold" in found.warnings
    assert np.mean(found.scores < 0.5) > 0.5


def test_nothing_of_a_script_is_said_in_silence(reader: Reader) -> None:
    found = reader.time(np.zeros(8 * RATE_HZ, np.float32), YOUNG_MAN.text)

    assert found.warnings == "the recording says nothing of the script"
    assert (found.scores == 0).all()


def sounds_without_speech() -> dict[str, NDArray[np.float64]]:
    """Eight seconds each of noise, of a chord that trembles, of plucked notes."""
    rng, t = np.random.default_rng(1), np.arange(8 * RATE_HZ) / RATE_HZ
    chord = sum(
        0.05 * np.sin(2 * np.pi * f * t) * (0.5 + 0.5 * np.sin(2 * np.pi * (2 + i) * t))
        for i, f in enumerate((220, 277, 330, 440, 554))
    )
    pluck = t[: RATE_HZ // 4]
    notes = [
        0.1 * np.sin(2 * np.pi * 220 * 2 ** (k / 12) * pluck) * np.exp(-6 * pluck)
        for k in rng.integers(0, 24, 32)
    ]
    return {
        "noise of -60 dB": rng.normal(0.0, 0.001, len(t)),
        "noise of -40 dB": rng.normal(0.0, 0.01, len(t)),
        "noise of -20 dB": rng.normal(0.0, 0.1, len(t)),
        "chord": np.asarray(chord),
        "notes": np.concatenate(notes),
    }


@pytest.mark.parametrize(
    "name",
    [
        "noise of -60 dB",
        "noise of -40 dB",
        "noise of -20 dB",
        "chord",
        "notes",
    ],
)
def test_no_words_are_claimed_with_confidence_where_nobody_speaks(
    reader: Reader, name: str
) -> None:
    found = reader.time(sounds_without_speech()[name], f"{YOUNG_MAN.text} {HIMSELF.text}")

    assert found.warnings != ""
    assert np.mean(found.scores > 0.5) < 0.25


def test_noise_is_not_taken_for_other_speech(reader: Reader) -> None:
    found = reader.time(sounds_without_speech()["noise of -60 dB"], YOUNG_MAN.text)

    assert found.others == []


# Classes: rooms, levels, ends, pauses, rates, spellings.


@pytest.mark.parametrize("level_db", [-60, -50, -40])
def test_sentences_end_where_they_do_in_a_room(reader: Reader, level_db: float) -> None:
    found = reader.time(PAUSES.over_noise(level_db).samples, PAUSES.script)

    check_ends(found, PAUSES)
    assert found.warnings == ""


@pytest.mark.parametrize("gain_db", [-26.0, -40.0])
def test_a_quiet_recording_has_the_same_times(reader: Reader, gain_db: float) -> None:
    found = reader.time(PAUSES.samples * 10 ** (gain_db / 20), PAUSES.script)

    check_ends(found, PAUSES)
    assert found.warnings == ""


@pytest.mark.parametrize("left_s", [0.0, 0.1])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(YOUNG_MAN, id="man"),
        pytest.param(UNLESS, id="disposed"),
        pytest.param(MARRIED, id="was"),
        pytest.param(HIMSELF, id="himself"),
    ],
)
def test_a_clip_cut_behind_its_last_word_ends_with_it(
    reader: Reader, sentence: Sentence, left_s: float
) -> None:
    cut = sentence.samples[: round((sentence.end_s + left_s) * RATE_HZ)]
    made = join(replace(sentence, samples=cut))

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


def test_a_last_word_that_is_cut_short_is_still_said(reader: Reader) -> None:
    cut = DASHWOOD.samples[: round(DASHWOOD.end_s * RATE_HZ)]

    found = reader.time(cut, DASHWOOD.text)

    assert all(found.is_spoken)


@pytest.mark.parametrize(
    ("pause_s", "room_db"),
    [
        (0.3, -200),
        (1.0, -55),
        (3.0, -200),
        (8.0, -55),
        *(
            pytest.param(*pair, marks=pytest.mark.slow)
            for pair in ((0.3, -55), (1.0, -200), (3.0, -55), (8.0, -200))
        ),
    ],
)
def test_a_pause_of_any_length_belongs_to_neither_word_beside_it(
    reader: Reader, pause_s: float, room_db: float
) -> None:
    made = join(YOUNG_MAN, pause_s, HIMSELF, pause_s, UNLESS).over_noise(room_db)

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


@pytest.mark.parametrize(
    ("voice", "end_s"),
    [("daniel", 3.31), ("echo", 3.55), ("emma", 4.13), ("heart", 3.88), ("sky", 4.26)],
)
def test_last_words_in_a_fricative_a_stop_or_a_vowel_end_where_they_do(
    reader: Reader, voice: str, end_s: float
) -> None:
    samples, text, rate_hz = read_voice(voice)
    silence = np.zeros(rate_hz, np.float32)

    found = reader.time(np.concatenate([silence, samples, silence]), text, rate_hz)

    assert found.ends[-1] == pytest.approx(1.0 + end_s, abs=NEAR_S)
    assert all(found.is_spoken)


@pytest.mark.parametrize("pause_s", [0.2, 0.6])
def test_a_word_said_three_times_is_found_three_times(reader: Reader, pause_s: float) -> None:
    rather, silence = UNLESS.samples[13920:19840], np.zeros(round(pause_s * RATE_HZ), np.float32)
    samples = np.concatenate([silence, rather] * 3 + [silence])

    found = reader.time(samples, "Rather rather rather!")

    starts_s = pause_s + np.arange(3) * (pause_s + len(rather) / RATE_HZ)
    assert found.starts == pytest.approx(starts_s, abs=NEAR_S)
    assert found.ends == pytest.approx(starts_s + len(rather) / RATE_HZ, abs=NEAR_S)


def test_a_word_said_twice_of_three_times_is_not_found_in_the_silence_between(
    reader: Reader,
) -> None:
    rather, silence = UNLESS.samples[13920:19840], np.zeros(round(0.3 * RATE_HZ), np.float32)

    found = reader.time(np.concatenate([silence, rather] * 2 + [silence]), "Rather rather rather!")

    assert found.scores.min() < 0.5 or not all(found.is_spoken)


def test_a_sentence_said_three_times_is_found_three_times(reader: Reader) -> None:
    made = join(0.5, MARRIED, 0.5, MARRIED, 0.5, MARRIED)

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


def test_a_right_script_is_not_doubted_for_two_words_that_are_hard_to_hear(reader: Reader) -> None:
    made = join(0.5, YOUNG_MAN, 0.5, YOUNG_MAN, 0.5, YOUNG_MAN)

    found = reader.time(made.samples, made.script)

    check_ends(found, made)
    assert found.warnings == ""


def test_capitals_are_timed_like_small_letters(reader: Reader) -> None:
    small = reader.time(PAUSES.samples, PAUSES.script)

    capitals = reader.time(PAUSES.samples, PAUSES.script.upper())

    assert capitals.starts.tolist() == small.starts.tolist()
    assert capitals.ends.tolist() == small.ends.tolist()


@pytest.mark.parametrize(
    ("voice", "spelt", "figure", "said"),
    [
        ("daniel", "twentieth", "20th", 1),
        ("daniel", "nine thousand two hundred and five", "9,205", 6),
        ("sky", "nine point six", "9.6", 3),
        ("sky", "forty-nine", "49", 1),
    ],
)
def test_a_figure_lasts_as_long_as_the_words_that_are_said_for_it(
    reader: Reader, voice: str, spelt: str, figure: str, said: int
) -> None:
    samples, text, rate_hz = read_voice(voice)
    at = text[: text.index(spelt)].count(" ")

    in_words = reader.time(samples, text, rate_hz)
    in_figures = reader.time(samples, text.replace(spelt, figure), rate_hz)

    assert in_figures.words[at].rstrip(".") == figure
    assert in_figures.starts[at] == pytest.approx(in_words.starts[at], abs=0.04)
    assert in_figures.ends[at] == pytest.approx(in_words.ends[at + said - 1], abs=0.06)


@pytest.mark.parametrize("rate_hz", [8_000, 48_000, pytest.param(22_050, marks=pytest.mark.slow)])
def test_recordings_at_other_rates_have_the_same_times(reader: Reader, rate_hz: int) -> None:
    soxr = pytest.importorskip("soxr")

    found = reader.time(soxr.resample(PAUSES.samples, RATE_HZ, rate_hz), PAUSES.script, rate_hz)

    check_ends(found, PAUSES)


def test_music_under_a_speaker_moves_no_sentence(reader: Reader) -> None:
    chord = np.resize(sounds_without_speech()["chord"], len(PAUSES.samples)) * 0.02

    found = reader.time(PAUSES.samples + chord, PAUSES.script)

    assert found.starts[PAUSES.first_words] == pytest.approx(PAUSES.starts_s, abs=NEAR_S)
    assert found.ends[PAUSES.last_words] == pytest.approx(PAUSES.ends_s, abs=2 * NEAR_S)


# Long rooms, short scripts, scripts that cannot be spelt.


@pytest.mark.parametrize("level_db", [-50, -60])
@pytest.mark.parametrize(
    ("before_s", "behind_s"),
    [(60.0, 60.0)]
    + [pytest.param(*pair, marks=pytest.mark.slow) for pair in ((60.0, 0.0), (0.0, 60.0))],
)
@pytest.mark.parametrize(
    "made",
    [
        pytest.param(join(YOUNG_MAN), id="one sentence"),
        pytest.param(join(HIMSELF, 1.0, YOUNG_MAN), id="two"),
        pytest.param(join(YOUNG_MAN, 0.5, UNLESS, 0.5, HIMSELF), id="three"),
    ],
)
def test_a_minute_of_room_moves_no_word(
    reader: Reader, made: Recording, before_s: float, behind_s: float, level_db: float
) -> None:
    inside = made.over_noise(level_db).samples
    samples = np.concatenate([room(before_s, level_db), inside, room(behind_s, level_db, 2)])

    found = reader.time(samples, made.script)

    starts_s, ends_s = np.array(made.starts_s) + before_s, np.array(made.ends_s) + before_s
    assert found.starts[made.first_words] == pytest.approx(starts_s, abs=NEAR_S)
    assert found.ends[made.last_words] == pytest.approx(ends_s, abs=0.2)
    assert found.warnings == ""


@pytest.mark.parametrize("lead_s", [0.0, 0.02, 0.04, 0.1])
def test_a_recording_may_begin_with_its_first_word(reader: Reader, lead_s: float) -> None:
    first = round((YOUNG_MAN.start_s - lead_s) * RATE_HZ)
    made = join(YOUNG_MAN, 1.0, UNLESS, 1.0).over_noise(-60)

    found = reader.time(made.samples[first:], made.script)

    cut_s = first / RATE_HZ
    assert found.starts[made.first_words] == pytest.approx(
        np.array(made.starts_s) - cut_s, abs=NEAR_S
    )
    assert found.ends[made.last_words] == pytest.approx(np.array(made.ends_s) - cut_s, abs=0.2)


def test_three_words_in_two_minutes_end_where_they_do(reader: Reader) -> None:
    rather = UNLESS.samples[13920:19840]
    pauses = [room(30.0, -60, seed) for seed in range(4)]
    samples = np.concatenate([part for pause in pauses for part in (pause, rather)][:-1])

    found = reader.time(samples, "Rather rather rather!")

    starts_s = 30.0 + np.arange(3) * (30.0 + len(rather) / RATE_HZ)
    assert found.starts == pytest.approx(starts_s, abs=0.15)  # its “r” is hardly heard
    assert found.ends == pytest.approx(starts_s + len(rather) / RATE_HZ, abs=NEAR_S)


@pytest.mark.parametrize("level_db", [-60, -40, -20])
@pytest.mark.parametrize("script", ["Yes. No. Oh.", "Hello, my friend."])
def test_nothing_of_a_short_script_is_said_in_noise(
    reader: Reader, script: str, level_db: float
) -> None:
    found = reader.time(room(8.0, level_db), script)

    assert not any(found.is_spoken)


@pytest.mark.parametrize(
    ("name", "script", "starts_s"),
    [
        ("what", "What? He left. When? Today.", {0: 0.1}),
        (
            "numbers",
            "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten. Eleven. Twelve.",
            dict(
                enumerate((0.12, 0.74, 1.36, 1.94, 2.56, 3.25, 3.91, 4.79, 5.39, 6.06, 6.67, 7.43))
            ),
        ),
    ],
)
def test_short_sentences_are_said_where_they_sound(
    reader: Reader, name: str, script: str, starts_s: dict[int, float]
) -> None:
    samples, rate_hz = read(name)

    found = reader.time(samples, script, rate_hz)

    assert all(found.is_spoken)
    assert found.starts[list(starts_s)] == pytest.approx(list(starts_s.values()), abs=NEAR_S)
    assert found.warnings == ""


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("sentence", ["What?", "Eight.", "Who are you?"])
def test_a_short_sentence_that_nobody_says_is_unspoken(
    reader: Reader, sentence: str, place: int
) -> None:
    made = join(0.5, YOUNG_MAN, 0.5, UNLESS, 0.5, HIMSELF, 0.5).over_noise(-60)
    texts = [one.text for one in made.sentences]

    found = reader.time(made.samples, " ".join([*texts[:place], sentence, *texts[place:]]))

    assert found.warnings.startswith(f"nobody says “{sentence}”")
    assert sum(not said for said in found.is_spoken) == len(sentence.split())


PARIS = (
    "We met at the station in Paris on a rainy morning. She carried a small red suitcase. "
    "The train was late again."
)


@pytest.mark.parametrize(
    ("spelt", "unspelt"),
    [
        ("Paris", "巴黎"),
        ("station", "駅"),
        ("train", "поезд"),
        ("rainy", "βροχερό"),
    ],
)
def test_a_word_that_cannot_be_spelt_is_the_sound_between_those_that_can(
    reader: Reader, spelt: str, unspelt: str
) -> None:
    samples, rate_hz = read("paris")
    at = PARIS.split().index(spelt)

    in_letters = reader.time(samples, PARIS, rate_hz)
    found = reader.time(samples, PARIS.replace(spelt, unspelt), rate_hz)

    assert found.origins[at] == "interpolated"
    assert found.starts[at] == pytest.approx(in_letters.starts[at], abs=NEAR_S)
    assert found.ends[at] == pytest.approx(in_letters.ends[at], abs=NEAR_S)
    assert 0 < found.scores[at] <= 0.5
    assert np.delete(found.starts, at) == pytest.approx(np.delete(in_letters.starts, at), abs=0.05)
    assert found.warnings == ""


@pytest.mark.parametrize(
    "foreign", ["巴黎", "Это красный чемодан.", "これは赤いスーツケースです。"]
)
def test_foreign_words_that_nobody_says_take_nothing_from_those_that_are_said(
    reader: Reader, foreign: str
) -> None:
    samples, rate_hz = read("paris")
    words = PARIS.split()

    plain = reader.time(samples, PARIS, rate_hz)
    found = reader.time(samples, " ".join([*words[:11], foreign, *words[11:]]), rate_hz)

    n_foreign = len(found.words) - len(words)
    assert found.is_spoken == [True] * 11 + [False] * n_foreign + [True] * 11
    assert [*found.starts[:11], *found.starts[11 + n_foreign :]] == pytest.approx(
        plain.starts.tolist(), abs=0.05
    )
    assert "nobody says" in found.warnings


def test_a_script_that_cannot_be_spelt_is_not_found_and_said_so(reader: Reader) -> None:
    samples, rate_hz = read("paris")

    found = reader.time(samples, "Мы встретились на вокзале в Париже дождливым утром.", rate_hz)

    assert (found.scores == 0).all()
    assert found.warnings == (
        "the aligner for 'en' can spell none of the script's words, which seem to be in 'ru'"
    )
