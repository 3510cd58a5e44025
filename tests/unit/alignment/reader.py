"""The engine with the embedded aligner, for recordings with a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")
pytest.importorskip("soundfile")

from alignment.recordings import (
    HIMSELF,
    RATE_HZ,
    ROOT,
    UNLESS,
    YOUNG_MAN,
    Recording,
    Sentence,
    join,
)
from wordlight.alignment import (
    AlignmentAnswer,
    AlignmentCall,
    AlignmentEngine,
    AlignmentWeights,
    quiet_libraries,
)
from wordlight.alignment.networks import Transcriber
from wordlight.reading import Reading
from wordlight.words import Word, check_words

MINI = ROOT / "models" / "mini" / "aligner"
NEAR_S = 0.1
PAUSES = join(0.8, YOUNG_MAN, 1.5, UNLESS, 1.5, HIMSELF, 1.0)


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
        self._engine = AlignmentEngine(cast(Transcriber, None), weights, "cpu")

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
