"""Calls in, timed words out, on real Whisper and an aligner with random weights."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from wordlight.alignment import AlignmentAnswer, AlignmentCall, AlignmentEngine, AlignmentWeights
from wordlight.errors import EmptyText, InvalidInput, TooLong, UnknownLanguage, WeightsMissing
from wordlight.words import Word, check_words, split_words

SENTENCE = "Some call me nature, others call me mother nature."
HARD = 'Dr. Li paid $12.50 — twice! — for 3.5% of 東京 & "№ 7" at 7:30 pm, in 1999...'


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
    assert answer.words == split_words(transcript)
    assert (answer.spoken_text, answer.spoken_language) == (transcript, "en")


def test_more_letters_than_frames_are_interpolated(engine: AlignmentEngine) -> None:
    [outcome] = engine.run([AlignmentCall(np.zeros(2_400, np.float32), 24_000, SENTENCE)])

    answer = check_answer(outcome, 0.1)
    assert set(answer.origins) == {"interpolated"}
    assert (answer.ends > answer.starts).all()


def test_real_speech_is_heard_and_every_word_is_timed(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    jiwer = pytest.importorskip("jiwer")
    [outcome] = engine.run([speech])

    answer = check_answer(outcome, speech.duration_s)
    plain = "".join(c for c in answer.spoken_text.lower() if c.isalpha() or c == " ")
    assert jiwer.wer("some call me nature others call me mother nature", plain) <= 0.2
    assert answer.words == split_words(answer.spoken_text)
    assert answer.spoken_language == "en"


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
        AlignmentCall(np.zeros(8_000 * 1801, np.float32), 8_000),
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
