"""Where on this machine each engine finds the weights, voices and lexicons that it loads."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import SetupError
from wordlight.lexicons import LexiconShelf
from wordlight.manifest import Manifest
from wordlight.voices import VoiceShelf
from wordlight.weights import Watch, check_entry, folder_of, lies_here

if TYPE_CHECKING:
    from wordlight.alignment import AlignmentWeights
    from wordlight.reading import Alignable
    from wordlight.speech import SpeechWeights

logger = logging.getLogger(__name__)


def speech_weights(manifest: Manifest, volume: Path) -> SpeechWeights:
    """Where the speech engine finds everything it loads."""
    from wordlight.speech import SpeechWeights  # not at the top: other stubs need no engine

    speech = manifest.speech

    def folder(name: str) -> Path | None:
        return folder_of(manifest.weights[name], manifest, volume) if name else None

    network = folder_of(manifest.weights[speech.weights], manifest, volume)
    shelf = VoiceShelf.of(manifest, volume)
    return SpeechWeights(
        settings=speech,
        checkpoint=network / speech.checkpoint,
        front_end_folder=folder(speech.front_end_weights),
        vocoder_folder=folder(speech.vocoder_weights),
        voices=lambda: shelf.folders,
        default_voice=manifest.default_voice,
        lexicons=LexiconShelf(volume).of,
    )


def alignable(manifest: Manifest, volume: Path) -> Alignable:
    """The languages for which a manifest has aligners; an aligner may still prove broken."""
    from wordlight.reading import Alignable

    folders = {
        language: folder_of(manifest.weights[name], manifest, volume)
        for language, name in manifest.alignment.aligners.items()
    }
    return Alignable(folders, manifest.language, LexiconShelf(volume).of)


def alignment_weights(manifest: Manifest, volume: Path) -> AlignmentWeights:
    """Where the alignment engine finds everything it loads; all folders are on this machine.

    If an optional aligner lies here but is broken, it is left out, and so is its language. An
    aligner that was not pulled keeps its folder here; the engine reports that the folder is empty.
    """
    from wordlight.alignment import AlignmentWeights

    alignment, broken = manifest.alignment, set()
    for name, language in manifest.optional_aligners.items():
        try:
            if lies_here(manifest.weights[name], volume):
                check_entry(manifest.weights[name], manifest, volume, Watch())
        except SetupError as error:
            logger.warning("no aligner for %s: %s", language, error)
            broken.add(language)
    return AlignmentWeights(
        whisper=folder_of(manifest.weights[alignment.whisper], manifest, volume),
        aligners={
            language: folder_of(manifest.weights[name], manifest, volume)
            for language, name in alignment.aligners.items()
            if language not in broken
        },
        default_language=manifest.language,
        lexicons=LexiconShelf(volume).of,
    )
