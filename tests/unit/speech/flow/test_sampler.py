"""Utterances sampled together get the same results as alone, and the same as upstream's."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import torch
from f5_tts.model import CFM, DiT
from hypothesis import given, settings
from hypothesis import strategies as st

from wordlight.speech.flow import Sampler, Utterance

N_MELS = 20
MEL = {
    "n_fft": 1024,
    "hop_length": 256,
    "win_length": 1024,
    "n_mel_channels": N_MELS,
    "target_sample_rate": 24_000,
    "mel_spec_type": "vocos",
}


def small_network(**variant: Any) -> DiT:
    """A network none of whose layers is left at its zero initialisation."""
    torch.manual_seed(0)
    shape: dict[str, Any] = {
        "dim": 64,
        "depth": 2,
        "heads": 2,
        "ff_mult": 2,
        "mel_dim": N_MELS,
        "text_num_embeds": 50,
        "text_dim": 32,
        "conv_layers": 2,
        "dropout": 0.0,
    }
    net = DiT(**shape | variant)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return net.eval()


def upstream_mel(transformer: DiT, one: Utterance, cfg_strength: float = 2.0) -> torch.Tensor:
    """The answer that upstream's own sampler gives."""
    upstream = CFM(transformer=transformer, mel_spec_kwargs=MEL, num_channels=N_MELS).eval()
    mel, _ = upstream.sample(
        one.reference_mel[None],
        one.tokens[None],
        one.n_frames,
        steps=one.steps,
        cfg_strength=cfg_strength,
        sway_sampling_coef=one.sway,
        seed=one.seed,
    )
    return mel[0, len(one.reference_mel) :]


@pytest.fixture(scope="module")
def transformer() -> DiT:
    return small_network()


@pytest.fixture(scope="module")
def sampler(transformer: DiT) -> Sampler:
    return Sampler(transformer)


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


def alone(sampler: Sampler, one: Utterance) -> torch.Tensor:
    (answer,) = sampler.sample([one])
    return answer


def test_a_mixed_batch_gives_each_utterance_what_it_has_alone(sampler: Sampler) -> None:
    mixed = [utterance(90, 1), utterance(140, 2), utterance(61, 3), utterance(140, 4, 0.0)]

    together = sampler.sample(mixed)

    for one, answer in zip(mixed, together, strict=True):
        assert answer.shape == (one.n_frames - 30, N_MELS)
        assert relative_error(answer, alone(sampler, one)) < 1e-5


@pytest.mark.parametrize("steps", [5, 7, 9])
def test_one_utterance_is_what_upstream_samples(
    sampler: Sampler, transformer: DiT, steps: int
) -> None:
    one = utterance(100, 7, steps=steps)

    (ours,) = sampler.sample([one])

    assert relative_error(ours, upstream_mel(transformer, one)) < 1e-5


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_row_may_come_and_wait_whenever_it_likes(sampler: Sampler, case: int) -> None:
    rng = random.Random(case)
    asked = [
        utterance(
            rng.randint(31, 150),
            rng.getrandbits(20),
            rng.choice([0.0, 1.0, 2.0]),
            rng.choice([2, 3, 5, 6]),
        )
        for _ in range(rng.randint(2, 5))
    ]
    rows = [sampler.begin(one) for one in asked]

    while waiting := [row for row in rows if not row.is_done]:
        sampler.step(rng.sample(waiting, rng.randint(1, len(waiting))))

    for one, row in zip(asked, rows, strict=True):
        assert relative_error(row.answer, alone(sampler, one)) < 1e-5


def test_a_step_that_fails_has_moved_no_row(
    sampler: Sampler, transformer: DiT, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, rows = utterance(80, 5), [sampler.begin(utterance(80, 5)), sampler.begin(utterance(90, 6))]
    sampler.step(rows)

    def fail(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(sampler, "velocity", fail)
        with pytest.raises(AttributeError):
            sampler.step(rows)
    while not rows[0].is_done:
        sampler.step(rows[:1])

    assert relative_error(rows[0].answer, alone(sampler, one)) < 1e-5


def test_modulations_are_computed_once_for_each_time(transformer: DiT) -> None:
    sampler = Sampler(transformer)

    sampler.sample([utterance(80, 5, steps=5), utterance(90, 6, steps=5)])
    sampler.sample([utterance(61, 7, steps=5)])

    assert (sampler.velocity.n_computed, sampler.velocity.n_found) == (5, 10)


def test_modulations_of_too_many_times_are_forgotten(
    transformer: DiT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordlight.speech.flow._velocity.CACHED_TIMES", 3)
    sampler = Sampler(transformer)

    first = alone(sampler, utterance(61, 7, steps=5))

    assert torch.equal(first, alone(sampler, utterance(61, 7, steps=5)))
    assert sampler.velocity.n_computed == 10


def test_sequences_longer_than_any_before_are_turned_as_they_should_be(transformer: DiT) -> None:
    grown, fresh = Sampler(transformer), Sampler(transformer)
    grown.sample([utterance(61, 7)])

    longer = alone(grown, utterance(150, 8))

    assert torch.equal(longer, alone(fresh, utterance(150, 8)))


def test_the_seed_alone_decides_the_noise(sampler: Sampler) -> None:
    torch.manual_seed(123)
    first = sampler.sample([utterance(80, 11)])[0]
    torch.manual_seed(321)

    assert torch.equal(first, sampler.sample([utterance(80, 11)])[0])


@pytest.mark.parametrize(
    "variant",
    [
        {"pe_attn_head": 1},
        {"qk_norm": "rms_norm"},
        {"long_skip_connection": True},
        {"text_mask_padding": False, "conv_layers": 0},
    ],
    ids=["rotated head", "normed queries", "long skip", "plain text"],
)
def test_every_kind_of_upstream_network_is_sampled_as_upstream_does(
    variant: dict[str, Any],
) -> None:
    transformer = small_network(**variant)
    mixed = [utterance(100, 7), utterance(64, 8)]

    answers = Sampler(transformer).sample(mixed)

    for one, answer in zip(mixed, answers, strict=True):
        assert relative_error(answer, upstream_mel(transformer, one)) < 1e-5


def test_steps_before_the_guidance_are_those_of_no_guidance(transformer: DiT) -> None:
    late = Sampler(transformer, guidance_from=2.0)
    mixed = [utterance(100, 7), utterance(64, 8, cfg_strength=3.0)]

    answers = late.sample(mixed)

    for one, answer in zip(mixed, answers, strict=True):
        assert relative_error(answer, upstream_mel(transformer, one, cfg_strength=0.0)) < 1e-5


def test_guidance_begins_at_its_time(transformer: DiT, sampler: Sampler) -> None:
    late = Sampler(transformer, guidance_from=0.05)
    one = utterance(100, 7)

    (answer,), (guided,) = late.sample([one]), sampler.sample([one])
    (free,) = sampler.sample([replace(one, cfg_strength=0.0)])

    assert 0 < relative_error(answer, guided) < relative_error(free, guided)


@pytest.mark.parametrize(("cfg_strength", "left"), [(2.0, 0.0), (3.5, 0.5), (5.0, 1.0)])
def test_guidance_that_is_built_in_is_left_out(
    transformer: DiT, cfg_strength: float, left: float
) -> None:
    taught = Sampler(transformer, built_in_guidance=2.0)
    one = utterance(100, 7, cfg_strength)

    (answer,) = taught.sample([one])

    assert relative_error(answer, upstream_mel(transformer, one, cfg_strength=left)) < 1e-5


def test_guidance_that_is_built_in_costs_no_evaluation_beside_guided_rows(
    transformer: DiT,
) -> None:
    taught = Sampler(transformer, built_in_guidance=2.0)
    plain, more = utterance(100, 7), utterance(90, 8, cfg_strength=3.0)
    n_frames = list[int]()
    hook = transformer.proj_out.register_forward_hook(lambda *x: n_frames.append(len(x[2])))

    together = taught.sample([plain, more, plain])
    hook.remove()

    assert n_frames == [100 + 100 + 2 * 90] * plain.steps
    for one, answer in zip([plain, more, plain], together, strict=True):
        assert relative_error(answer, alone(taught, one)) < 1e-5


def test_a_network_s_own_grid_is_taken_for_its_number_of_steps_alone(
    transformer: DiT, sampler: Sampler
) -> None:
    own = Sampler(transformer, grid=[0, 2, 4, 6, 8, 16, 24, 32])
    other = Sampler(transformer, grid=[0, 4, 8, 16, 24, 28, 32])
    seven, six = utterance(100, 7, steps=7), utterance(100, 7, steps=6)

    assert torch.equal(own.sample([seven])[0], sampler.sample([seven])[0])  # as EPSS has it
    assert torch.equal(other.sample([seven])[0], sampler.sample([seven])[0])
    assert relative_error(other.sample([six])[0], sampler.sample([six])[0]) > 1e-3


def test_in_bfloat16_it_samples_nearly_the_same(transformer: DiT, sampler: Sampler) -> None:
    rounded = Sampler(transformer, in_bfloat16=True)
    mixed = [utterance(100, 7), utterance(64, 8)]

    for one, other in zip(rounded.sample(mixed), sampler.sample(mixed), strict=True):
        assert one.dtype == torch.float32
        assert 0 < relative_error(one, other) < 0.05
