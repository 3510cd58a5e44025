"""Many utterances at once have the numbers they have alone, and those of upstream."""

from __future__ import annotations

import pytest
import torch
from f5_tts.model import CFM, DiT

from wordlight.speech._sampler import Sampler, Utterance

N_MELS = 20
MEL = {
    "n_fft": 1024, "hop_length": 256, "win_length": 1024, "n_mel_channels": N_MELS,
    "target_sample_rate": 24_000, "mel_spec_type": "vocos",
}  # fmt: skip


@pytest.fixture(scope="module")
def transformer() -> DiT:
    """A small network none of whose layers is left at its zero initialisation."""
    torch.manual_seed(0)
    net = DiT(
        dim=64, depth=2, heads=2, ff_mult=2, mel_dim=N_MELS, text_num_embeds=50, text_dim=32,
        conv_layers=2, dropout=0.0,
    )  # fmt: skip
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return net.eval()


@pytest.fixture(scope="module")
def sampler(transformer: DiT) -> Sampler:
    return Sampler(transformer, max_frames=4_096, max_padding=1.0)


def utterance(n_frames: int, seed: int, cfg_strength: float = 2.0, steps: int = 5) -> Utterance:
    generator = torch.Generator().manual_seed(seed)
    return Utterance(
        reference_mel=torch.randn(30, N_MELS, generator=generator),
        tokens=torch.randint(0, 50, (n_frames // 2,), generator=generator),
        n_frames=n_frames,
        seed=seed,
        steps=steps,
        cfg_strength=cfg_strength,
        sway=-1.0,
    )


def relative_error(got: torch.Tensor, expected: torch.Tensor) -> float:
    return float((got - expected).abs().max() / expected.abs().max())


def test_a_mixed_batch_gives_each_utterance_what_it_has_alone(sampler: Sampler) -> None:
    mixed = [utterance(90, 1), utterance(140, 2), utterance(61, 3), utterance(140, 4, 0.0)]

    together = sampler.sample(mixed)

    for one, answer in zip(mixed, together, strict=True):
        (alone,) = sampler.sample([one])
        assert answer.shape == (one.n_frames - 30, N_MELS)
        assert relative_error(answer, alone) < 1e-5


@pytest.mark.parametrize("steps", [5, 7, 9])
def test_one_utterance_is_what_upstream_samples(
    sampler: Sampler, transformer: DiT, steps: int
) -> None:
    one = utterance(100, 7, steps=steps)

    (ours,) = sampler.sample([one])

    upstream = CFM(transformer=transformer, mel_spec_kwargs=MEL, num_channels=N_MELS).eval()
    mel, _ = upstream.sample(
        one.reference_mel[None], one.tokens[None], one.n_frames, steps=steps,
        cfg_strength=2.0, sway_sampling_coef=-1.0, seed=7,
    )  # fmt: skip
    assert relative_error(ours, mel[0, 30:]) < 1e-5


def test_different_steps_in_one_call_are_sampled_apart(sampler: Sampler) -> None:
    few, many = utterance(80, 5, steps=3), utterance(80, 5, steps=9)

    answer_few, answer_many = sampler.sample([few, many])

    assert relative_error(answer_few, sampler.sample([few])[0]) < 1e-5
    assert relative_error(answer_many, sampler.sample([many])[0]) < 1e-5
    assert relative_error(answer_few, answer_many) > 1e-3


def test_the_seed_alone_decides_the_noise(sampler: Sampler) -> None:
    torch.manual_seed(123)
    first = sampler.sample([utterance(80, 11)])[0]
    torch.manual_seed(321)

    assert torch.equal(first, sampler.sample([utterance(80, 11)])[0])
