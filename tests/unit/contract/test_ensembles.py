"""All that a caller gives to an ensemble is checked, and every step waits for the check."""

from __future__ import annotations

import pytest

from wordlight.contract import (
    CHECKS,
    F5_TTS,
    MODELS,
    PUBLISH,
    SUBTITLES,
    UNCHECKED,
    WHISPERX,
    EnsembleSpec,
    ModelSpec,
    TensorSpec,
)

ENSEMBLES = [spec for spec in MODELS if isinstance(spec, EnsembleSpec)]
MADE_BY_STEPS = {
    "WORDS", "STARTS", "ENDS", "SCORES", "ORIGINS", "DURATION",
    *(tensor.name for tensor in SUBTITLES.outputs),
}  # fmt: skip
"""Inputs of steps that no caller of an ensemble gives."""
FOR_PIECES = {"TASK", "CHUNK_STARTS", "CHUNK_WORDS"}
"""Inputs of engines by which a narration is made chunk by chunk."""


def limits(tensor: TensorSpec) -> tuple[object, ...]:
    return (
        tensor.dtype, tensor.is_list, tensor.low, tensor.high, tensor.max_length, tensor.choices,
        tensor.form, tensor.unit,
    )  # fmt: skip


@pytest.mark.parametrize("spec", ENSEMBLES, ids=lambda spec: spec.name)
def test_all_that_a_caller_gives_is_checked_first_under_the_same_limits(spec: EnsembleSpec) -> None:
    first = {alias: limits(tensor) for tensor, alias in spec.steps[0].input_map()}

    assert spec.steps[0].model is CHECKS
    assert first == {
        tensor.name: limits(tensor) for tensor in spec.inputs if tensor.name not in UNCHECKED
    }


@pytest.mark.parametrize("model", [F5_TTS, WHISPERX, SUBTITLES, PUBLISH], ids=lambda m: m.name)
def test_every_option_of_a_step_is_an_input_of_the_check(model: ModelSpec) -> None:
    asked = {tensor.name for tensor in model.arguments} - MADE_BY_STEPS - UNCHECKED - FOR_PIECES

    assert asked <= {tensor.name for tensor in CHECKS.inputs}
    assert all(tensor.is_optional for tensor in CHECKS.inputs)


@pytest.mark.parametrize("spec", ENSEMBLES, ids=lambda spec: spec.name)
def test_the_first_step_waits_for_the_check_and_the_others_for_it(spec: EnsembleSpec) -> None:
    feeds = [{alias for _, alias in step.input_map()} for step in spec.steps]
    makes = [{alias for _, alias in step.output_map()} for step in spec.steps]

    for fed, before in zip(feeds[1:], makes, strict=False):
        assert fed & before
    assert makes[0] == {"checks.CHECKED"}
    assert not makes[0] & {tensor.name for tensor in spec.outputs}


@pytest.mark.parametrize("spec", ENSEMBLES, ids=lambda spec: spec.name)
def test_what_nothing_reads_is_asked_of_no_caller(spec: EnsembleSpec) -> None:
    assert all(tensor.is_read for tensor in spec.inputs)
    assert spec.arguments == spec.inputs


def test_something_is_always_there_to_check() -> None:
    """Triton runs no step that gets none of its inputs."""
    for spec in ENSEMBLES:
        given = {alias for _, alias in spec.steps[0].input_map()}
        assert any(not tensor.is_optional for tensor in spec.inputs if tensor.name in given)
