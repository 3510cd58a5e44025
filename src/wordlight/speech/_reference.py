"""Turns a recording of a voice into the reference that conditions the sampler."""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import soxr
import torch
from f5_tts.model.modules import MelSpec
from numpy.typing import NDArray
from torch import Tensor

from wordlight.audio import Clip, clipped_share, read_wav
from wordlight.contract import check_source
from wordlight.errors import AudioUnreadable, MissingInput, ReferenceUnusable
from wordlight.reading import base_language, breaks, is_readable, read_script, spoken_text
from wordlight.reading.directions import Voice
from wordlight.speech._calls import SpeechCall
from wordlight.speech._front_end import FrontEnd, ReferenceText, SpokenPhonemes
from wordlight.speech._loudness import trim
from wordlight.speech._recording import Speech, find_speech
from wordlight.speech._voice import check_recording, find_voice

TARGET_RMS = 0.1
"""Quieter references are raised to this level, and answers lowered again. Source: upstream."""
LEAST_DBFS, VERY_QUIET_DBFS = -28.0, -30.0
"""The least RMS of an answer. If the reference is softer than the second figure, a warning states
by how much the answer was raised. The ready voices have -22 to -26."""
UNSPOKEN_DBFS = -40.0
"""A recording without detected speech is taken for an empty room if its RMS is lower. A louder one
may be a whisper or a song that the detector does not know."""
SHORTEST_SPEECH_S = 0.5
NOISY_DB = 20.0
"""If the speech is less than this above its noise, the answer has audible noise too."""
MOST_CLIPPED = 0.0005
"""The share of clipped samples that passes without a warning. A click or two have less, a voice
recorded too loud has more."""
CACHED_REFERENCES = 64
READS, BETWEEN_READS_S = 5, 0.02
"""The number of attempts to read a ready voice that is being replaced, which takes two renames."""
PHONEMES_FILE = "phonemes.json"
"""The file beside a ready voice's recording that has the durations of its phonemes, if known."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Log-mel (n_frames, n_mels), what is said in it, and the answer's gain and level (RMS).

    ``flaws``: what is wrong with the recording and how that affects the answer, one clause each.
    """

    mel: Tensor
    text: ReferenceText
    gain: float
    level: float
    flaws: tuple[str, ...] = ()

    def warnings(self, call: SpeechCall, voice: str = "") -> list[str]:
        """The flaws as sentences, which name the reference as the call does.

        ``voice``: a voice that the call's text names; empty for the call's own.
        """
        called = voice or call.voice
        of_voice = "the default voice" if called is None else f"VOICE {called!r}"
        is_recorded = call.reference_audio is not None and not voice
        name = "REFERENCE_AUDIO" if is_recorded else f"{of_voice}'s recording"
        return [f"{name} {flaw}" for flaw in self.flaws]


class References:
    """Makes references and keeps the latest, so that a voice's mel is computed once.

    They are kept by content. Threads may share a `References`.
    """

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
        self._kept: OrderedDict[str, Future[Reference]] = OrderedDict()
        self._changing = Lock()
        self.n_made = self.n_found = 0
        """The number of references that were made, and the number found in the cache."""

    def of(self, call: SpeechCall) -> Reference:
        """The reference that a call asks for.

        Raises:
            InvalidInput: What is wrong with the recording, by field.
            UnknownVoice: There is no such voice.
        """
        check_source(call.voice, call.reference_audio, call.reference_rate, call.reference_text)
        if call.reference_audio is None or call.reference_rate is None:
            return self._ready_voice(call.voice or self._default_voice)
        return self._recorded(
            call.reference_audio,
            call.reference_rate,
            call.reference_text,
            self._front_end.language(call.language),
        )

    def cast(self, call: SpeechCall, voices: Iterable[Voice]) -> dict[str, Reference]:
        """The references of a call's own voice, under the name "", and of these voices.

        Raises:
            InvalidInput: What is wrong with the recording, by field.
            UnknownVoice: There is no such voice.
        """
        found = {"": self.of(call)}
        for voice in voices:
            found[voice.name] = self._ready_voice(voice.name, voice.where)
        return found

    def _ready_voice(self, name: str, where: str = "") -> Reference:
        clip, text, spoken = _read_voice(find_voice(name, self._voices(), where))
        language = self._front_end.language(None)  # the voice's own, whatever is to be said
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
        with self._changing:
            kept, is_new = self._kept.get(key), key not in self._kept
            if kept is None:
                kept = self._kept[key] = Future()
                self.n_made += 1
            else:
                self.n_found += 1
            self._kept.move_to_end(key)
            if len(self._kept) > CACHED_REFERENCES:
                self._kept.popitem(last=False)
        if is_new:
            self._fulfil(key, kept, partial(self._make, samples, rate_hz, text, language, spoken))
        return kept.result()

    def _fulfil(self, key: str, kept: Future[Reference], make: Callable[[], Reference]) -> None:
        """Makes a reference for all callers that wait for it. An error is not cached."""
        try:
            kept.set_result(make())
        except BaseException as error:  # noqa: BLE001 - raised again for all who wait
            with self._changing:
                self._kept.pop(key, None)
            kept.set_exception(error)

    def _make(
        self,
        samples: NDArray[np.float32],
        rate_hz: int,
        text: str | None,
        language: str | None,
        phonemes: SpokenPhonemes | None,
    ) -> Reference:
        check_recording(samples, rate_hz)
        speech = self._speech(samples, rate_hz, is_known=phonemes is not None)
        if text is None:
            text = self._heard(samples, rate_hz)
        raised = speech.wave * max(1.0, TARGET_RMS / speech.rms)
        with torch.inference_mode():
            mel = self._mel(torch.from_numpy(raised)[None])[0].T
        field = "REFERENCE_TEXT"
        reading = self._front_end.sayable(read_script(text, language, field, is_heard=True), field)
        spoken = spoken_text(reading.words, breaks(reading.words))
        read = self._front_end.read(spoken, speech.wave, len(mel), phonemes)
        level = max(speech.rms, 10 ** (LEAST_DBFS / 20))
        return Reference(mel, read, _gain(speech.rms), level, tuple(_flaws(speech, samples)))

    def _speech(self, samples: NDArray[np.float32], rate_hz: int, is_known: bool) -> Speech:
        """The speech in a recording. ``is_known``: the frames of its phonemes are known."""
        whole = soxr.resample(samples, rate_hz, self._rate_hz).astype(np.float32)
        if is_known:  # they fit the recording as it was trimmed when they were found
            wave = trim(whole, self._rate_hz)
            return Speech(wave, len(wave) / self._rate_hz, None, is_detected=True)
        speech = find_speech(whole, self._rate_hz)
        if not speech.is_detected and _dbfs(speech.rms) < UNSPOKEN_DBFS:
            raise ReferenceUnusable("REFERENCE_AUDIO", "holds no speech that rises above its noise")
        if speech.seconds < SHORTEST_SPEECH_S:
            raise ReferenceUnusable(
                "REFERENCE_AUDIO",
                f"holds {speech.seconds:.2f} s of speech; {SHORTEST_SPEECH_S:g} s are needed",
            )
        return speech

    def _heard(self, samples: NDArray[np.float32], rate_hz: int) -> str:
        if self._transcribe is None:
            raise MissingInput("REFERENCE_TEXT", "nothing here can transcribe REFERENCE_AUDIO")
        text = self._transcribe(samples, rate_hz)
        if not is_readable(text):
            raise ReferenceUnusable("REFERENCE_AUDIO", "holds no speech that can be understood")
        return text


def _gain(rms: float) -> float:
    """The gain that makes an answer as loud as its reference, but never too quiet to listen to.

    >>> _gain(0.2), _gain(0.05), round(_gain(0.01), 2)
    (1.0, 0.5, 0.4)
    """
    return min(1.0, max(rms, 10 ** (LEAST_DBFS / 20)) / TARGET_RMS)


def _flaws(speech: Speech, samples: NDArray[np.float32]) -> Iterator[str]:
    """The flaws of a recording that is usable nevertheless."""
    level_dbfs = _dbfs(speech.rms)
    if level_dbfs < VERY_QUIET_DBFS:
        raised = f"the answer was raised by {LEAST_DBFS - level_dbfs:.0f} dB"
        yield f"is very quiet ({level_dbfs:.0f} dBFS); {raised}"
    if not speech.is_detected:
        yield "holds nothing that was recognised as speech; the answer may not sound like a voice"
    if speech.above_noise_db is not None and speech.above_noise_db < NOISY_DB:
        ratio = f"its speech is {int(speech.above_noise_db)} dB above the noise"
        yield f"is noisy ({ratio}); the answer may sound so too"
    clipped = clipped_share(samples)
    if clipped > MOST_CLIPPED:
        yield f"is clipped ({clipped:.2%} of it); the answer may sound so too"


def _dbfs(amplitude: float) -> float:
    return 20 * math.log10(max(amplitude, 1e-10))


def _read_voice(folder: Path) -> tuple[Clip, str, SpokenPhonemes | None]:
    """The files of a ready voice. If it is replaced meanwhile, all are of the same version.

    Raises:
        ReferenceUnusable: A file is missing or unreadable each time.
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
