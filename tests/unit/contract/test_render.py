"""What is committed under model_repository/ is what the specs say, and Triton can read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from wordlight.contract import (
    CAPTION,
    GPU_PRODUCTION,
    MODELS,
    NARRATE,
    NARRATE_PUBLISH,
    SUBTITLE_FORMATS,
    SUBTITLES,
    Deployment,
    EnsembleSpec,
    ModelSpec,
    Placement,
    render,
    warm_up_files,
)

COMMITTED = Path(__file__).parents[3] / "model_repository"
OWN_MODELS = [spec for spec in MODELS if isinstance(spec, ModelSpec)]


def parsed(text: str) -> model_config_pb2.ModelConfig:
    return text_format.Parse(text, model_config_pb2.ModelConfig())


@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)
def test_the_committed_configuration_is_the_rendered_one(spec: ModelSpec | EnsembleSpec) -> None:
    committed = (COMMITTED / spec.name / "config.pbtxt").read_text(encoding="utf-8")

    assert committed == render(spec, GPU_PRODUCTION)


@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)
def test_tritons_own_schema_reads_the_committed_interface(spec: ModelSpec | EnsembleSpec) -> None:
    config = parsed((COMMITTED / spec.name / "config.pbtxt").read_text(encoding="utf-8"))

    assert config.name == spec.name
    assert [(i.name, list(i.dims), i.optional) for i in config.input] == [
        (tensor.name, [tensor.dims], tensor.is_optional) for tensor in spec.inputs
    ]
    assert [model_config_pb2.DataType.Name(i.data_type) for i in config.input] == [
        tensor.dtype.config for tensor in spec.inputs
    ]
    assert all(i.allow_ragged_batch == (list(i.dims) == [-1]) for i in config.input)
    assert [o.name for o in config.output] == [tensor.name for tensor in spec.outputs]


@pytest.mark.parametrize("spec", OWN_MODELS, ids=lambda spec: spec.name)
def test_every_model_batches_refuses_in_time_and_warms_up(spec: ModelSpec) -> None:
    config = parsed((COMMITTED / spec.name / "config.pbtxt").read_text(encoding="utf-8"))

    policy = config.dynamic_batching.default_queue_policy
    assert (config.max_batch_size > 1) != spec.is_decoupled  # a stream is taken by itself
    assert policy.max_queue_size > config.max_batch_size
    assert policy.default_timeout_microseconds > 0
    assert len(config.model_warmup) == len(spec.warm_ups)
    # One would need a bucket, the other has nothing of its own to warm up.
    assert bool(spec.warm_ups) == (spec.name not in ("publish", "narrate_stream"))


def test_engines_run_on_the_gpu_and_the_rest_on_the_cpu_in_production() -> None:
    kinds = {
        spec.name: parsed(render(spec, GPU_PRODUCTION)).instance_group[0].kind
        for spec in OWN_MODELS
    }

    gpu = model_config_pb2.ModelInstanceGroup.KIND_GPU
    cpu = model_config_pb2.ModelInstanceGroup.KIND_CPU
    assert kinds == {
        "f5_tts": gpu,
        "whisperx": gpu,
        "subtitles": cpu,
        "voices": cpu,
        "publish": cpu,
        "checks": cpu,
        "cancel": cpu,
        "narrate_stream": cpu,
    }


def test_a_rendering_for_two_gpus_places_instances_on_both() -> None:
    deployment = Deployment(Placement.GPU, gpus=(0, 1), instances={"f5_tts": 3})

    group = parsed(render(OWN_MODELS[0], deployment)).instance_group[0]

    assert (list(group.gpus), group.count) == ([0, 1], 3)


@pytest.mark.parametrize("spec", OWN_MODELS, ids=lambda spec: spec.name)
def test_every_warm_up_file_is_there_and_named_in_the_configuration(spec: ModelSpec) -> None:
    config = parsed(render(spec, GPU_PRODUCTION))

    named = {
        tensor.input_data_file
        for sample in config.model_warmup
        for tensor in sample.inputs.values()
        if tensor.input_data_file
    }
    assert named == set(warm_up_files(spec))
    for name, data in warm_up_files(spec).items():
        assert (COMMITTED / spec.name / "warmup" / name).read_bytes() == data


def test_narrate_takes_what_its_steps_take_and_no_step_makes() -> None:
    required = {tensor.name for tensor in NARRATE.inputs if not tensor.is_optional}

    assert required == {"TEXT"}
    assert "TRANSCRIPT" not in {tensor.name for tensor in NARRATE.inputs}
    assert {"AUDIO", "WORDS", "ASS", "REPORT"} <= {tensor.name for tensor in NARRATE.outputs}


@pytest.mark.parametrize("spec", [NARRATE, CAPTION, NARRATE_PUBLISH], ids=lambda spec: spec.name)
def test_subtitles_of_speech_know_which_words_nobody_says(spec: EnsembleSpec) -> None:
    (step,) = (step for step in spec.steps if step.model is SUBTITLES)
    inputs = {tensor.name: alias for tensor, alias in step.input_map()}

    assert inputs["ORIGINS"] == "ORIGINS"
    assert {"ORIGINS", "OTHER_STARTS", "OTHER_ENDS"} <= {tensor.name for tensor in spec.outputs}
    assert "ORIGINS" not in {tensor.name for tensor in spec.inputs}


def test_narrate_publish_answers_with_addresses_instead_of_audio_and_files() -> None:
    required = {tensor.name for tensor in NARRATE_PUBLISH.inputs if not tensor.is_optional}
    answered = {tensor.name for tensor in NARRATE_PUBLISH.outputs}

    assert required == {"TEXT", "DESTINATION"}
    assert {"URLS", "FILES", "SIZES", "WORDS", "STARTS", "REPORT"} <= answered
    assert not answered & {"AUDIO", "SAMPLE_RATE", *(each.tensor.name for each in SUBTITLE_FORMATS)}


@pytest.mark.parametrize(
    "spec", [s for s in MODELS if isinstance(s, EnsembleSpec)], ids=lambda s: s.name
)
def test_every_step_but_the_last_keeps_an_output_so_that_triton_never_prunes_it(
    spec: EnsembleSpec,
) -> None:
    fed = {alias for step in spec.steps for _, alias in step.input_map()}

    for step in spec.steps[:-1]:
        kept = {f"{step.model.name}.{name}" for name in step.keeps}
        assert kept & fed
