"""The ways to make more speakers from the same clips."""

import torch
from mini.mel import LOG_FLOOR
from mini.speakers import coloured


def loudness(mel: torch.Tensor) -> float:
    return float((2 * mel).logsumexp((0, 1)) / 2)


def test_a_coloured_mel_is_filtered_alike_in_every_frame_and_as_loud_as_before() -> None:
    torch.manual_seed(0)
    mel = torch.randn(40, 100)

    found = coloured(mel, 0.2)

    curve = (found - mel)[0]
    torch.testing.assert_close(found, mel + curve)
    assert curve.std() > 0.1
    assert curve.diff().abs().max() < 0.2, "a smooth filter, no comb"
    assert abs(loudness(found) - loudness(mel)) < 1e-4


def test_each_colour_is_another() -> None:
    mel = torch.randn(40, 100)
    assert not torch.allclose(coloured(mel, 0.2), coloured(mel, 0.2))


def test_silence_stays_above_the_floor_of_the_mels() -> None:
    floor = torch.tensor(LOG_FLOOR).log()
    mel = torch.full((40, 100), float(floor))
    mel[20:] = 0

    assert coloured(mel, 0.5).min() >= floor - 1e-5
