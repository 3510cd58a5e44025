"""Weights: from where the manifest says, onto this machine, checked."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import SetupError, StorageError, WeightsMissing
from wordlight.volume._blobs import BlobStore, check_files
from wordlight.volume._profile import Profile, WeightEntry
from wordlight.volume._pull import REMOTE, bring_entry
from wordlight.volume._transfer import Moved, Transfer, Watch
from wordlight.volume._voices import VoiceShelf

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from wordlight.alignment import AlignmentWeights
    from wordlight.speech import SpeechWeights


def bring(
    profile: Profile,
    volume: Path,
    transfer: Transfer | None = None,
    watch: Watch | None = None,
    wait_s: float = 3600.0,
) -> list[Moved]:
    """Every entry of the profile on this machine, complete, with the bytes the manifest states.

    What lies on the volume already is read and checked, and no bucket or hub is asked. ``wait_s``
    is how long another worker that brings the same may take. The figures of what was fetched.
    An aligner of another language than the profile's that cannot be brought is told and left out.

    Raises:
        WeightsMissing, WeightsCorrupt, WeightsUnpinned, VolumeFull, LeaseHeld, StorageError: What
            is wrong, where, and what to do.
    """
    transfer, watch, moved = transfer or Transfer(), watch or Watch(), []
    for entry in profile.weights.values():
        try:
            if entry.source.startswith(REMOTE):
                moved += bring_entry(entry, BlobStore(volume), transfer, watch, wait_s)
            else:
                _check(entry, profile, volume, watch)
        except (SetupError, StorageError) as error:
            if entry.name not in profile.optional_aligners:
                raise
            watch.says(f"no aligner for {profile.optional_aligners[entry.name]}: {error}")
    return moved


def _check(entry: WeightEntry, profile: Profile, volume: Path, watch: Watch) -> None:
    if entry.source.startswith(REMOTE):
        BlobStore(volume).check(entry, watch)
    else:
        stated = {file.path: (file.n_bytes, file.sha256) for file in entry.files}
        check_files(entry, folder_of(entry, profile, volume), stated, watch)


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
            remedy = (
                f"install {package.replace('_', '-')}, which carries it: "
                "`wordlight volume install --mini`"
            )
            raise WeightsMissing(entry.name, f"package {package}", remedy)
        return Path(next(iter(found.submodule_search_locations))) / inner
    if kind in ("hf", "s3"):
        return BlobStore(volume).folder(entry)
    raise SetupError(
        f"weights {entry.name!r}: source {entry.source!r} is not file, package, hf or s3"
    )


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
        phase_steps=speech.phase_steps,
        context_s=speech.context_s,
        nfe_steps=speech.nfe_steps,
        grid=speech.grid,
        guidance_from=speech.guidance_from,
        built_in_guidance=speech.built_in_guidance,
        voices=lambda: shelf.folders,
        default_voice=profile.default_voice,
    )


def alignment_weights(profile: Profile, volume: Path) -> AlignmentWeights:
    """Where the alignment engine finds everything it loads.

    An aligner of another language that is not whole is left out, and with it that language.
    """
    from wordlight.alignment import AlignmentWeights

    alignment, broken = profile.alignment, set()
    for name, language in profile.optional_aligners.items():
        try:
            if name in profile.weights:
                _check(profile.weights[name], profile, volume, Watch())
        except SetupError as error:
            logger.warning("no aligner for %s: %s", language, error)
            broken.add(language)
    return AlignmentWeights(
        whisper=folder_of(profile.weights[alignment.whisper], profile, volume),
        aligners={
            language: folder_of(profile.weights[name], profile, volume)
            if name in profile.weights
            else name
            for language, name in alignment.aligners.items()
            if language not in broken
        },
        default_language=profile.language,
    )
