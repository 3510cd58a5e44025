"""A recording of a voice → what the sampler is conditioned on."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import torch
from f5_tts.model.modules import MelSpec
from numpy.typing import NDArray
from torch import Tensor

from wordlight.audio import AudioUnreadable, Clip, read_wav
from wordlight.contract import LONGEST_REFERENCE_S, SHORTEST_REFERENCE_S
from wordlight.errors import InvalidInput, MissingInput, OutOfRange, ReferenceUnusable, UnknownVoice
from wordlight.reading import base_language, breaks, is_readable, read_script, spoken_text
from wordlight.speech._calls import SpeechCall
from wordlight.speech.front_end import FrontEnd, ReferenceText, SpokenPhonemes
from wordlight.speech.join import trim

logger = logging.getLogger(__name__)

TARGET_RMS = 0.1
"""Quieter references are raised to this, and the answer is lowered again. Source: upstream."""
SILENT_RMS = 1e-4
CACHED_REFERENCES = 64
READS, BETWEEN_READS_S = 5, 0.02
"""How often a ready voice is read that is being replaced; that takes two renames."""
PHONEMES_FILE = "phonemes.json"
"""Beside a ready voice's recording, where its phonemes' durations are known."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Log-mel (n_frames, n_mels), what is said over it, and the answer's gain."""

    mel: Tensor
    text: ReferenceText
    gain: float


class References:
    """References by content, the latest kept: a voice's mel is computed once."""

    def __init__(
        self,
        front_end: FrontEnd,
        mel: Mapping[str, Any],
        voices: Callable[[], Mapping[str, Path]],
        default_voice: str,
        transcribe: Callable[[NDArray[np.float32], int], str] | None,
    ) -> None:
        self._front_end = front_end
        self._mel = MelSpec(**mel)
        self._rate_hz: int = mel["target_sample_rate"]
        self._voices = voices
        self._default_voice = default_voice
        self._transcribe = transcribe
        self._kept: OrderedDict[str, Reference] = OrderedDict()

    def of(self, call: SpeechCall) -> Reference:
        """The reference that a call asks for.

        Raises:
            InvalidInput: What is wrong with the recording, by field.
            UnknownVoice: There is no such voice.
        """
        if call.reference_audio is None:
            if call.reference_rate is not None or call.reference_text is not None:
                raise MissingInput("REFERENCE_AUDIO", "REFERENCE_RATE or REFERENCE_TEXT is given")
            return self._ready_voice(call.voice or self._default_voice)
        if call.voice is not None:
            raise InvalidInput("VOICE", "and REFERENCE_AUDIO are both given; choose one")
        if call.reference_rate is None:
            raise MissingInput("REFERENCE_RATE", "REFERENCE_AUDIO needs it")
        return self._recorded(
            call.reference_audio,
            call.reference_rate,
            call.reference_text,
            self._front_end.language(call.language),
        )

    def _ready_voice(self, name: str) -> Reference:
        voices = self._voices()
        if name not in voices:
            raise UnknownVoice(name, tuple(sorted(voices)))
        clip, text, spoken = _read_voice(voices[name])
        language = self._front_end.language(None)  # its own, whatever is to be said
        return self._recorded(clip.samples, clip.rate_hz, text, language, spoken)

    def _recorded(
        self,
        samples: NDArray[np.float32],
        rate_hz: int,
        text: str | None,
        language: str | None,
        spoken: SpokenPhonemes | None = None,
    ) -> Reference:
        digest = hashlib.sha256(samples.tobytes())
        digest.update(f"{rate_hz} {base_language(language)} {text}".encode())
        digest.update(b"" if spoken is None else spoken.frames.tobytes())
        key = digest.hexdigest()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        self._kept[key] = self._make(samples, rate_hz, text, language, spoken)
        if len(self._kept) > CACHED_REFERENCES:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _make(
        self,
        samples: NDArray[np.float32],
        rate_hz: int,
        text: str | None,
        language: str | None,
        phonemes: SpokenPhonemes | None,
    ) -> Reference:
        seconds = len(samples) / rate_hz
        if not SHORTEST_REFERENCE_S <= seconds <= LONGEST_REFERENCE_S:
            raise OutOfRange(
                "REFERENCE_AUDIO", round(seconds, 2), SHORTEST_REFERENCE_S, LONGEST_REFERENCE_S, "s"
            )
        if float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) < SILENT_RMS:
            raise ReferenceUnusable("REFERENCE_AUDIO", "is silent; it must hold speech")
        if text is None:
            text = self._heard(samples, rate_hz)
        wave = trim(
            soxr.resample(samples, rate_hz, self._rate_hz).astype(np.float32), self._rate_hz
        )
        rms = float(np.sqrt(np.mean(np.square(wave))))
        raised = wave * (TARGET_RMS / rms) if rms < TARGET_RMS else wave
        with torch.inference_mode():
            mel = self._mel(torch.from_numpy(raised)[None])[0].T
        field = "REFERENCE_TEXT"
        reading = self._front_end.sayable(read_script(text, language, field), field)
        spoken = spoken_text(reading.words, breaks(reading.words))
        read = self._front_end.read(spoken, wave, len(mel), phonemes)
        return Reference(mel, read, gain=min(1.0, rms / TARGET_RMS))

    def _heard(self, samples: NDArray[np.float32], rate_hz: int) -> str:
        if self._transcribe is None:
            raise MissingInput("REFERENCE_TEXT", "nothing here can transcribe REFERENCE_AUDIO")
        text = self._transcribe(samples, rate_hz)
        if not is_readable(text):
            raise ReferenceUnusable("REFERENCE_AUDIO", "holds no speech that can be understood")
        return text


def _read_voice(folder: Path) -> tuple[Clip, str, SpokenPhonemes | None]:
    """The files of one ready voice, all of the same one, should it be replaced meanwhile.

    Raises:
        ReferenceUnusable: A file is missing or cannot be read, time and again.
    """
    for _ in range(READS):
        try:
            voice = folder.stat().st_ino
            clip = read_wav(folder / "reference.wav")
            text = (folder / "reference.txt").read_text(encoding="utf-8").strip()
            phonemes = folder / PHONEMES_FILE
            spoken = SpokenPhonemes.load(phonemes) if phonemes.is_file() else None
            if folder.stat().st_ino == voice:
                return clip, text, spoken
        except (FileNotFoundError, AudioUnreadable):
            time.sleep(BETWEEN_READS_S)
    raise ReferenceUnusable("VOICE", f"{folder.name!r} has no readable recording with its text")
