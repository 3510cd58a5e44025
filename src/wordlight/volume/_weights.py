"""Weights: from where the manifest says, onto this machine, checked."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import SetupError, WeightsCorrupt, WeightsMissing
from wordlight.volume._profile import Profile, WeightEntry
from wordlight.volume._voices import VoiceShelf

if TYPE_CHECKING:
    from wordlight.alignment import AlignmentWeights
    from wordlight.speech import SpeechWeights

logger = logging.getLogger(__name__)


def bring(profile: Profile, volume: Path) -> None:
    """Every entry of the profile on this machine, complete, with the bytes the manifest states.

    Raises:
        WeightsMissing, WeightsCorrupt: What is wrong, where, and what to do.
    """
    for entry in profile.weights.values():
        folder = folder_of(entry, profile, volume)
        if entry.source.startswith("hf://"):
            _download(entry, folder)
        _verify(entry, folder)


def folder_of(entry: WeightEntry, profile: Profile, volume: Path) -> Path:
    """Where an entry's files lie on this machine, whether or not they are there yet.

    Raises:
        SetupError: The source is of no known kind.
        WeightsMissing: A package that carries weights is not installed.
    """
    kind, _, rest = entry.source.partition("://")
    if kind == "file":
        return profile.folder / rest
    if kind == "package":
        package, _, inner = rest.partition("/")
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            remedy = f"install the package that carries it ({package.replace('_', '-')})"
            raise WeightsMissing(entry.name, f"package {package}", remedy)
        return Path(next(iter(found.submodule_search_locations))) / inner
    if kind == "hf":
        return volume / "models" / entry.name / (entry.revision or "main")
    raise SetupError(f"weights {entry.name!r}: source {entry.source!r} is not file, package or hf")


def speech_weights(profile: Profile, volume: Path) -> SpeechWeights:
    """Where the speech engine finds everything it loads."""
    from wordlight.speech import SpeechWeights  # not at the top: other stubs need no engine

    speech = profile.speech

    def folder(name: str) -> Path | None:
        return folder_of(profile.weights[name], profile, volume) if name else None

    checkpoint_folder = folder_of(profile.weights[speech.weights], profile, volume)
    shelf = VoiceShelf.of(profile, volume)
    return SpeechWeights(
        checkpoint=checkpoint_folder / speech.checkpoint,
        architecture=dict(speech.architecture),
        mel=dict(speech.mel),
        front_end=speech.front_end,
        front_end_folder=folder(speech.front_end_weights),
        vocoder=speech.vocoder,
        vocoder_folder=folder(speech.vocoder_weights),
        context_s=speech.context_s,
        nfe_steps=speech.nfe_steps,
        voices=lambda: shelf.folders,
        default_voice=profile.default_voice,
    )


def alignment_weights(profile: Profile, volume: Path) -> AlignmentWeights:
    """Where the alignment engine finds everything it loads."""
    from wordlight.alignment import AlignmentWeights

    alignment = profile.alignment
    return AlignmentWeights(
        whisper=folder_of(profile.weights[alignment.whisper], profile, volume),
        aligners={
            language: folder_of(profile.weights[name], profile, volume)
            if name in profile.weights
            else name
            for language, name in alignment.aligners.items()
        },
        default_language=profile.language,
    )


def _download(entry: WeightEntry, folder: Path) -> None:
    if all((folder / file.path).is_file() for file in entry.files):
        return
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    repository = entry.source.removeprefix("hf://")
    logger.info("fetching %s from %s to %s", entry.name, repository, folder)
    try:
        snapshot_download(
            repository,
            revision=entry.revision or None,
            local_dir=folder,
            allow_patterns=[file.path for file in entry.files],
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        remedy = f"put the files of {repository} there, or open the way to the hub ({error})"
        raise WeightsMissing(entry.name, str(folder), remedy) from error


def _verify(entry: WeightEntry, folder: Path) -> None:
    for file in entry.files:
        path = folder / file.path
        if not path.is_file():
            raise WeightsMissing(entry.name, str(path), f"fetch it from {entry.source}")
        if file.n_bytes is not None and path.stat().st_size != file.n_bytes:
            raise WeightsCorrupt(
                entry.name, str(path), "bytes", str(file.n_bytes), str(path.stat().st_size)
            )
        if file.sha256 is not None:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != file.sha256:
                raise WeightsCorrupt(entry.name, str(path), "sha256", file.sha256, digest)
