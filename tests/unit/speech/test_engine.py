"""The mini profile's real engine: every call of a batch has its own answer or its own error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from f5_tts.model.modules import MelSpec

from wordlight.adapter import speech_weights
from wordlight.errors import (
    EmptyText,
    MissingInput,
    OutOfRange,
    TooLong,
    UnknownVoice,
    UnsupportedText,
)
from wordlight.manifest import load_manifest
from wordlight.reading import Reading
from wordlight.speech import LEAD_S, SpeechAnswer, SpeechCall, SpeechEngine
from wordlight.speech._seams import PEAK, TAIL_S

pytestmark = pytest.mark.usefixtures("denormals")

SHORT = "Good morning to you."
LONG = (
    "The river ran low. We crossed it before noon, and nobody spoke. "
    "Then the wind rose, and the trees began to move. It was a long way home from there."
)
FEW_STEPS = 2
RATE_HZ = 24_000
ROUNDED_NEPERS = 0.15
"""bfloat16 rounds otherwise in another batch: not the wave is the same, but what is heard."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SpeechEngine:
    volume = tmp_path_factory.mktemp("volume")
    return SpeechEngine.load(speech_weights(load_manifest("mini"), volume), "cpu", threads=1)


def call(text: str, **more: Any) -> SpeechCall:
    return SpeechCall(text, **{"seed": 1, "nfe_steps": FEW_STEPS, **more})


def answers(engine: SpeechEngine, calls: Sequence[SpeechCall]) -> list[SpeechAnswer]:
    ran = engine.run(calls)
    assert all(isinstance(answer, SpeechAnswer) for answer in ran), ran
    return [answer for answer in ran if isinstance(answer, SpeechAnswer)]


def apart_nepers(one: SpeechAnswer, other: SpeechAnswer) -> float:
    """Mean distance of two answers' log-mels where either is louder than -60 dB."""
    mel = MelSpec(n_mel_channels=100, mel_spec_type="vocos")
    n_samples = min(len(one.audio), len(other.audio))
    mels = [mel(torch.from_numpy(a.audio[:n_samples])[None])[0] for a in (one, other)]
    loud = torch.maximum(*mels) > -7.0
    return float((mels[0] - mels[1]).abs()[loud].mean())


def spoken_s(answer: SpeechAnswer) -> float:
    return len(answer.audio) / answer.sample_rate - LEAD_S - TAIL_S


def test_an_answer_is_sound_in_range_with_the_text_as_given(engine: SpeechEngine) -> None:
    written = "  Good morning 🎉 to you. "

    (answer,) = answers(engine, [call(written)])

    assert answer.spoken_text == written
    assert answer.sample_rate == RATE_HZ
    assert answer.audio.dtype == np.float32
    assert 0.5 < spoken_s(answer) < 2.5
    assert 0.05 < np.abs(answer.audio).max() <= PEAK + 1e-6
    assert answer.chunk_starts.tolist() == pytest.approx([LEAD_S])


def test_an_answer_tells_how_its_text_was_read(engine: SpeechEngine) -> None:
    written = "It cost $5 million in 東京."

    (answer,) = answers(engine, [call(written)])

    reading = Reading.from_json(answer.reading)
    assert [word.text for word in reading.words] == written.split()
    assert [" ".join(word.said) for word in reading.words] == [
        "it",
        "cost",
        "five",
        "million dollars",
        "in",
        "",
    ]
    assert reading.warnings == ("the loaded voice cannot say 東京; passed over",)


def test_what_is_said_takes_its_time_and_not_what_is_written(engine: SpeechEngine) -> None:
    figures, words = answers(
        engine,
        [call("It is $777."), call("It is seven hundred and seventy seven dollars.")],
    )

    assert spoken_s(figures) == pytest.approx(spoken_s(words), rel=0.1)


def test_a_text_in_another_language_than_the_voices_is_refused(engine: SpeechEngine) -> None:
    (error,) = engine.run([call("Es regnet.", language="de")])

    assert isinstance(error, UnsupportedText)
    assert str(error) == "LANGUAGE is 'de'; the loaded voice speaks English only"


def test_a_call_errs_in_its_place_and_its_batch_mates_answer(engine: SpeechEngine) -> None:
    calls = [
        call(SHORT),
        call("🎉"),
        call("Привет"),
        call(SHORT, voice="soul"),
        call(SHORT, reference_rate=16_000),
        call("And good night."),
    ]

    ran = engine.run(calls)

    assert [type(answer) for answer in ran] == [
        SpeechAnswer,
        EmptyText,
        UnsupportedText,
        UnknownVoice,
        MissingInput,
        SpeechAnswer,
    ]
    assert isinstance(ran[5], SpeechAnswer)
    assert ran[5].spoken_text == "And good night."
    (alone,) = answers(engine, [calls[5]])
    assert len(ran[5].audio) == len(alone.audio)
    assert apart_nepers(ran[5], alone) < ROUNDED_NEPERS


def test_the_seed_decides_and_no_seed_means_chance(engine: SpeechEngine) -> None:
    first, again, other = answers(engine, [call(SHORT), call(SHORT), call(SHORT, seed=2)])
    by_chance = answers(engine, [call(SHORT, seed=None), call(SHORT, seed=None)])

    (alone,) = answers(engine, [call(SHORT)])
    assert np.array_equal(first.audio, again.audio)
    assert apart_nepers(first, alone) < ROUNDED_NEPERS
    assert apart_nepers(alone, other) > 2 * ROUNDED_NEPERS
    assert not np.array_equal(by_chance[0].audio, by_chance[1].audio)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_the_farthest_seeds_are_seeds(engine: SpeechEngine, seed: int) -> None:
    (answer,) = answers(engine, [call("Two words. " * 16, seed=seed, nfe_steps=1)])

    assert len(answer.chunk_starts) > 1


def test_speed_changes_the_length(engine: SpeechEngine) -> None:
    slow, normal, fast = answers(engine, [call(SHORT, speed=speed) for speed in (0.7, None, 1.5)])

    assert spoken_s(slow) == pytest.approx(spoken_s(normal) / 0.7, rel=0.15)
    assert spoken_s(fast) == pytest.approx(spoken_s(normal) / 1.5, rel=0.15)


def test_steps_guidance_and_sway_change_the_sound(engine: SpeechEngine) -> None:
    normal, *changed = answers(
        engine,
        [
            call(SHORT),
            call(SHORT, nfe_steps=3),
            call(SHORT, cfg_strength=0.0),
            call(SHORT, sway=0.0),
        ],
    )

    for answer in changed:
        assert not np.array_equal(answer.audio, normal.audio)


def test_a_long_text_is_spoken_in_chunks_that_follow_each_other(engine: SpeechEngine) -> None:
    (answer,) = answers(engine, [call(LONG)])

    starts, frame_s = answer.chunk_starts, 256 / RATE_HZ
    assert len(starts) >= 2
    assert starts[0] == pytest.approx(LEAD_S)
    assert (np.diff(starts) > 1.0).all()
    ends = [*starts[1:], len(answer.audio) / RATE_HZ]
    assert max(np.subtract(ends, starts)) < engine.context_s
    for start in starts:  # each begins in a pause: what stands before it is silence
        before = answer.audio[int((start - 2 * frame_s) * RATE_HZ) : int(start * RATE_HZ)]
        assert np.abs(before).max() < 1e-6


def test_the_same_sentence_twice_is_not_the_same_sound_twice(engine: SpeechEngine) -> None:
    (answer,) = answers(engine, [call(f"{SHORT}\n\n{SHORT}")])

    first, second = (
        answer.audio[round(float(start) * RATE_HZ) :][: RATE_HZ // 2]
        for start in answer.chunk_starts
    )
    assert np.abs(first - second).max() > 0.01


def test_marks_between_paragraphs_are_not_spoken(engine: SpeechEngine) -> None:
    with_marks, without = answers(
        engine, [call(f"{SHORT}\n\n***\n\nGood night."), call(f"{SHORT}\n\nGood night.")]
    )

    # Not to the bit: the four chunks may share batches two and two, or otherwise.
    assert with_marks.audio.shape == without.audio.shape
    assert np.corrcoef(with_marks.audio, without.audio)[0, 1] > 0.9999


def test_a_quiet_reference_gives_a_quiet_answer_that_can_be_heard(engine: SpeechEngine) -> None:
    (loud,) = answers(engine, [call(LONG[:40])])
    piece = loud.audio[int(LEAD_S * RATE_HZ) :] * np.float32(0.5 / np.abs(loud.audio).max())
    given = {"reference_rate": RATE_HZ, "reference_text": "The river ran low. We crossed it"}

    normal, quiet, quieter = answers(
        engine,
        [
            call(SHORT, reference_audio=piece * np.float32(level), **given)
            for level in (1.0, 0.1, 0.01)
        ],
    )

    assert 0.1 < np.abs(quiet.audio).max() < 0.7 * np.abs(normal.audio).max()
    assert np.abs(quieter.audio).max() == pytest.approx(np.abs(quiet.audio).max(), rel=0.1)
    assert Reading.from_json(normal.reading).warnings == ()
    (warning,) = Reading.from_json(quieter.reading).warnings
    assert warning.startswith("REFERENCE_AUDIO is very quiet (-6")


def test_a_reference_longer_than_the_context_is_refused_with_the_limit(
    engine: SpeechEngine,
) -> None:
    n_samples = round((engine.context_s + 1) * RATE_HZ)
    noise = np.random.default_rng(0).normal(0, 0.1, n_samples).astype(np.float32)

    (error,) = engine.run(
        [call(SHORT, reference_audio=noise, reference_rate=RATE_HZ, reference_text="some words")]
    )

    assert isinstance(error, OutOfRange)
    assert (error.field, error.high) == ("REFERENCE_AUDIO", pytest.approx(engine.context_s - 1.5))
    assert error.got == pytest.approx(engine.context_s + 1, abs=0.02)
    assert str(error).endswith(f" s; it must be from 1 to {error.high:g} s")


def test_an_empty_batch_has_no_answers(engine: SpeechEngine) -> None:
    assert engine.run([]) == []


def test_a_text_that_takes_more_than_an_hour_to_say_is_refused_at_once(
    engine: SpeechEngine,
) -> None:
    (written, slow) = engine.run(
        [call("123456789 " * 2_000), call("so it goes. " * 3_000, speed=0.3)]
    )

    assert isinstance(written, TooLong)
    assert isinstance(slow, TooLong)
    assert str(slow).startswith("TEXT is ")
    assert str(slow).endswith(" seconds of speech long; at most 3,600 are allowed")
