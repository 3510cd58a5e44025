"""Distilling: the teacher says what a guided sampler does, and the student comes near it."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from f5_tts.model import CFM, DiT
from mini.cast import ready_speakers
from mini.distil import CONFIG, Lesson, Prompts, Teacher, drawn_grid, main, times_of

from wordlight.adapter import speech_weights
from wordlight.speech import SpeechEngine
from wordlight.speech.flow import Sampler, Utterance
from wordlight.weights import load_profile

N_MELS = 20
GRID = [0, 8, 16, 24, 32]


def config(**student: Any) -> dict[str, Any]:
    """The recipe's, every step learnt and no grid shifted."""
    found = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    found["student"] |= {"shifted_share": 0.0, "first_share": 1.0, "free_share": 0.0, **student}
    return found


def small_model() -> CFM:
    torch.manual_seed(0)
    net = DiT(
        dim=64,
        depth=2,
        heads=2,
        ff_mult=2,
        mel_dim=N_MELS,
        text_num_embeds=50,
        text_dim=32,
        conv_layers=2,
        dropout=0.0,
    )
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return CFM(transformer=net, num_channels=N_MELS).eval()


def sampler_of(model: CFM, **own: Any) -> Sampler:
    return Sampler(model.transformer, **own)


@pytest.fixture
def utterance() -> Utterance:
    generator = torch.Generator().manual_seed(3)
    return Utterance(
        reference_mel=torch.randn(30, N_MELS, generator=generator),
        tokens=torch.randint(0, 50, (90,), generator=generator),
        n_frames=90,
        seed=4,
        steps=4,
        cfg_strength=2.0,
        sway=-1.0,
    )


def test_the_teacher_s_way_is_that_of_a_guided_sampler_with_twice_the_steps(
    utterance: Utterance,
) -> None:
    model = small_model()
    points = [0.0, 32.0]  # one step of the student's
    teacher = Teacher(sampler_of(model), utterance, config()["teacher"] | {"guided_from": 0.0})
    generator = torch.Generator().manual_seed(utterance.seed)
    x = torch.randn(90, N_MELS, generator=generator)

    flow, _ = teacher.flows(x, *times_of(points))

    half = sampler_of(model, grid=[0, 64 / 3, 32])  # half of the time, swayed: 1 - cos(pi / 3)
    (expected,) = half.sample([replace(utterance, steps=2)])
    torch.testing.assert_close((x + flow)[30:], expected, rtol=1e-4, atol=1e-4)


def test_a_student_that_is_its_unguided_teacher_has_nothing_to_learn(utterance: Utterance) -> None:
    model, numbers = small_model(), config()
    numbers["teacher"] |= {"steps_a_step": 1, "strength": 1e-6}  # at 0 no row is free of voice
    lesson = Lesson(model, sampler_of(model), numbers)

    losses = list(lesson.losses(utterance, random.Random(0)))

    assert len(losses) == 4
    assert max(losses) < 1e-8


def test_a_student_comes_near_its_guided_teacher(utterance: Utterance) -> None:
    model, teacher = small_model(), small_model()
    numbers = config(free_share=1.0)
    lesson = Lesson(model, sampler_of(teacher), numbers)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def update() -> float:
        optimizer.zero_grad()
        total = 0.0
        for loss in lesson.losses(utterance, random.Random(0)):
            loss.backward()
            total += loss.item()
        optimizer.step()
        return total

    losses = [update() for _ in range(40)]

    assert losses[-1] < 0.3 * losses[0]


def test_grids_rise_from_0_to_32_and_some_are_shifted() -> None:
    rng, numbers = random.Random(0), config(shifted_share=0.5)["student"]
    grids = [drawn_grid(numbers, rng) for _ in range(200)]

    assert all(grid[0] == 0 and grid[-1] == 32 and grid == sorted(set(grid)) for grid in grids)
    assert 50 < sum(grid == GRID for grid in grids) < 150


def test_times_are_those_of_the_sampler() -> None:
    sampler = sampler_of(small_model(), grid=GRID)
    torch.testing.assert_close(
        torch.tensor(times_of(GRID)), sampler.times(4, -1.0), rtol=0, atol=1e-6
    )


def test_prompts_are_cut_to_the_configured_lengths(tmp_path: Path) -> None:
    profile, numbers = load_profile("mini"), config()["prompts"]
    engine = SpeechEngine.load(speech_weights(profile, tmp_path), "cpu", threads=1)
    texts = ["The boy was there when the sun rose.", "A rod is used to catch pink salmon."]
    prompts = Prompts(engine, ready_speakers(profile, tmp_path), [], texts, numbers)

    for one in islice(prompts.drawn(random.Random(0)), 8):
        assert one.n_frames in numbers["frames"]
        assert len(one.tokens) == one.n_frames
        assert numbers["least_reference_frames"] <= len(one.reference_mel) < one.n_frames


def test_a_network_with_guidance_built_in_is_no_teacher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["distil", "mini", str(tmp_path)])

    with pytest.raises(SystemExit):
        main()

    assert "--weights takes a network that needs guidance" in capsys.readouterr().err
