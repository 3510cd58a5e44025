"""WhisperX's transcription: voice activity, then Whisper. Imports torch and whisperx."""

from __future__ import annotations

import contextlib
import io
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisperx
from faster_whisper.tokenizer import _LANGUAGE_CODES, Tokenizer
from numpy.typing import NDArray
from whisperx.vads import Pyannote

from wordlight.alignment._frames import SAMPLE_RATE_HZ
from wordlight.alignment._pieces import AT_ONCE, Work
from wordlight.alignment.networks._voice_activity import OFFSET, ONSET, load_voice_activity
from wordlight.errors import UnknownLanguage, WeightsMissing
from wordlight.tracing import stage

logger = logging.getLogger(__name__)

_LONGEST_STRETCH_S = 30
_LONGEST_PAUSE_S = 1.0
"""Whisper is not asked for times here; it often leaves out the speech after a longer pause."""
_SHORT_PAUSE_S = 0.5
_THIN_PER_S = 5.0
"""Characters per second of speech. If a transcript has fewer, Whisper has left out most of the
speech: slow readers say 8."""
_BATCH = {"cpu": 4, "cuda": 16}
"""Stretches that Whisper transcribes at once."""


Spoken = tuple[float, float]
"""Start and end of speech without a pause, in seconds."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of speech in a clip, and its transcript."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcription:
    """All speech of one clip; ``language`` is None if nobody speaks and no language was given."""

    stretches: list[Stretch]
    language: str | None


class Transcriber:
    """A voice-activity model, and Whisper, which transcribes the speech that it finds."""

    def __init__(self, pipeline: Any, device: str) -> None:
        self._pipeline = pipeline
        self._whisper = pipeline.model
        self._batch = _BATCH[device.split(":", maxsplit=1)[0]]
        self._tokenizers: dict[str, Any] = {}

    @classmethod
    def load(cls, folder: Path, device: str, threads: int) -> Transcriber:
        """Whisper from a local folder in CTranslate2's format: int8 on a CPU, float16 on a GPU.

        Raises:
            WeightsMissing: The folder holds no such model.
            WeightsCorrupt: whisperx's voice-activity checkpoint is not the one that we know.
        """
        began = time.perf_counter()
        if not (folder / "model.bin").is_file():
            raise WeightsMissing("whisper", str(folder / "model.bin"), "fetch it or name another")
        kind, _, index = device.partition(":")
        with contextlib.redirect_stdout(io.StringIO()):
            pipeline = whisperx.load_model(
                str(folder),
                kind,
                device_index=int(index or 0),
                compute_type="int8" if kind == "cpu" else "float16",
                vad_model=load_voice_activity(device),
                vad_options={"vad_onset": ONSET, "vad_offset": OFFSET},
                local_files_only=True,
                threads=threads,
            )
        logger.info("whisper loaded in %.1f s", time.perf_counter() - began)
        return cls(pipeline, device)

    @property
    def is_multilingual(self) -> bool:
        """Whether Whisper transcribes other languages than English."""
        return bool(self._whisper.model.is_multilingual)

    def check_language(self, language: str | None) -> None:
        """Accepts None and every language that Whisper transcribes.

        Raises:
            UnknownLanguage: Whisper does not transcribe that language.
        """
        known = tuple(_LANGUAGE_CODES) if self.is_multilingual else ("en",)
        if language is not None and language not in known:
            raise UnknownLanguage(language, known)

    @stage("transcription")
    def transcribe(
        self,
        clips: Sequence[NDArray[np.float32]],
        languages: Sequence[str | None],
        work: Work = AT_ONCE,
    ) -> list[Transcription]:
        """What is said in each clip (16 kHz); all clips' speech goes through Whisper together."""
        speech = [self._find_speech(clip, work) for clip in clips]
        found = [[(one[0][0], one[-1][1]) for one in stretches] for stretches in speech]
        spoken = [
            language or (work(partial(self._detect, clip)) if bounds else None)
            for clip, bounds, language in zip(clips, found, languages, strict=True)
        ]
        texts: dict[tuple[int, int], str] = {}
        for language in sorted({name for name in spoken if name}):
            keys = [
                (i, k)
                for i, name in enumerate(spoken)
                if name == language
                for k in range(len(found[i]))
            ]
            cuts = [_cut(clips[i], *found[i][k]) for i, k in keys]
            texts |= dict(zip(keys, self.decode(cuts, language, work), strict=True))
            for i, k in keys:
                if _is_thin(texts[i, k], speech[i][k]):
                    again = self._transcribe_apart(clips[i], speech[i][k], language, work)
                    texts[i, k] = max(texts[i, k], again, key=len)
        return [
            Transcription([Stretch(*b, texts[i, k]) for k, b in enumerate(bounds)], language)
            for i, (bounds, language) in enumerate(zip(found, spoken, strict=True))
        ]

    def _transcribe_apart(
        self, clip: NDArray[np.float32], spoken: Sequence[Spoken], language: str, work: Work
    ) -> str:
        """The text of a stretch whose parts between pauses are transcribed one by one."""
        parts = apart(spoken, _SHORT_PAUSE_S)
        cuts = [_cut(clip, part[0][0], part[-1][1]) for part in parts]
        return " ".join(self.decode(cuts, language, work))

    def decode(
        self, cuts: Sequence[NDArray[np.float32]], language: str, work: Work = AT_ONCE
    ) -> list[str]:
        """The text of each cut of at most 30 s, as Whisper writes it; a batch is a piece of work.

        Source: whisperX 3.8.6 ``FasterWhisperPipeline.transcribe``, which batches one clip only.
        """
        texts: list[str] = []
        for first in range(0, len(cuts), self._batch):
            texts += work(partial(self._decode, cuts[first : first + self._batch], language))
        return texts

    def _decode(self, cuts: Sequence[NDArray[np.float32]], language: str) -> list[str]:
        mels = [self._pipeline.preprocess({"inputs": cut})["inputs"] for cut in cuts]
        answer = self._whisper.generate_segment_batched(
            torch.stack(mels), self._tokenizer(language), self._pipeline.options
        )
        return [text.strip() for text in answer["text"]]

    def _find_speech(self, clip: NDArray[np.float32], work: Work) -> list[list[Spoken]]:
        """The spoken parts of each stretch; no stretch is longer than Whisper takes at once."""
        activity = self._pipeline.vad_model.probabilities(clip, work)
        merged = Pyannote.merge_chunks(activity, _LONGEST_STRETCH_S, onset=ONSET, offset=OFFSET)
        duration_s = len(clip) / SAMPLE_RATE_HZ
        stretches: list[list[Spoken]] = []
        for stretch in merged:
            inside = [
                (max(0.0, float(start)), min(float(end), duration_s))
                for start, end in stretch["segments"]
            ]
            spoken = [(start, end) for start, end in inside if start < end]
            stretches += apart(spoken, _LONGEST_PAUSE_S)
        return stretches

    def _detect(self, clip: NDArray[np.float32]) -> str:
        return str(self._pipeline.detect_language(clip)) if self.is_multilingual else "en"

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._whisper.hf_tokenizer,
                self.is_multilingual,
                task="transcribe",
                language=language,
            )
        return self._tokenizers[language]


def apart(spoken: Sequence[Spoken], longest_s: float) -> list[list[Spoken]]:
    """The same speech, divided at every pause that is longer than ``longest_s``.

    >>> apart([(0.0, 1.0), (1.2, 2.0), (4.0, 5.0)], 1.0)
    [[(0.0, 1.0), (1.2, 2.0)], [(4.0, 5.0)]]
    """
    parts: list[list[Spoken]] = []
    for start_s, end_s in spoken:
        if not parts or start_s - parts[-1][-1][1] > longest_s:
            parts.append([])
        parts[-1].append((start_s, end_s))
    return parts


def _is_thin(text: str, spoken: Sequence[Spoken]) -> bool:
    """Whether the text is too short for so many seconds of speech, perhaps because of pauses."""
    spoken_s = sum(end_s - start_s for start_s, end_s in spoken)
    return len(spoken) > 1 and len(text) < _THIN_PER_S * spoken_s


def _cut(clip: NDArray[np.float32], start_s: float, end_s: float) -> NDArray[np.float32]:
    stop = min(int(end_s * SAMPLE_RATE_HZ), int(start_s * SAMPLE_RATE_HZ) + 480_000)
    return clip[int(start_s * SAMPLE_RATE_HZ) : stop]
