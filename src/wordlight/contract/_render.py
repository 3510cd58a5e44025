"""A spec and a deployment → the ``config.pbtxt`` and warm-up files that Triton reads.

Source: https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from wordlight.contract._deployment import Deployment, Placement
from wordlight.contract._model import Batching, EnsembleSpec, ModelSpec, Spec, WarmUp
from wordlight.contract._pbtxt import write_pbtxt
from wordlight.contract._tensor import Dtype, TensorSpec

HEADER = "# Rendered from wordlight.contract; change the spec, then run `wordlight render`.\n"


def render(spec: ModelSpec | EnsembleSpec, deployment: Deployment) -> str:
    """The whole ``config.pbtxt`` of one model on one deployment."""
    body = _ensemble(spec) if isinstance(spec, EnsembleSpec) else _python_model(spec, deployment)
    return HEADER + write_pbtxt(body)


def warm_up_files(spec: ModelSpec) -> dict[str, bytes]:
    """The files under ``<model>/warmup/``: each file's name with the raw bytes of a tensor.

    There is a file for every warm-up input that has a value.
    """
    return {
        _warm_up_file(warm_up, name): serialize(spec.input(name), value)
        for warm_up in spec.warm_ups
        for name, value in warm_up.values.items()
    }


def serialize(spec: TensorSpec, value: Any) -> bytes:
    """A value as bytes that Triton reads. Its length, 4 bytes little-endian, precedes each text."""
    array = spec.encode(value)
    if spec.dtype is not Dtype.STRING:
        return array.tobytes()
    return b"".join(len(item).to_bytes(4, "little") + item for item in array.reshape(-1))


def _interface(spec: Spec) -> dict[str, Any]:
    return {
        "input": [_input(tensor) for tensor in spec.inputs],
        "output": [_tensor(tensor) for tensor in spec.outputs],
    }


def _tensor(spec: TensorSpec) -> dict[str, Any]:
    return {"name": spec.name, "data_type": spec.dtype.config, "dims": [spec.dims]}


def _input(spec: TensorSpec) -> dict[str, Any]:
    fields = _tensor(spec)
    if spec.is_list:
        fields["allow_ragged_batch"] = True
    if spec.is_optional:
        fields["optional"] = True
    return fields


def _python_model(spec: ModelSpec, deployment: Deployment) -> dict[str, Any]:
    batching = spec.batching
    warm_ups = [_warm_up(spec, warm_up) for warm_up in spec.warm_ups]
    return {
        "name": spec.name,
        "backend": "python",
        "max_batch_size": deployment.max_batch_size or batching.max_batch_size,
        **_interface(spec),
        **({"model_transaction_policy": {"decoupled": True}} if spec.is_decoupled else {}),
        "dynamic_batching": _dynamic_batching(batching),
        "instance_group": [_instance_group(spec, deployment)],
        **({"model_warmup": warm_ups} if warm_ups else {}),
        "parameters": {
            key: {"string_value": value}
            for key, value in {
                "EXECUTION_ENV_PATH": deployment.environment,
                **deployment.parameters,
            }.items()
        },
    }


def _dynamic_batching(batching: Batching) -> dict[str, Any]:
    return {
        "max_queue_delay_microseconds": batching.queue_delay_ms * 1000,
        "default_queue_policy": {
            "timeout_action": "REJECT",
            "default_timeout_microseconds": batching.timeout_ms * 1000,
            "allow_timeout_override": True,
            "max_queue_size": batching.max_queue_size,
        },
    }


def _instance_group(spec: ModelSpec, deployment: Deployment) -> dict[str, Any]:
    count = deployment.instances_of(spec.name)
    if deployment.placement is Placement.GPU and spec.needs_accelerator:
        return {"count": count, "kind": "KIND_GPU", "gpus": list(deployment.gpus)}
    return {"count": count, "kind": "KIND_CPU"}


def _warm_up(spec: ModelSpec, warm_up: WarmUp) -> dict[str, Any]:
    return {
        "name": warm_up.name,
        "batch_size": 1,
        "inputs": {tensor.name: value for tensor, value in _warm_up_inputs(spec, warm_up)},
    }


def _warm_up_inputs(
    spec: ModelSpec, warm_up: WarmUp
) -> Iterator[tuple[TensorSpec, dict[str, Any]]]:
    for name, n_elements in warm_up.zeros.items():
        tensor = spec.input(name)
        yield tensor, {**_warm_up_tensor(tensor, n_elements), "zero_data": True}
    for name, value in warm_up.values.items():
        tensor = spec.input(name)
        n_elements = int(np.size(tensor.encode(value)))
        yield (
            tensor,
            {
                **_warm_up_tensor(tensor, n_elements),
                "input_data_file": _warm_up_file(warm_up, name),
            },
        )


def _warm_up_tensor(spec: TensorSpec, n_elements: int) -> dict[str, Any]:
    return {"data_type": spec.dtype.config, "dims": [n_elements]}


def _warm_up_file(warm_up: WarmUp, tensor: str) -> str:
    return f"{warm_up.name}.{tensor.lower()}"


def _ensemble(spec: EnsembleSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "platform": "ensemble",
        "max_batch_size": 1,
        **_interface(spec),
        "ensemble_scheduling": {
            "step": [
                {
                    "model_name": step.model.name,
                    "model_version": -1,
                    "input_map": {tensor.name: alias for tensor, alias in step.input_map()},
                    "output_map": {tensor.name: alias for tensor, alias in step.output_map()},
                }
                for step in spec.steps
            ]
        },
    }
