"""No model, and no library in one, asks a network while it loads, directly or through a proxy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from proxy import EXCEPTIONS, SPELLINGS, proxy

from wordlight.contract import MODELS, ModelSpec
from wordlight.telemetry import NO_TELEMETRY

ROOT = Path(__file__).parents[2]
NAMES = [spec.name for spec in MODELS if isinstance(spec, ModelSpec)]
LOAD = """
import importlib.util, json, sys, time
from types import ModuleType

asked = []
def watch(event, arguments):
    if event == "socket.getaddrinfo":
        asked.append(f"the address of {arguments[0]}")
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        asked.append(f"{arguments[1]}")
sys.addaudithook(watch)

import fake_pb_utils
utils = ModuleType("triton_python_backend_utils")
utils.__dict__.update({k: v for k, v in vars(fake_pb_utils).items() if not k.startswith("__")})
utils.InferenceRequest = fake_pb_utils.Request
sys.modules["triton_python_backend_utils"] = utils
path, arguments = sys.argv[1:]
spec = importlib.util.spec_from_file_location("model", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.TritonPythonModel().initialize(json.loads(arguments))
if "onnxruntime" in sys.modules:
    time.sleep(12)  # it was seen to report to Microsoft 9 s after its import
print(json.dumps(asked))
"""
"""Python's own audit events: what a library in C++ asks is seen by the proxy alone."""


def initialize_arguments(name: str, volume: Path) -> dict[str, str]:
    """What Triton hands to a model of the profile ``mini``."""
    parameters = {"PROFILE": "mini", "VOLUME": str(volume), "THREADS": "1"}
    return {
        "model_config": json.dumps(
            {"parameters": {key: {"string_value": value} for key, value in parameters.items()}}
        ),
        "model_repository": str(ROOT / "model_repository" / name),
        "model_version": "1",
        "model_name": name,
        "model_instance_name": f"{name}_0_0",
        "model_instance_kind": "CPU",
        "model_instance_device_id": "0",
    }


@dataclass(frozen=True)
class Loaded:
    """How a model's process ended, and what its proxy was asked."""

    done: subprocess.CompletedProcess[str]
    asked: list[str]


@pytest.fixture(scope="module")
def loading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Loaded]]]:
    """All models, loaded two at a time: some must be watched for a while."""
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(load, name, tmp_path_factory.mktemp(name)) for name in NAMES}


def load(name: str, folder: Path) -> Loaded:
    """Loads a model in a process of its own whose proxy refuses and remembers."""
    with proxy("refuses") as running:
        hidden = {*SPELLINGS, *map(str.upper, EXCEPTIONS), *NO_TELEMETRY}
        variables = {
            key: value for key, value in os.environ.items()
            if key.upper() not in hidden and not key.startswith("AWS_")
        } | running.variables | {
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": running.url,
            "AWS_ENDPOINT_URL": "http://storage.example:9000",
            "WORDLIGHT_PUBLISH_BUCKETS": "films",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *sys.path[1:]]),
            "HF_HOME": str(folder / "hub"),
        }  # fmt: skip
        path = ROOT / "model_repository" / name / "1/model.py"
        arguments = json.dumps(initialize_arguments(name, folder))
        done = subprocess.run(
            [sys.executable, "-c", LOAD, str(path), arguments],
            env=variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
    return Loaded(done, running.asked)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_asks_nobody_while_it_loads(name: str, loading: dict[str, Future[Loaded]]) -> None:
    loaded = loading[name].result()

    assert loaded.done.returncode == 0, loaded.done.stderr
    assert json.loads(loaded.done.stdout.splitlines()[-1]) == []
    assert loaded.asked == []
