"""Each ``model.py`` of the repository, initialized as Triton does it, and its ``execute``.

The engines are the mini profile's own; only Triton's module is a stand-in, whose calls from one
model to another reach the models that are loaded here.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import fake_pb_utils
import pytest
import torch
from s3_server import s3_server

ROOT = Path(__file__).parents[2]

Execute = Callable[[list[fake_pb_utils.Request]], list[fake_pb_utils.InferenceResponse]]


@pytest.fixture(scope="module")
def process() -> Iterator[None]:
    """What a stub sets for its whole process, put back: logging, and how torch counts."""
    ours, root = logging.getLogger("wordlight"), logging.getLogger()
    level, handlers = ours.level, list(root.handlers)
    yield
    ours.setLevel(level)
    root.handlers[:] = handlers
    torch.set_flush_denormal(False)


@pytest.fixture(scope="module")
def pb_utils() -> Iterator[ModuleType]:
    """``triton_python_backend_utils`` as far as our models touch it."""
    name = "triton_python_backend_utils"
    module = ModuleType(name)
    module.__dict__.update(
        {key: value for key, value in vars(fake_pb_utils).items() if not key.startswith("__")}
    )
    before = sys.modules.get(name)
    sys.modules[name] = module
    yield module
    if before is None:
        del sys.modules[name]
    else:
        sys.modules[name] = before


@pytest.fixture(scope="module")
def models(
    process: None, pb_utils: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Execute]]:
    """A model's ``execute`` by its name, initialized when first asked for.

    ``publish`` finds a real S3 server with the bucket ``films``.
    """
    volume = tmp_path_factory.mktemp("volume")
    loaded: dict[str, Any] = {}

    def execute_of(name: str) -> Execute:
        if name not in loaded:
            loaded[name] = load(name, volume)
        return partial(executed, loaded[name])

    class InferenceRequest(fake_pb_utils.Request):
        def __init__(
            self,
            model_name: str,
            requested_output_names: list[str],
            inputs: list[fake_pb_utils.Tensor],
            request_id: str = "",
        ) -> None:
            arrays = {tensor.name(): tensor.as_numpy() for tensor in inputs}
            super().__init__(arrays, tuple(requested_output_names), request_id=request_id)
            self._model_name = model_name

        def exec(self) -> fake_pb_utils.InferenceResponse:
            (response,) = execute_of(self._model_name)([self])
            return response

    pb_utils.InferenceRequest = InferenceRequest
    with s3_server(tmp_path_factory.mktemp("s3")) as s3, pytest.MonkeyPatch.context() as patch:
        s3.bucket("films")
        for name, value in {**s3.environment, "WORDLIGHT_PUBLISH_BUCKETS": "films"}.items():
            patch.setenv(name, value)
        yield execute_of
        for model in loaded.values():
            getattr(model, "finalize", lambda: None)()


def load(name: str, volume: Path) -> Any:
    path = ROOT / "model_repository" / name / "1/model.py"
    spec = importlib.util.spec_from_file_location(f"served_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.TritonPythonModel()
    parameters = {
        "PROFILE": "mini", "VOLUME": str(volume), "THREADS": "1", "STATE": str(volume.parent)
    }  # fmt: skip
    model.initialize(
        {
            "model_config": json.dumps(
                {"parameters": {key: {"string_value": v} for key, v in parameters.items()}}
            ),
            "model_repository": str(path.parents[1]),
            "model_version": "1",
            "model_name": name,
            "model_instance_name": f"{name}_0_0",
            "model_instance_kind": "CPU",
            "model_instance_device_id": "0",
        }
    )

    return model


def executed(
    model: Any, requests: list[fake_pb_utils.Request]
) -> list[fake_pb_utils.InferenceResponse]:
    """The answers, whether they come at once or later."""
    returned: list[fake_pb_utils.InferenceResponse] | None = model.execute(requests)
    if returned is not None:
        return returned
    return [request.get_response_sender().response() for request in requests]
