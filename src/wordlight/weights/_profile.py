"""A profile: which weights, how large, which text front end. ``models/<profile>/manifest.toml``.

Nothing else in the project asks which profile it runs.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import AlignerUnknown, ManifestUnreadable, ProfileUnknown
from wordlight.weights._transfer import is_safe_path

MANIFEST = "manifest.toml"
REMOTE = ("hf://", "s3://", "https://", "http://")
"""Sources whose files are fetched onto the volume; others are used where they lie."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of an entry; size and hash are checked where the manifest states them.

    ``may_be_recorded``: it could run code if it were loaded as a pickle, is loaded as tensors
    alone, and so needs no stated hash: its first pull records one.
    """

    path: str
    n_bytes: int | None
    sha256: str | None
    may_be_recorded: bool = False


@dataclass(frozen=True, slots=True)
class WeightEntry:
    """A named set of files and where they come from.

    ``source`` is ``file://<folder beside the manifest>``, ``package://<package>/<folder>`` for
    weights that a Python package carries, ``hf://<owner>/<repository>``,
    ``s3://<bucket>/<prefix>``, or ``https://<host>/<folder>``.
    """

    name: str
    source: str
    revision: str
    files: tuple[WeightFile, ...]

    @property
    def is_remote(self) -> bool:
        """Whether its files are fetched onto the volume."""
        return self.source.startswith(REMOTE)

    @property
    def n_bytes(self) -> int:
        """Bytes of its files, as far as the manifest states them."""
        return sum(file.n_bytes or 0 for file in self.files)


@dataclass(frozen=True, slots=True)
class SpeechProfile:
    """How F5-TTS is built and fed: names of weight entries, and sizes.

    ``architecture`` and ``mel`` are the keyword arguments of the upstream DiT and MelSpec;
    ``context_s`` bounds reference and answer of one chunk together. ``grid`` and ``guidance_from``
    are the sampler's: a grid of the network's own, the time from which there is guidance; so is
    ``built_in_guidance``, the strength that the network was taught to do without.
    ``phase_steps`` of Griffin-Lim follow what a small Vocos says.
    """

    weights: str
    checkpoint: str
    front_end: str
    front_end_weights: str
    vocoder: str
    vocoder_weights: str
    context_s: float
    nfe_steps: int
    architecture: Mapping[str, Any]
    mel: Mapping[str, Any]
    grid: Sequence[int] = ()
    guidance_from: float = 0.0
    built_in_guidance: float = 0.0
    phase_steps: int = 0


@dataclass(frozen=True, slots=True)
class AlignmentProfile:
    """Whisper's entry, and each language's aligner, an entry too."""

    whisper: str
    aligners: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One manifest, read."""

    name: str
    folder: Path
    language: str
    default_voice: str
    speech: SpeechProfile
    alignment: AlignmentProfile
    weights: Mapping[str, WeightEntry]

    @property
    def optional_aligners(self) -> dict[str, str]:
        """Weights that only align a language other than the profile's own → that language."""
        aligners, speech = self.alignment.aligners, self.speech
        needed = {
            speech.weights, speech.front_end_weights, speech.vocoder_weights,
            self.alignment.whisper, aligners.get(self.language, ""),
        }  # fmt: skip
        return {name: language for language, name in aligners.items() if name not in needed}

    def aligner(self, language: str) -> WeightEntry:
        """The entry of a language's aligner.

        Raises:
            SetupError: The profile has none.
        """
        aligners = self.alignment.aligners
        if language not in aligners:
            there_are = ", ".join(sorted(aligners))
            raise AlignerUnknown(self.name, language[:40], there_are)
        return self.weights[aligners[language]]


def profile_folder(name: str) -> Path:
    """The folder that holds a profile's manifest: ``WORDLIGHT_MODELS``, else what ships with us.

    Raises:
        SetupError: There is no such profile.
    """
    package = Path(__file__).resolve().parents[1]
    roots = [package / "_models", package.parents[1] / "models"]
    if "WORDLIGHT_MODELS" in os.environ:
        roots.insert(0, Path(os.environ["WORDLIGHT_MODELS"]))
    for root in roots:
        if (root / name / MANIFEST).is_file():
            return root / name
    looked = ", ".join(str(root / name / MANIFEST) for root in roots)
    raise ProfileUnknown(name, looked)


def load_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        SetupError: The manifest is missing, is not TOML, lacks a field, or names weights that it
            does not describe.
    """
    folder = profile_folder(name)
    manifest = folder / MANIFEST
    try:
        document = tomllib.loads(manifest.read_text(encoding="utf-8"))
        profile = Profile(
            name=document["profile"]["name"],
            folder=folder,
            language=document["profile"]["language"],
            default_voice=document["profile"]["default_voice"],
            speech=SpeechProfile(**document["speech"]),
            alignment=AlignmentProfile(**document["alignment"]),
            weights={key: _entry(key, fields) for key, fields in document["weights"].items()},
        )
    except KeyError as error:
        raise ManifestUnreadable(manifest, f"lacks {error.args[0]!r}") from error
    except (ValueError, TypeError, AttributeError) as error:  # ValueError: not TOML, not UTF-8
        raise ManifestUnreadable(manifest, f"cannot be read: {error}") from error
    speech, alignment = profile.speech, profile.alignment
    names = (speech.weights, speech.front_end_weights, speech.vocoder_weights, alignment.whisper)
    for named in (*names, *alignment.aligners.values()):
        if named and named not in profile.weights:
            what = f"names weights {named!r} without describing them"
            raise ManifestUnreadable(manifest, what)
    return profile


def _entry(name: str, fields: Mapping[str, Any]) -> WeightEntry:
    revision = fields.get("revision", "")
    for what, path in (("name", name), ("revision", revision or "main")):
        _refuse_unsafe(name, what, path)
    return WeightEntry(
        name,
        fields["source"],
        revision,
        tuple(_file(name, path, facts) for path, facts in fields["files"].items()),
    )


def _file(name: str, path: str, facts: Mapping[str, Any]) -> WeightFile:
    _refuse_unsafe(name, "file", path)
    n_bytes, sha256, recorded = (facts.get(key) for key in ("bytes", "sha256", "recorded"))
    if n_bytes is not None and (not isinstance(n_bytes, int) or n_bytes < 0):
        what = f"has bytes = {n_bytes!r}; a count is needed"
        raise ManifestUnreadable(f"weights {name!r}: {path}", what)
    if sha256 is not None and not _SHA256.fullmatch(str(sha256)):
        what = f"has sha256 = {sha256!r}; 64 lower-case hexadecimal digits are needed"
        raise ManifestUnreadable(f"weights {name!r}: {path}", what)
    if recorded not in (None, True):
        what = f"has recorded = {recorded!r}; only true is known"
        raise ManifestUnreadable(f"weights {name!r}: {path}", what)
    return WeightFile(path, n_bytes, sha256, bool(recorded))


def _refuse_unsafe(name: str, what: str, path: str) -> None:
    if not is_safe_path(path):
        raise ManifestUnreadable(
            f"weights {name!r}:",
            f"{what} {path!r} is not a plain relative path (letters, digits and _.+=@- only; no "
            "part may be empty or begin with a dot or a dash)",
        )
