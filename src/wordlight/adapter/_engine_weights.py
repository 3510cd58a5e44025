"""Where on this machine each engine finds the weights, voices and lexicons that it loads."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import SetupError
from wordlight.lexicons import LexiconShelf
from wordlight.voices import VoiceShelf
from wordlight.weights import Profile, Watch, check_entry, folder_of, lies_here

if TYPE_CHECKING:
    from wordlight.alignment import AlignmentWeights
    from wordlight.reading import Alignable
    from wordlight.speech import SpeechWeights

logger = logging.getLogger(__name__)


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
    language. One that was not pulled keeps its folder; the engine reports that nothing lies there.
    """
    from wordlight.alignment import AlignmentWeights

    alignment, broken = profile.alignment, set()
    for name, language in profile.optional_aligners.items():
        try:
            if lies_here(profile.weights[name], volume):
                check_entry(profile.weights[name], profile, volume, Watch())
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
