"""A rendered repository is complete: Triton's schema reads it, and every model has its code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from wordlight.contract import (
    GPU_PRODUCTION,
    MODELS,
    SUBTITLES,
    Deployment,
    ModelSpec,
    Placement,
)
from wordlight.errors import SetupError
from wordlight.serving import _repository, link_code, model_sources, write_repository

CHECKOUT = Path(__file__).parents[3] / "model_repository"
OWN_MODELS = [spec for spec in MODELS if isinstance(spec, ModelSpec)]
LAPTOP = Deployment(
    Placement.CPU,
    environment="/some/venv",
    instances={"f5_tts": 2},
    parameters={"PROFILE": "mini", "VOLUME": "/some/volume"},
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write_repository(tmp_path / "models", LAPTOP)
    return tmp_path / "models"


def config(repository: Path, name: str) -> model_config_pb2.ModelConfig:
    text = (repository / name / "config.pbtxt").read_text(encoding="utf-8")
    return text_format.Parse(text, model_config_pb2.ModelConfig())


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_model_has_a_configuration_under_its_own_name(repository: Path) -> None:
    assert {path.name for path in repository.iterdir()} == {spec.name for spec in MODELS}
    for spec in MODELS:
        assert config(repository, spec.name).name == spec.name
        assert (repository / spec.name / "1").is_dir()


def test_the_deployment_reaches_the_configuration(repository: Path) -> None:
    f5_tts = config(repository, "f5_tts")

    assert f5_tts.instance_group[0].count == 2
    assert f5_tts.instance_group[0].kind == model_config_pb2.ModelInstanceGroup.KIND_CPU
    assert {key: value.string_value for key, value in f5_tts.parameters.items()} == {
        "EXECUTION_ENV_PATH": "/some/venv", "PROFILE": "mini", "VOLUME": "/some/volume",
    }  # fmt: skip


@pytest.mark.parametrize("spec", OWN_MODELS, ids=lambda spec: spec.name)
def test_every_own_model_has_its_code_and_its_warm_up_data(
    repository: Path, spec: ModelSpec
) -> None:
    model = repository / spec.name

    assert (model / "1/model.py").read_bytes() == (CHECKOUT / spec.name / "1/model.py").read_bytes()
    named = {
        tensor.input_data_file
        for sample in config(repository, spec.name).model_warmup
        for tensor in sample.inputs.values()
        if tensor.input_data_file
    }
    assert {path.name for path in (model / "warmup").iterdir()} == named


def test_the_production_rendering_is_the_committed_repository(tmp_path: Path) -> None:
    write_repository(tmp_path, GPU_PRODUCTION)

    assert contents(tmp_path) == contents(CHECKOUT)


def test_rendering_onto_the_sources_renews_configurations_and_leaves_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "model_repository"
    shutil.copytree(CHECKOUT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "voices/config.pbtxt").write_text("stale")
    (copy / "voices/1/model.py").write_text("# changed by hand\n")
    monkeypatch.setattr(_repository, "model_sources", lambda: copy)

    write_repository(copy, GPU_PRODUCTION)

    assert config(copy, "voices").name == "voices"
    assert (copy / "voices/1/model.py").read_text() == "# changed by hand\n"


def test_the_sources_of_a_checkout_are_its_own() -> None:
    assert model_sources() == CHECKOUT


def test_an_installation_without_the_models_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_repository, "__file__", str(tmp_path / "a/b/c/_repository.py"))

    with pytest.raises(SetupError, match="reinstall wordlight"):
        model_sources()


def test_our_own_code_is_linked_beside_every_model(repository: Path) -> None:
    link_code(repository)
    link_code(repository)

    linked = {path.parents[1].name for path in repository.glob("*/1/wordlight")}
    assert linked == {spec.name for spec in OWN_MODELS}
    assert (repository / "voices/1/wordlight/serving/_repository.py").samefile(_repository.__file__)


def test_one_model_alone_can_be_written(tmp_path: Path) -> None:
    write_repository(tmp_path, LAPTOP, models=(SUBTITLES,))

    assert [path.name for path in tmp_path.iterdir()] == ["subtitles"]
