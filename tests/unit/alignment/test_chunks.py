"""Chunks of a call are timed as if each were a recording of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from wordlight.alignment import AlignmentAnswer, AlignmentCall, AlignmentEngine
from wordlight.alignment._chunks import Chunk, check_chunk_words, chunks_of
from wordlight.errors import InvalidInput, MissingInput, WordlightError
from wordlight.reading import Reading, read_script

SENTENCE = "Some call me nature, others call me mother nature."
WORDS = [0, 4]
SPLIT_S = 2.1
RATE_HZ = 24_000


@pytest.fixture(scope="module")
def speech(spoken_sentence: tuple[NDArray[np.float32], int]) -> AlignmentCall:
    return AlignmentCall(*spoken_sentence, transcript=SENTENCE)


def call(starts: Any, words: Any, text: str = SENTENCE) -> AlignmentCall:
    return AlignmentCall(
        np.zeros(2 * RATE_HZ, np.float32),
        RATE_HZ,
        text,
        chunk_starts=None if starts is None else np.array(starts, np.float64),
        chunk_words=None if words is None else np.array(words, np.int32),
    )


def chunked(speech: AlignmentCall, starts: list[float], words: list[int]) -> AlignmentCall:
    return replace(speech, chunk_starts=np.array(starts), chunk_words=np.array(words, np.int32))


def answered(outcome: AlignmentAnswer | WordlightError) -> AlignmentAnswer:
    assert isinstance(outcome, AlignmentAnswer), outcome
    return outcome


def test_a_call_that_names_no_chunks_has_none() -> None:
    assert chunks_of(call(None, None)) == []


def test_chunks_have_the_samples_and_words_up_to_the_next_one() -> None:
    chunks = chunks_of(call([0.1, 0.5, 1.0], [0, 3, 5]))

    assert chunks == [
        Chunk(2_400, 12_000, 0, 3),
        Chunk(12_000, 24_000, 3, 5),
        Chunk(24_000, 48_000, 5, None),
    ]


@pytest.mark.parametrize(
    ("starts", "words", "field"),
    [
        ([0.0], None, "CHUNK_WORDS"),
        (None, [0], "CHUNK_STARTS"),
        ([], [], "CHUNK_STARTS"),
        ([0.0, 1.0], [0], "CHUNK_STARTS"),
        ([0.0], [1], "CHUNK_WORDS"),
        ([0.0, 1.0], [0, 0], "CHUNK_WORDS"),
        ([0.0, 0.5, 1.0], [0, 3, 2], "CHUNK_WORDS"),
        ([0.0, 0.0], [0, 1], "CHUNK_STARTS"),
        ([1.0, 0.5], [0, 1], "CHUNK_STARTS"),
        ([0.0, 2.0], [0, 1], "CHUNK_STARTS"),
        ([0.0, 1e9], [0, 1], "CHUNK_STARTS"),
        ([0.0, 1e300], [0, 1], "CHUNK_STARTS"),
        ([1e300, 1e301], [0, 1], "CHUNK_STARTS"),
        ([0.0, 0.00001], [0, 1], "CHUNK_STARTS"),
    ],
)
def test_chunks_that_cannot_be_are_refused_by_name(starts: Any, words: Any, field: str) -> None:
    with pytest.raises((InvalidInput, MissingInput)) as refused:
        chunks_of(call(starts, words))

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        (SENTENCE, [0, 9], "begins a chunk at word 9 of 9"),
        (SENTENCE, [0, 1_000], "begins a chunk at word 1000 of 9"),
        ("So it goes. [applause]", [0, 3], "has a chunk at word 3 in which nothing is said"),
        ("[music] So it goes.", [0, 1], "has a chunk at word 0 in which nothing is said"),
    ],
)
def test_a_chunk_in_which_nobody_says_a_word_is_refused(
    text: str, words: list[int], sentence: str
) -> None:
    chunks = chunks_of(call([0.0, 1.0], words, text))

    with pytest.raises(InvalidInput, match=sentence):
        check_chunk_words(chunks, read_script(text, "en"))


def test_the_words_of_a_chunked_call_are_those_of_its_chunks_alone_and_later(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    split, reading = round(SPLIT_S * speech.sample_rate), read_script(SENTENCE, "en")
    parts = [reading.part(0, 4), reading.part(4, len(reading.words))]
    cuts = [speech.audio[:split], speech.audio[split:]]
    alone = [
        chunked(
            replace(speech, audio=audio, transcript=part.text, reading=part.to_json()), [0.0], [0]
        )
        for audio, part in zip(cuts, parts, strict=True)
    ]

    first, second = (answered(engine.run([one])[0]) for one in alone)
    whole = answered(engine.run([chunked(speech, [0.0, SPLIT_S], WORDS)])[0])

    later_s = split / speech.sample_rate
    assert whole.words == [word.text for word in reading.words]
    assert whole.starts.tolist() == [*first.starts, *(second.starts + later_s)]
    assert whole.ends.tolist() == [*first.ends, *(second.ends + later_s)]
    assert whole.scores.tolist() == [*first.scores, *second.scores]
    assert whole.origins == first.origins + second.origins
    assert whole.n_spelt == first.n_spelt + second.n_spelt == len(reading.words)
    assert whole.duration == speech.duration_s


def test_no_word_leaves_its_chunk(engine: AlignmentEngine, speech: AlignmentCall) -> None:
    whole = answered(engine.run([chunked(speech, [0.0, SPLIT_S], WORDS)])[0])

    assert whole.ends[3] <= SPLIT_S + 1e-9
    assert whole.starts[4] >= SPLIT_S - 1e-9


def test_a_chunked_call_is_answered_the_same_whoever_else_is_there(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    one = chunked(speech, [0.0, SPLIT_S], WORDS)
    noise = np.random.default_rng(0).normal(0, 0.1, 7 * RATE_HZ).astype(np.float32)
    other = AlignmentCall(noise, RATE_HZ, "so it goes, and goes, and goes", "en")

    alone = answered(engine.run([one])[0])
    outcomes = engine.run([other, one, chunked(other, [0.0, 3.0], [0, 3]), speech])

    among = answered(outcomes[1])
    assert among.starts.tolist() == alone.starts.tolist()
    assert among.scores.tolist() == alone.scores.tolist()
    assert all(isinstance(outcome, AlignmentAnswer) for outcome in outcomes)


@pytest.mark.parametrize(
    ("starts", "words", "field"),
    [
        ([0.0, 1.0], [0, 9], "CHUNK_WORDS"),
        ([0.0, 99.0], [0, 4], "CHUNK_STARTS"),
        ([0.0, 0.01], [0, 4], "AUDIO"),
    ],
)
def test_a_call_with_bad_chunks_leaves_its_batch_mates_alone(
    engine: AlignmentEngine,
    speech: AlignmentCall,
    starts: list[float],
    words: list[int],
    field: str,
) -> None:
    good, bad = chunked(speech, [0.0, SPLIT_S], WORDS), chunked(speech, starts, words)

    outcomes = engine.run([good, bad, good])

    assert isinstance(outcomes[1], InvalidInput)
    assert outcomes[1].field == field
    assert isinstance(outcomes[0], AlignmentAnswer)
    assert isinstance(outcomes[2], AlignmentAnswer)


def test_chunks_of_a_recording_whose_words_are_not_given_are_refused(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    heard = chunked(replace(speech, transcript=None), [0.0, SPLIT_S], WORDS)

    (refused,) = engine.run([heard])

    assert str(refused) == "TRANSCRIPT is missing: CHUNK_STARTS is given"


def test_a_chunked_answer_tells_how_its_words_were_read(
    engine: AlignmentEngine, speech: AlignmentCall
) -> None:
    read = read_script(SENTENCE, "en").warned("told")
    call = replace(chunked(speech, [0.0, SPLIT_S], WORDS), reading=read.to_json())

    answer = answered(engine.run([call])[0])

    reading = Reading.from_json(answer.reading)
    assert reading.words == read.words
    assert "told" in reading.warnings
