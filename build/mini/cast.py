"""Who may speak: a profile's ready voices, and voices cloned from clips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mini.clips import Clip as SpokenClip
from mini.mel import SPEECH_HZ
from wordlight.audio import Clip, read_wav
from wordlight.manifest import Manifest
from wordlight.speech import SpeechCall
from wordlight.voices import VoiceShelf

SHORTEST_REFERENCE_S, LONGEST_REFERENCE_S = 3.0, 6.0
BEST_REFERENCE_S = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """A voice and the recording that it is cloned from. A ready voice is called by its name."""

    name: str
    reference: Clip
    reference_text: str
    is_ready: bool

    def call(self, text: str, seed: int) -> SpeechCall:
        """The call that asks the engine to speak a text in this voice."""
        if self.is_ready:
            return SpeechCall(text, voice=self.name, seed=seed)
        return SpeechCall(
            text,
            reference_audio=self.reference.samples,
            reference_rate=self.reference.rate_hz,
            reference_text=self.reference_text,
            seed=seed,
        )


def ready_speakers(profile: Manifest, volume: Path) -> list[Speaker]:
    """The profile's voices."""
    return [
        Speaker(
            name,
            read_wav(folder / "reference.wav"),
            (folder / "reference.txt").read_text(encoding="utf-8").strip(),
            is_ready=True,
        )
        for name, folder in VoiceShelf.of(profile, volume).folders.items()
    ]


def recorded_speakers(clips: Iterable[SpokenClip], ready: Iterable[str]) -> list[Speaker]:
    """Each voice of the clips that is not a ready one, cloned from its clip nearest to 4 s long."""
    best: dict[str, Speaker] = {}

    def badness(speaker: Speaker) -> float:
        return abs(speaker.reference.duration_s - BEST_REFERENCE_S)

    known = set(ready)
    for clip in clips:
        speaker = Speaker(clip.voice, Clip(clip.audio, SPEECH_HZ), clip.text, is_ready=False)
        is_known = bool({clip.voice, clip.voice.partition("_")[2]} & known)
        fits = SHORTEST_REFERENCE_S <= speaker.reference.duration_s <= LONGEST_REFERENCE_S
        if fits and not is_known:
            best[clip.voice] = min(best.get(clip.voice, speaker), speaker, key=badness)
    return [best[voice] for voice in sorted(best)]
