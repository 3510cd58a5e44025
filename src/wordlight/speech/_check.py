"""Checks a call before its turn, as far as that is possible without weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wordlight.contract import check_source
from wordlight.reading import Reading, Shelf, no_shelf, read_script
from wordlight.reading.directions import voices_named
from wordlight.speech._calls import SpeechCall, SpeechWeights
from wordlight.speech._front_end import Scripts
from wordlight.speech._front_ends import load_front_end
from wordlight.speech._scripts import EnglishScripts, read_to_speak
from wordlight.speech._voice import check_recording, find_voice


@dataclass(frozen=True, slots=True)
class SpeechCheck:
    """Refuses what the engine would refuse. An accepted recording may still lack usable speech."""

    scripts: Scripts
    voices: Callable[[], Mapping[str, Path]]
    default_voice: str
    lexicons: Shelf = no_shelf

    @classmethod
    def load(cls, weights: SpeechWeights) -> SpeechCheck:
        """The check of an engine with these weights."""
        scripts = _load_scripts(weights.settings.front_end, weights.front_end_folder)
        return cls(scripts, weights.voices, weights.default_voice, weights.lexicons)

    def check(self, call: SpeechCall) -> Reading:
        """Checks the call, and returns the reading of its text.

        Raises:
            InvalidInput: A field is not valid.
            UnknownVoice: There is no such voice.
        """
        language = self.scripts.language(call.language)
        reading = read_to_speak(call, language, self.scripts, self.lexicons)
        check_source(call.voice, call.reference_audio, call.reference_rate, call.reference_text)
        if call.reference_audio is None or call.reference_rate is None:
            find_voice(call.voice or self.default_voice, self.voices())
        for voice in voices_named(call.text):
            find_voice(voice.name, self.voices(), voice.where)
        if call.reference_audio is None or call.reference_rate is None:
            return reading
        check_recording(call.reference_audio, call.reference_rate)
        if call.reference_text is not None:
            said = read_script(call.reference_text, language, "REFERENCE_TEXT", is_heard=True)
            self.scripts.sayable(said, "REFERENCE_TEXT")
        return reading


def _load_scripts(front_end: str, folder: Path | None) -> Scripts:
    """The scripts of a front end, without its network if possible."""
    return EnglishScripts() if front_end == "phonemes" else load_front_end(front_end, folder)
