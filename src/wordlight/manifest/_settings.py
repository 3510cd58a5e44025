"""The sections of a manifest: a new key needs only a new field here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wordlight.manifest._tables import Key, key, keys_of


@dataclass(frozen=True, slots=True)
class Introduction:
    """``[profile]``: the name of these models, their language and their voice."""

    name: str = key("what the models are called: the name of their folder")
    language: str = key("ISO 639-1 code of the language that they speak if nobody asks for another")
    default_voice: str = key("the ready voice that speaks if nobody asks for another")


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """``[speech]``: the parts of F5-TTS and their settings."""

    weights: str = key("entry with the network's weights")
    checkpoint: str = key("its file")
    front_end: str = key("what turns text into tokens: `characters` or `phonemes`")
    front_end_weights: str = key("entry with what the front end loads; empty if it loads nothing")
    vocoder: str = key("what turns a spectrogram into sound: `vocos`, `hifi-gan` or `griffin-lim`")
    vocoder_weights: str = key("entry with the vocoder's weights")
    context_s: float = key("seconds that the reference and one chunk of speech may last together")
    nfe_steps: int = key("steps of the sampler where a request names none")
    architecture: Mapping[str, Any] = key("keyword arguments of F5-TTS's `DiT`")
    mel: Mapping[str, Any] = key("keyword arguments of F5-TTS's `MelSpec`")
    grid: tuple[int, ...] = key("times of the sampler's steps in 32nds, if not upstream's", ())
    guidance_from: float = key("time, 0 to 1, from which speech is guided", 0.0)
    built_in_guidance: float = key("strength of guidance that the network has learnt to have", 0.0)
    phase_steps: int = key("steps of Griffin-Lim after a small Vocos", 0)


@dataclass(frozen=True, slots=True)
class AlignmentSettings:
    """``[alignment]``: what transcribes speech and times words."""

    whisper: str = key("entry with Whisper's weights")
    aligners: Mapping[str, str] = key("entry with the aligner of each language")


TABLES: Mapping[str, type] = {
    "profile": Introduction,
    "speech": SpeechSettings,
    "alignment": AlignmentSettings,
}
"""The keys of each section whose keys are fixed, by its name."""


def key_table() -> str:
    """All keys of the sections as a table in Markdown, for docs/volume.md."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    for section, table in TABLES.items():
        for each in keys_of(table):
            default = "" if each.is_needed else f"`{_as_toml(each)}`"
            yield f"| `{section}.{each.name}` | {each.kind.words} | {default} | {each.meaning} |"


def _as_toml(each: Key) -> str:
    return str(list(each.default) if isinstance(each.default, tuple) else each.default)
