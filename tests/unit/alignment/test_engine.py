"""Calls in, timed words out, on real Whisper and an aligner with random weights."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alignment.counted import Counted

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from wordlight.alignment import AlignmentAnswer, AlignmentCall, AlignmentEngine, AlignmentWeights
from wordlight.alignment._pieces import Work
from wordlight.alignment.networks import Heard, Stretch
from wordlight.errors import EmptyText, InvalidInput, TooLong, UnknownLanguage, WeightsMissing
from wordlight.reading import Reading, read_script
from wordlight.words import Word, check_words

SENTENCE = "Some call me nature, others call me mother nature."
HARD = 'Dr. Li paid $12.50 — twice! — for 3.5% of 東京 & "№ 7" at 7:30 pm, in 1999...'


class Ear:
    """A listener that hears always the same."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def check_language(self, language: str | None) -> None:
        pass

    def hear(
        self,
        clips: Sequence[NDArray[np.float32]],
        languages: Sequence[str | None],
        work: Work,
    ) -> list[Heard]:
        return [self._heard for _ in clips]


@pytest.fixture(scope="module")
def engine(tiny_aligner_folder: Path, whisper_folder: Path) -> AlignmentEngine:
    weights = AlignmentWeights(
        whisper_folder, {"en": tiny_aligner_folder, "de": tiny_aligner_folder / "gone"}
    )
    return AlignmentEngine.load(weights, "cpu", threads=1)


@pytest.fixture(scope="module")
def speech(spoken_sentence: tuple[NDArray[np.float32], int]) -> AlignmentCall:
    return AlignmentCall(*spoken_sentence)


def check_answer(answer: object, duration_s: float) -> AlignmentAnswer:
    assert isinstance(answer, AlignmentAnswer)
    n_words = len(answer.words)
    assert len(answer.origins) == n_words
    assert answer.starts.shape == answer.ends.shape == answer.scores.shape == (n_words,)
    assert (answer.starts.dtype, answer.scores.dtype) == (np.float64, np.float32)
    check_words(
        Word(word, float(start), float(end))
        for word, start, end in zip(answer.words, answer.starts, answer.ends, strict=True)
    )
    assert n_words == 0 or answer.ends[-1] <= duration_s
    assert ((answer.scores >= 0) & (answer.scores <= 1)).all()
    return answer


@pytest.mark.parametrize("transcript", [SENTENCE, HARD, "東京", "a", "word " * 300])
def test_every_word_of_a_transcript_comes_back_once_with_a_time(
    engine: AlignmentEngine, speech: AlignmentCall, transcript: str
) -> None:
    [outcome] = engine.run([replace(speech, transcript=transcript)])

    answer = check_answer(outcome, speech.duration_s)
    assert answer.words == [word.text for word in read_script(transcript, "en").words]
    # Not its warnings: what has random weights does not hear the words.
    assert Reading.from_json(answer.reading).words == read_script(transcript, "en").words
    assert (answer.spoken_text, answer.spoken_language) == (transcript, "en")


def test_words_whose_letters_do_not_fit_the_frames_are_unspoken(engine: AlignmentEngine) -> None:
    [outcome] = engine.run([AlignmentCall(np.zeros(2_400, np.float32), 24_000, SENTENCE)])

    answer = check_answer(outcome, 0.1)
    assert set(answer.origins) == {"unspoken"}
    assert (answer.ends > answer.starts).all()


def test_real_speech_is_heard_and_every_word_is_timed(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    jiwer = pytest.importorskip("jiwer")
    [outcome] = engine.run([speech])

    answer = check_answer(outcome, speech.duration_s)
    plain = "".join(c for c in answer.spoken_text.lower() if c.isalpha() or c == " ")
    assert jiwer.wer("some call me nature others call me mother nature", plain) <= 0.2
    assert answer.words == answer.spoken_text.split()
    assert answer.spoken_language == "en"


def test_a_transcript_is_aligned_by_the_reading_that_comes_with_it(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    written = "Some call me $5, others call me mother nature."
    read = read_script(written)
    nature = replace(read.words[3], said=("nature",))
    told = replace(read, words=(*read.words[:3], nature, *read.words[4:]), warnings=("told",))
    call = replace(speech, transcript=written)

    by_itself, by_reading, plain = engine.run(
        [call, replace(call, reading=told.to_json()), replace(speech, transcript=SENTENCE)]
    )

    answer = check_answer(by_reading, speech.duration_s)
    assert answer.words == written.split()
    read_back = Reading.from_json(answer.reading)
    assert (read_back.words, read_back.language) == (told.words, told.language)
    assert "told" in read_back.warnings
    assert isinstance(by_itself, AlignmentAnswer)
    assert isinstance(plain, AlignmentAnswer)
    assert answer.starts == pytest.approx(plain.starts, abs=0.021)
    assert answer.starts != pytest.approx(by_itself.starts, abs=0.021)


def test_a_word_that_is_not_said_still_gets_its_time(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    read = read_script("Some 東京 call me nature", "en")
    silent = tuple(replace(word, said=()) if "東" in word.text else word for word in read.words)
    reading = replace(read, words=silent).to_json()

    [outcome] = engine.run(
        [replace(speech, transcript="Some 東京 call me nature", reading=reading)]
    )

    answer = check_answer(outcome, speech.duration_s)
    assert answer.words == ["Some", "東京", "call", "me", "nature"]


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        ("{", "is not the JSON of a reading"),
        ("[]", "is not the JSON of a reading"),
        (read_script("so").to_json().replace('"version":1', '"version":9'), "has version 9"),
        (Reading(()).to_json(), "holds no words"),
        (read_script("Some call me nature").to_json(), "is of another text than TRANSCRIPT"),
        (read_script(f"{SENTENCE} Once more.").to_json(), "is of another text than TRANSCRIPT"),
    ],
)
def test_a_reading_that_does_not_fit_is_refused_by_its_name(
    engine: AlignmentEngine, speech: AlignmentCall, reading: str, says: str
) -> None:
    good = replace(speech, transcript=SENTENCE)

    refused, answered = engine.run([replace(good, reading=reading), good])

    assert isinstance(refused, InvalidInput)
    assert refused.field == "READING"
    assert says in str(refused)
    assert isinstance(answered, AlignmentAnswer)


def test_a_reading_without_a_transcript_is_refused(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    [outcome] = engine.run([replace(speech, reading=read_script(SENTENCE).to_json())])

    assert isinstance(outcome, InvalidInput)
    assert str(outcome) == "READING needs the TRANSCRIPT that it is a reading of"


def test_what_is_heard_in_several_stretches_is_one_reading_with_its_groups_in_order(
    engine: AlignmentEngine, speech: AlignmentCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretches = [
        Stretch(0.5, 1.5, "It cost $5 million."),
        Stretch(2.0, 2.2, "♪ ... ♪"),
        Stretch(2.5, 3.5, "He paid 20 %."),
    ]
    heard = Heard(stretches, "en")
    monkeypatch.setattr(engine, "_listener", Ear(heard))

    [outcome] = engine.run([speech])

    answer = check_answer(outcome, speech.duration_s)
    assert answer.words == ["It", "cost", "$5", "million.", "He", "paid", "20", "%."]
    words = Reading.from_json(answer.reading).words
    assert [word.group for word in words] == [0, 1, 2, 2, 3, 4, 5, 5]
    assert [" ".join(word.said) for word in words][2:4] == ["five", "million dollars"]
    assert answer.ends[3] <= 2.5 <= answer.ends[-1]


def test_the_language_is_told_by_the_transcripts_letters_where_its_aligner_is_there(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    [outcome] = engine.run([replace(speech, transcript="Привет")])

    assert check_answer(outcome, speech.duration_s).spoken_language == "en"


def test_silence_has_no_words_and_is_no_error(engine: AlignmentEngine) -> None:
    [outcome] = engine.run([AlignmentCall(np.zeros(48_000, np.float32), 48_000)])

    answer = check_answer(outcome, 1.0)
    assert (answer.words, answer.spoken_text) == ([], "")


def test_each_error_stays_in_its_place(engine: AlignmentEngine, speech: AlignmentCall) -> None:
    good = replace(speech, transcript=SENTENCE)

    outcomes = engine.run([
        good,
        AlignmentCall(np.empty(0, np.float32), 16_000, "a"),
        AlignmentCall(np.zeros(399, np.float32), 16_000),
        replace(good, transcript="... — !"),
        replace(good, language="fr"),
        replace(speech, language="fr"),
        replace(good, language="de"),
        AlignmentCall(np.zeros(8_000 * 3_601, np.float32), 8_000),
        replace(good, language="EN_us"),
    ])  # fmt: skip

    assert [type(outcome) for outcome in outcomes] == [
        AlignmentAnswer, InvalidInput, InvalidInput, EmptyText, UnknownLanguage, UnknownLanguage,
        WeightsMissing, TooLong, AlignmentAnswer,
    ]  # fmt: skip
    fields = [outcome.field for outcome in outcomes if isinstance(outcome, InvalidInput)]
    assert fields == ["AUDIO", "AUDIO", "TRANSCRIPT", "AUDIO"]


def test_a_call_alone_and_among_others_has_the_same_answer(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    known = replace(speech, transcript=SENTENCE)
    short = AlignmentCall(speech.audio[:60_000], speech.sample_rate, "Some call me")

    among = engine.run([short, known, known])[1]
    alone = engine.run([known])[0]

    assert isinstance(among, AlignmentAnswer)
    assert isinstance(alone, AlignmentAnswer)
    assert among.starts == pytest.approx(alone.starts, abs=0.021)
    assert among.scores == pytest.approx(alone.scores, abs=1e-3)


def test_a_run_goes_piece_by_piece_and_its_answer_is_the_same(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    calls = [speech, replace(speech, transcript=SENTENCE)]
    work = Counted()

    whole, in_pieces = engine.run(calls), engine.run(calls, work)

    assert work.n_pieces + work.n_pauses > 8
    for one, other in zip(whole, in_pieces, strict=True):
        assert isinstance(one, AlignmentAnswer)
        assert isinstance(other, AlignmentAnswer)
        assert one.words == other.words
        assert one.starts == pytest.approx(other.starts, abs=1e-6)
        assert one.reading == other.reading


@pytest.mark.parametrize("transcript", [None, SENTENCE])
def test_a_run_ends_before_whichever_piece_it_is_told_to(
    engine: AlignmentEngine, speech: AlignmentCall, transcript: str | None
) -> None:
    call = replace(speech, transcript=transcript)
    work = Counted()
    engine.run([call], work)

    for last in range(work.n_pieces + work.n_pauses):
        told = Counted(last)
        with pytest.raises(InterruptedError):
            engine.run([call], told)
        assert told.n_pieces + told.n_pauses == last


def test_importing_loads_no_engine() -> None:
    program = (
        "import sys, wordlight.alignment\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'whisperx', 'transformers')))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_whisper_that_is_not_there_is_said_so(tiny_aligner_folder: Path, tmp_path: Path) -> None:
    weights = AlignmentWeights(tmp_path / "nothing", {"en": tiny_aligner_folder})

    with pytest.raises(WeightsMissing, match="whisper"):
        AlignmentEngine.load(weights, "cpu")
