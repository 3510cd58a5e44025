"""A manifest, which is found by the name of its models."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import AlignerUnknown, ManifestUnreadable, ModelsUnknown
from wordlight.manifest._settings import (
    TABLES,
    AlignmentSettings,
    Introduction,
    SpeechSettings,
)
from wordlight.manifest._tables import read_table, refuse_unknown
from wordlight.manifest._weights import WeightEntry, read_entry

FILE = "manifest.toml"
FOLDER_VARIABLE = "WORDLIGHT_MANIFESTS"
"""The variable that names the folder of the user's own manifests."""
OLD_FOLDER_VARIABLE = "WORDLIGHT_MODELS"
"""This variable named that folder until 0.1. Now it names the models, and a name has no slash."""
SECTIONS = (*TABLES, "weights")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of one manifest."""

    name: str
    folder: Path
    language: str
    default_voice: str
    speech: SpeechSettings
    alignment: AlignmentSettings
    weights: Mapping[str, WeightEntry]

    @property
    def optional_aligners(self) -> dict[str, str]:
        """For each set of weights that serves only to align another language: that language."""
        aligners, speech = self.alignment.aligners, self.speech
        needed = {
            speech.weights, speech.front_end_weights, speech.vocoder_weights,
            self.alignment.whisper, aligners.get(self.language, ""),
        }  # fmt: skip
        return {name: language for language, name in aligners.items() if name not in needed}

    def aligner(self, language: str) -> WeightEntry:
        """The entry of a language's aligner.

        Raises:
            AlignerUnknown: The manifest has no aligner for that language.
        """
        aligners = self.alignment.aligners
        if language not in aligners:
            there_are = ", ".join(sorted(aligners))
            raise AlignerUnknown(self.name, language[:40], there_are)
        return self.weights[aligners[language]]


def is_old_folder(value: str) -> bool:
    """Whether a value of WORDLIGHT_MODELS names a folder of manifests, as it did until 0.1."""
    return "/" in value


def manifest_folder(name: str) -> Path:
    """The folder that holds a manifest: in ``WORDLIGHT_MANIFESTS``, else among those we ship.

    Raises:
        ModelsUnknown: There is no manifest of that name.
    """
    package = Path(__file__).resolve().parents[1]
    roots = [package / "_models", package.parents[1] / "models"]
    old = os.environ.get(OLD_FOLDER_VARIABLE, "")
    own = os.environ.get(FOLDER_VARIABLE) or (old if is_old_folder(old) else "")
    if own:
        roots.insert(0, Path(own))
    for root in roots:
        if (root / name / FILE).is_file():
            return root / name
    looked = ", ".join(str(root / name / FILE) for root in roots)
    raise ModelsUnknown(name, looked)


def load_manifest(name: str) -> Manifest:
    """The manifest of the models of that name.

    Raises:
        ModelsUnknown: There is no manifest of that name.
        ManifestUnreadable: The manifest is not TOML, or lacks a key, or has an unknown key or a
            value of the wrong type, or names weights that it does not describe.
    """
    folder = manifest_folder(name)
    path = folder / FILE
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # not TOML, not UTF-8
        raise ManifestUnreadable(path, f"cannot be read: {error}") from error
    manifest = _read(document, folder, path)
    speech, alignment = manifest.speech, manifest.alignment
    names = (speech.weights, speech.front_end_weights, speech.vocoder_weights, alignment.whisper)
    for named in (*names, *alignment.aligners.values()):
        if named and named not in manifest.weights:
            raise ManifestUnreadable(path, f"names weights {named!r} without describing them")
    return manifest


def _read(document: Mapping[str, Any], folder: Path, path: Path) -> Manifest:
    for section in SECTIONS:
        if section not in document:
            raise ManifestUnreadable(path, f"lacks {section!r}")
    if not isinstance(document["weights"], dict):
        raise ManifestUnreadable(path, "cannot be read: [weights] must be a table")
    about = read_table(Introduction, document["profile"], path, "profile")
    manifest = Manifest(
        name=about.name,
        folder=folder,
        language=about.language,
        default_voice=about.default_voice,
        speech=read_table(SpeechSettings, document["speech"], path, "speech"),
        alignment=read_table(AlignmentSettings, document["alignment"], path, "alignment"),
        weights={name: read_entry(name, e, path) for name, e in document["weights"].items()},
    )
    refuse_unknown(document, SECTIONS, path)
    return manifest
