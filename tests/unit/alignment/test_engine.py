"""Calls in, timed words out, on real Whisper and an aligner with random weights."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alignment.counted import Counted

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from alignment.answers import SENTENCE, check_answer
from wordlight.alignment import AlignmentAnswer, AlignmentCall, AlignmentEngine, AlignmentWeights
from wordlight.errors import EmptyText, InvalidInput, TooLong, UnknownLanguage, WeightsMissing
from wordlight.reading import Reading, read_script

HARD = 'Dr. Li paid $12.50 — twice! — for 3.5% of 東京 & "№ 7" at 7:30 pm, in 1999...'


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
