"""Alignment as a whole: calls in, timed words out, everything in batches."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment.calls import (
    AlignmentAnswer,
    AlignmentCall,
    AlignmentWeights,
    prepare_audio,
)
from wordlight.alignment.frames import SAMPLE_RATE_HZ
from wordlight.alignment.quiet import quiet_libraries
from wordlight.alignment.spelling import Spelling, spell_words
from wordlight.alignment.timing import WordTimes, found_times, settle, spread_times
from wordlight.alignment.viterbi import TokenSpans, align_tokens
from wordlight.errors import EmptyText, InvalidInput, UnknownLanguage, WordlightError
from wordlight.reading import (
    Reading,
    ReadWord,
    base_language,
    guess_language,
    is_read_from,
    read_script,
)

if TYPE_CHECKING:
    from wordlight.alignment.emissions import Aligner
    from wordlight.alignment.hearing import Heard, Listener

_log = logging.getLogger(__name__)

_MARGIN_S = 0.2
"""What a stretch of speech is given on each side: voice activity cuts soft onsets."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words and the piece of the clip in which they are said: (n_samples,) at 16 kHz."""

    words: tuple[ReadWord, ...]
    audio: NDArray[np.float32]
    offset_s: float


@dataclass(frozen=True, slots=True)
class _Task:
    """A call on its way: what is said where, in which language."""

    passages: list[_Passage]
    text: str
    reading: Reading
    duration_s: float
    aligner: str
    """The language whose aligner listens: the reading's, if there is one."""


class AlignmentEngine:
    """Whisper, voice activity and one aligner per language, on one device."""

    def __init__(self, listener: Listener, weights: AlignmentWeights, device: str) -> None:
        self._listener = listener
        self._weights = weights
        self._device = device
        self._aligners: dict[str, Aligner] = {}

    @classmethod
    def load(cls, weights: AlignmentWeights, device: str, threads: int = 0) -> AlignmentEngine:
        """An engine that has run once: the trellis is compiled, every model has seen a clip.

        Args:
            weights: Other languages' aligners than the default one's load when first asked for.
            device: ``cpu`` or ``cuda:<n>``.
            threads: For torch and for Whisper; 0 leaves each its own choice.

        Raises:
            WeightsMissing: Whisper or the default language's aligner is not there.
            WeightsCorrupt: The voice-activity checkpoint is not the one we know.
            UnknownLanguage: The default language has no aligner.
        """
        quiet_libraries()
        import torch

        from wordlight.alignment.hearing import Listener

        if threads:
            torch.set_num_threads(threads)
        engine = cls(Listener.load(weights.whisper, device, threads), weights, device)
        engine._warm_up()
        return engine

    def run(self, calls: Sequence[AlignmentCall]) -> list[AlignmentAnswer | WordlightError]:
        """The answer to each call, or what is wrong with it, in its place."""
        outcomes: list[_Task | AlignmentAnswer | WordlightError] = list(self._begin(calls))
        by_language: dict[str, list[int]] = {}
        for i, outcome in enumerate(outcomes):
            if isinstance(outcome, _Task):
                by_language.setdefault(outcome.aligner, []).append(i)
        for language, indices in by_language.items():
            tasks = [task for i in indices if isinstance(task := outcomes[i], _Task)]
            for i, answer in zip(indices, self._align(tasks, language), strict=True):
                outcomes[i] = answer
        return [outcome for outcome in outcomes if not isinstance(outcome, _Task)]

    def _warm_up(self) -> None:
        began = time.perf_counter()
        noise = np.random.default_rng(0).normal(0.0, 0.01, SAMPLE_RATE_HZ).astype(np.float32)
        language = self._weights.default_language
        self._aligner(language)
        self._listener.decode([noise], language if self._listener.is_multilingual else "en")
        self.run([
            AlignmentCall(noise, SAMPLE_RATE_HZ, "ready", language),
            AlignmentCall(noise, SAMPLE_RATE_HZ),
        ])  # fmt: skip
        _log.info("alignment warmed up in %.1f s", time.perf_counter() - began)

    def _aligner(self, language: str) -> Aligner:
        """That language's aligner, loaded when first asked for."""
        from wordlight.alignment.emissions import Aligner

        if language not in self._aligners:
            if language not in self._weights.aligners:
                raise UnknownLanguage(language, tuple(sorted(self._weights.aligners)))
            source: Path | str = self._weights.aligners[language]
            self._aligners[language] = Aligner.load(language, source, self._device)
        return self._aligners[language]

    def _begin(self, calls: Sequence[AlignmentCall]) -> list[_Task | WordlightError]:
        """What is said in each call's recording: as given, or heard in one batch."""
        begun: list[_Task | WordlightError | None] = []
        unheard: list[tuple[int, NDArray[np.float32], str | None]] = []
        for i, call in enumerate(calls):
            try:
                begun.append(self._begin_known(call))
                if begun[i] is None:
                    unheard.append((i, prepare_audio(call), self._check_hearable(call)))
            except WordlightError as error:
                begun[i:] = [error]  # in the place of what this call may have begun
        clips, languages = [u[1] for u in unheard], [u[2] for u in unheard]
        heard = self._listener.hear(clips, languages) if unheard else []
        for (i, clip, _), found in zip(unheard, heard, strict=True):
            try:
                begun[i] = self._begin_heard(calls[i], clip, found)
            except WordlightError as error:
                begun[i] = error
        return [outcome for outcome in begun if outcome is not None]

    def _begin_known(self, call: AlignmentCall) -> _Task | None:
        """A call that brings its transcript; None if it brings none."""
        if call.transcript is None:
            if call.reading is not None:
                raise InvalidInput("READING", "needs the TRANSCRIPT that it is a reading of")
            return None
        audio = prepare_audio(call)
        reading = self._reading(call, call.transcript)
        is_known = reading.language in self._weights.aligners or call.language is not None
        aligner = reading.language if is_known else self._weights.default_language
        self._aligner(aligner)
        passage = _Passage(reading.words, audio, 0.0)
        return _Task([passage], call.transcript, reading, call.duration_s, aligner)

    def _reading(self, call: AlignmentCall, transcript: str) -> Reading:
        """The reading given, or the transcript's own."""
        language = base_language(call.language)
        if call.reading is not None and call.reading.strip():
            given = Reading.from_json(call.reading)
            if not given.words:
                raise InvalidInput("READING", "holds no words")
            if not is_read_from(given, transcript):
                raise InvalidInput("READING", "is of another text than TRANSCRIPT")
            if language not in (None, given.language):
                raise InvalidInput(
                    "READING", f"is in {given.language!r}, and LANGUAGE is {language!r}"
                )
            return given
        if language is None:
            guessed = guess_language(transcript) or ""
            is_known = guessed in self._weights.aligners
            language = guessed if is_known else self._weights.default_language
        self._aligner(language)  # before the reading, which may take seconds
        return read_script(transcript, language, "TRANSCRIPT")

    def _check_hearable(self, call: AlignmentCall) -> str | None:
        language = base_language(call.language)
        self._listener.check_language(language)
        if language is not None:
            self._aligner(language)
        return language

    def _begin_heard(self, call: AlignmentCall, clip: NDArray[np.float32], heard: Heard) -> _Task:
        language = heard.language or self._weights.default_language
        if heard.stretches:
            self._aligner(language)
        bounds = _widen([(s.start_s, s.end_s) for s in heard.stretches], len(clip))
        passages: list[_Passage] = []
        words: list[ReadWord] = []
        for stretch, (first, last) in zip(heard.stretches, bounds, strict=True):
            try:
                read = read_script(stretch.text, language).words
            except EmptyText:  # music, laughter: marks alone
                continue
            words += [replace(word, group=word.group + _next_group(words)) for word in read]
            passages.append(_Passage(read, clip[first:last], first / SAMPLE_RATE_HZ))
        text = " ".join(s.text for s in heard.stretches if s.text)
        reading = Reading(tuple(words), language)
        return _Task(passages, text if passages else "", reading, call.duration_s, language)

    def _align(self, tasks: Sequence[_Task], language: str) -> list[AlignmentAnswer]:
        """Every task's words, timed; all their passages go through the model together."""
        passages = [passage for task in tasks for passage in task.passages]
        emissions = []
        if passages:
            emissions = self._aligner(language).emit([passage.audio for passage in passages])
        timed = iter([
            self._time(passage, log_probs, language)
            for passage, log_probs in zip(passages, emissions, strict=True)
        ])  # fmt: skip
        return [_answer(task, [next(timed) for _ in task.passages]) for task in tasks]

    def _time(self, passage: _Passage, log_probs: NDArray[np.float32], language: str) -> WordTimes:
        aligner = self._aligner(language)
        spelling = spell_words([word.said for word in passage.words], aligner.alphabet)
        spans = _best_spans(log_probs, spelling, aligner.alphabet.blank)
        if spans is None:
            _log.warning("%d frames are too few for %d words", len(log_probs), len(passage.words))
            end_s = passage.offset_s + len(passage.audio) / SAMPLE_RATE_HZ
            texts = [word.text for word in passage.words]
            return spread_times(texts, passage.offset_s, end_s)
        return found_times(spans, spelling.words, aligner.grid, passage.offset_s)


def _best_spans(
    log_probs: NDArray[np.float32], spelling: Spelling, blank: int
) -> TokenSpans | None:
    """The tokens' frames; if they are too few for all, without the separators between words."""
    spans = align_tokens(log_probs, spelling.tokens, spelling.is_optional, blank)
    if spans is None:
        spans = align_tokens(log_probs, spelling.tokens, spelling.is_separator, blank)
    return spans


def _next_group(words: Sequence[ReadWord]) -> int:
    return words[-1].group + 1 if words else 0


def _widen(bounds: Sequence[tuple[float, float]], n_samples: int) -> list[tuple[int, int]]:
    """Samples from and to of stretches given a margin, at most to the middle of the gap between."""
    edges = [0.0, *(edge for bound in bounds for edge in bound), n_samples / SAMPLE_RATE_HZ]
    widened = []
    for k, (start_s, end_s) in enumerate(bounds):
        gap_before_s, gap_after_s = start_s - edges[2 * k], edges[2 * k + 3] - end_s
        first_s = start_s - min(_MARGIN_S, gap_before_s / (2 if k else 1))
        last_s = end_s + min(_MARGIN_S, gap_after_s / (2 if k + 1 < len(bounds) else 1))
        widened.append((max(0, int(first_s * SAMPLE_RATE_HZ)), int(last_s * SAMPLE_RATE_HZ)))
    return [(first, min(last, n_samples)) for first, last in widened]


def _answer(task: _Task, parts: list[WordTimes]) -> AlignmentAnswer:
    times = settle(WordTimes.join(parts), task.duration_s)
    return AlignmentAnswer(
        words=[word.text for word in task.reading.words],
        starts=times.starts_s,
        ends=times.ends_s,
        scores=times.scores,
        origins=[str(origin) for origin in times.origins],
        spoken_text=task.text,
        spoken_language=task.reading.language,
        duration=task.duration_s,
        reading=task.reading.to_json(),
    )
