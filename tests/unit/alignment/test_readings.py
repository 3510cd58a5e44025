"""The engine times words by the reading that it is given, and answers with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from alignment.answers import SENTENCE, check_answer
from wordlight.alignment import AlignmentAnswer, AlignmentCall, AlignmentEngine
from wordlight.alignment._pieces import Work
from wordlight.alignment.networks import Stretch, Transcription
from wordlight.errors import InvalidInput
from wordlight.reading import Reading, read_script


class Ear:
    """A transcriber that hears always the same."""

    def __init__(self, heard: Transcription) -> None:
        self._heard = heard

    def check_language(self, language: str | None) -> None:
        pass

    def transcribe(
        self,
        clips: Sequence[NDArray[np.float32]],
        languages: Sequence[str | None],
        work: Work,
    ) -> list[Transcription]:
        return [self._heard for _ in clips]


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
    heard = Transcription(stretches, "en")
    monkeypatch.setattr(engine, "_transcriber", Ear(heard))

    [outcome] = engine.run([speech])

    answer = check_answer(outcome, speech.duration_s)
    assert answer.words == ["It", "cost", "$5", "million.", "He", "paid", "20", "%."]
    words = Reading.from_json(answer.reading).words
    assert [word.group for word in words] == [0, 1, 2, 2, 3, 4, 5, 5]
    assert [" ".join(word.said) for word in words][2:4] == ["five", "million dollars"]
    assert answer.ends[3] <= 2.5 <= answer.ends[-1]
