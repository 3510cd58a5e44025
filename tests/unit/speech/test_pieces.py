"""A plan's pieces, spoken one by one and joined, are the narration that is spoken in one go."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest
import torch

from wordlight.adapter import speech_weights
from wordlight.errors import EmptyText, InvalidInput
from wordlight.reading import Reading
from wordlight.speech import (
    LEAD_S,
    SpeechAnswer,
    SpeechCall,
    SpeechEngine,
    SpeechService,
    join,
    pauses_s,
)
from wordlight.speech._chunks import Break, Chunk
from wordlight.speech._seams import FADE_S, PAUSE_S, PEAK, SILENT_MARGIN_S, TAIL_S, piece
from wordlight.weights import load_profile

RATE_HZ = 24_000
SCRIPT = (
    "The river ran low. We crossed it before noon, and nobody spoke.\n\n"
    "Then the wind rose, and the trees began to move. It was a long way home from there."
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SpeechEngine:
    volume = tmp_path_factory.mktemp("volume")
    return SpeechEngine.load(speech_weights(load_profile("mini"), volume), "cpu", threads=1)


@pytest.fixture(autouse=True)
def _denormals() -> Iterator[None]:
    yield
    torch.set_flush_denormal(False)


@pytest.fixture
def service(engine: SpeechEngine) -> Iterator[SpeechService]:
    service = SpeechService(engine)
    yield service
    service.close()


def call(text: str = SCRIPT, **more: Any) -> SpeechCall:
    return SpeechCall(text, **{"seed": 1, "nfe_steps": 1, **more})


def spoken(service: SpeechService, call: SpeechCall) -> SpeechAnswer:
    answer: Future[Any] = Future()
    service.submit(call, answer.set_result)
    found = answer.result(60)
    assert isinstance(found, SpeechAnswer), found
    return found


def test_a_plan_has_the_chunks_pauses_and_reading_of_the_narration_and_no_audio(
    service: SpeechService, engine: SpeechEngine
) -> None:
    plan = spoken(service, call(task="plan"))
    (whole,) = engine.run([call()])

    assert isinstance(whole, SpeechAnswer)
    assert len(plan.audio) == 0
    assert plan.chunks == whole.chunks
    assert len(plan.chunks) >= 3
    assert plan.chunk_words.tolist() == whole.chunk_words.tolist()
    assert plan.chunk_pauses.tolist() == whole.chunk_pauses.tolist()
    assert (plan.reading, plan.spoken_text) == (whole.reading, whole.spoken_text)
    assert plan.chunk_starts == pytest.approx(whole.chunk_starts, rel=0.3, abs=0.5)


def test_pieces_joined_are_the_narration(service: SpeechService, engine: SpeechEngine) -> None:
    plan = spoken(service, call(task="plan"))
    pieces = [
        spoken(service, call(text, task="piece", seed=1 + index, request_id="job"))
        for index, text in enumerate(plan.chunks)
    ]
    (whole,) = engine.run([call()])

    audio, starts = join([one.audio for one in pieces], plan.chunk_pauses.tolist(), RATE_HZ)

    assert isinstance(whole, SpeechAnswer)
    assert starts == pytest.approx(whole.chunk_starts)
    assert len(audio) == len(whole.audio)
    assert float(np.corrcoef(audio, whole.audio)[0, 1]) > 0.99


def test_a_piece_has_no_silence_around_it_and_no_words_of_its_own(service: SpeechService) -> None:
    alone = spoken(service, call("Good morning to you.", task="piece"))
    whole = spoken(service, call("Good morning to you."))

    around = round(LEAD_S * RATE_HZ) + round(TAIL_S * RATE_HZ)
    assert len(alone.audio) == len(whole.audio) - around
    assert Reading.from_json(alone.reading).words == ()
    assert alone.chunk_starts.tolist() == [0.0]


def test_a_piece_that_is_too_long_is_refused(engine: SpeechEngine) -> None:
    for text in ("so it goes " * 300, "so " * 2_000):
        with pytest.raises(InvalidInput, match="TEXT is too long for a piece"):
            engine.plan(call(text, task="piece"))


def test_a_script_without_a_word_has_no_plan(engine: SpeechEngine) -> None:
    for text in ("...", "[music]", "🎉"):
        with pytest.raises(EmptyText):
            engine.plan(call(text, task="plan"))


def test_pauses_follow_what_ends_each_chunk_and_the_last_is_the_end_s() -> None:
    def pauses(*endings: Break) -> list[float]:
        return pauses_s([Chunk("", ending, 0, 0) for ending in endings])

    assert pauses(Break.CLAUSE, Break.PARAGRAPH, Break.SENTENCE) == [
        PAUSE_S[Break.CLAUSE],
        PAUSE_S[Break.PARAGRAPH],
        TAIL_S,
    ]
    assert pauses(Break.WORD) == [TAIL_S]
    assert pauses() == []


def test_a_pause_that_is_asked_for_takes_the_place_of_a_reader_s() -> None:
    chunks = [Chunk("", Break.SENTENCE, 0, 0, pause_s=2.0), Chunk("", Break.WORD, 0, 0, pause_s=0)]

    assert pauses_s(chunks) == [2.0 - 2 * SILENT_MARGIN_S, 0.0]


def test_a_piece_keeps_what_is_said_without_clicks_and_no_louder_than_can_be_played() -> None:
    tone = np.sin(np.arange(RATE_HZ) * 0.1).astype(np.float32) * 1.5
    wave = np.concatenate([np.zeros(RATE_HZ, np.float32), tone, np.zeros(RATE_HZ, np.float32)])

    kept = piece(wave, 0.5, RATE_HZ)

    assert RATE_HZ <= len(kept) < 1.1 * RATE_HZ
    assert np.abs(kept).max() == pytest.approx(0.5 * PEAK, abs=1e-3)
    assert np.abs(kept[: int(FADE_S * RATE_HZ) // 4]).max() < 0.2
    assert kept.dtype == np.float32


def test_a_piece_of_nothing_is_nothing() -> None:
    assert piece(np.zeros(0, np.float32), 1.0, RATE_HZ).tolist() == []
    assert not piece(np.zeros(100, np.float32), 1.0, RATE_HZ).any()
