"""What the small F5-TTS answers is kept as it was: its mels, and the waves made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from mini.answers import Answer, Listener, load_answers, save_answers


def test_answers_are_read_as_they_were_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    answers = [
        Answer(
            rng.standard_normal((n, 100)).astype(np.float16),
            rng.integers(-999, 999, (n - 1) * 256).astype(np.int16),
        )
        for n in (7, 30, 2)
    ]

    save_answers(answers, tmp_path / "answers.npz")

    found = load_answers(tmp_path / "answers.npz")
    assert len(found) == 3
    for one, other in zip(answers, found, strict=True):
        assert np.array_equal(one.mel, other.mel)
        assert np.array_equal(one.wave, other.wave)


def test_a_listener_keeps_what_it_hands_on() -> None:
    listener = Listener(lambda mel: mel[1:, :1].repeat(1, 256).flatten() * 2)
    mel = torch.full((4, 100), 0.25)

    wave = listener(mel)

    (heard,) = listener.heard
    assert torch.equal(wave, torch.full((768,), 0.5))
    assert np.array_equal(heard.mel, mel.half().numpy())
    assert np.array_equal(heard.wave, np.full(768, 16_384, np.int16))
