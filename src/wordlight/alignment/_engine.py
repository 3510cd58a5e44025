"""Alignment as a whole: calls in, timed words out, everything in batches."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment._calls import (
    AlignmentAnswer,
    AlignmentCall,
    AlignmentWeights,
    check_length,
    prepare_audio,
)
from wordlight.alignment._chunks import Chunk, check_chunk_words, chunks_of
from wordlight.alignment._differences import doubts
from wordlight.alignment._frames import SAMPLE_RATE_HZ, FrameGrid, widen
from wordlight.alignment._libraries import quiet_libraries
from wordlight.alignment._loudness import frame_levels_db
from wordlight.alignment._pieces import AT_ONCE, Work
from wordlight.alignment._placer import Passage
from wordlight.alignment._tasks import Cut, Emitted, Task, Timed
from wordlight.alignment._timing import WordTimes, settle, show_unspoken, until_quiet
from wordlight.errors import EmptyText, MissingInput, WordlightError
from wordlight.reading import (
    Alignable,
    Reading,
    ReadWord,
    base_language,
    check_lexicon_alone,
    check_reading_alone,
    read_script,
)

if TYPE_CHECKING:
    from wordlight.alignment.networks import Aligner, Transcriber, Transcription

logger = logging.getLogger(__name__)


class AlignmentEngine:
    """Whisper, voice activity and one aligner per language, on one device."""

    def __init__(self, transcriber: Transcriber, weights: AlignmentWeights, device: str) -> None:
        self._transcriber = transcriber
        self._weights = weights
        self._alignable = Alignable(weights.aligners, weights.default_language, weights.lexicons)
        self._device = device
        self._aligners: dict[str, Aligner] = {}

    @classmethod
    def load(cls, weights: AlignmentWeights, device: str, threads: int = 0) -> AlignmentEngine:
        """An engine that has run once: the trellis is compiled, every model has seen a clip.

        Args:
            weights: Only the default language's aligner is loaded now, others when first needed.
            device: ``cpu`` or ``cuda:<n>``.
            threads: How many torch and Whisper may use each; 0 leaves the choice to them.

        Raises:
            WeightsMissing: Whisper or the default language's aligner is not there.
            WeightsCorrupt: The voice-activity checkpoint is not the one we know.
            UnknownLanguage: The default language has no aligner.
        """
        quiet_libraries()
        import torch

        from wordlight.alignment.networks import Transcriber

        if threads:
            torch.set_num_threads(threads)
        engine = cls(Transcriber.load(weights.whisper, device, threads), weights, device)
        engine._warm_up()
        return engine

    def run(
        self, calls: Sequence[AlignmentCall], work: Work = AT_ONCE
    ) -> list[AlignmentAnswer | WordlightError]:
        """The answer or the error of each call, in the order of the calls.

        Args:
            calls: Their passages go through the models together.
            work: Runs the work of torch and Whisper in pieces; an exception it raises ends the run.
        """
        outcomes: list[Task | AlignmentAnswer | WordlightError] = list(self._begin(calls, work))
        by_language: dict[str, list[int]] = {}
        for i, outcome in enumerate(outcomes):
            if isinstance(outcome, Task):
                by_language.setdefault(outcome.aligner, []).append(i)
        for language, indices in by_language.items():
            tasks = [task for i in indices if isinstance(task := outcomes[i], Task)]
            for i, answer in zip(indices, self._align(tasks, language, work), strict=True):
                outcomes[i] = answer
        return [outcome for outcome in outcomes if not isinstance(outcome, Task)]

    def transcribe(self, clips: Sequence[NDArray[np.float32]], language: str) -> list[str]:
        """Whisper's transcript of each clip, (n_samples,) at 16 kHz; all of it counts as speech."""
        return self._transcriber.decode(clips, language)

    def _warm_up(self) -> None:
        began = time.perf_counter()
        noise = np.random.default_rng(0).normal(0.0, 0.01, SAMPLE_RATE_HZ).astype(np.float32)
        language = self._weights.default_language
        self._aligner(language, AT_ONCE)
        self.transcribe([noise], language if self._transcriber.is_multilingual else "en")
        self.run(
            [
                AlignmentCall(noise, SAMPLE_RATE_HZ, "ready", language),
                AlignmentCall(noise, SAMPLE_RATE_HZ),
                AlignmentCall(np.zeros_like(noise), SAMPLE_RATE_HZ, "ready", language),
            ]
        )
        logger.info("alignment warmed up in %.1f s", time.perf_counter() - began)

    def _aligner(self, language: str, work: Work) -> Aligner:
        """That language's aligner, loaded on first use."""
        if language not in self._aligners:
            self._alignable.check(language)
            work(partial(self._load_aligner, language, self._weights.aligners[language]))
        return self._aligners[language]

    def _load_aligner(self, language: str, source: Path | str) -> None:
        from wordlight.alignment.networks import Aligner

        if language not in self._aligners:  # another call may have asked for it meanwhile
            self._aligners[language] = Aligner.load(language, source, self._device)

    def _begin(self, calls: Sequence[AlignmentCall], work: Work) -> list[Task | WordlightError]:
        """The task or the error of each call; missing transcripts are made in one batch."""
        begun: list[Task | WordlightError | None] = []
        waiting: list[tuple[int, NDArray[np.float32], str | None]] = []
        for i, call in enumerate(calls):
            work.pause()
            try:
                begun.append(self._begin_known(call, work))
                if begun[i] is None:
                    waiting.append((i, prepare_audio(call), self._check_transcribable(call, work)))
            except WordlightError as error:
                begun[i:] = [error]  # replaces what this call may have added
        clips, languages = [u[1] for u in waiting], [u[2] for u in waiting]
        transcribed = self._transcriber.transcribe(clips, languages, work) if waiting else []
        for (i, clip, _), found in zip(waiting, transcribed, strict=True):
            try:
                begun[i] = self._begin_transcribed(calls[i], clip, found, work)
            except WordlightError as error:
                begun[i] = error
        return [outcome for outcome in begun if outcome is not None]

    def _begin_known(self, call: AlignmentCall, work: Work) -> Task | None:
        """The task of a call that has a transcript; None if it has none."""
        check_reading_alone(call.transcript, call.reading)
        check_lexicon_alone(call.transcript, call.lexicon)
        chunks = chunks_of(call)
        if call.transcript is None:
            if chunks:
                raise MissingInput("TRANSCRIPT", "CHUNK_STARTS is given")
            return None
        audio = np.empty(0, np.float32) if chunks else prepare_audio(call)
        check_length(call)
        work.pause()
        reading = self._alignable.read(call.transcript, call.language, call.reading, call.lexicon)
        work.pause()
        aligner = self._alignable.aligner_of(reading, call.language)
        if aligner != reading.language:
            reading = reading.warned(
                f"no aligner for {reading.language!r} is here; the one for {aligner!r} listens"
            )
        self._aligner(aligner, work)
        cuts = [Cut(reading.words, audio, 0.0, call.duration_s)]
        if chunks:
            check_chunk_words(chunks, reading)
            cuts = [self._cut_out(call, reading, chunk, work) for chunk in chunks]
        return Task(
            cuts, call.transcript, reading, call.duration_s, aligner, audio, True, bool(chunks)
        )

    @staticmethod
    def _cut_out(call: AlignmentCall, reading: Reading, chunk: Chunk, work: Work) -> Cut:
        """A chunk as a recording of its own."""
        work.pause()
        alone = replace(call, audio=call.audio[chunk.first_sample : chunk.stop_sample])
        words = reading.part(chunk.first_word, chunk.stop_word or len(reading.words)).words
        offset_s = chunk.first_sample / call.sample_rate
        return Cut(words, prepare_audio(alone), offset_s, alone.duration_s)

    def _check_transcribable(self, call: AlignmentCall, work: Work) -> str | None:
        language = base_language(call.language)
        self._transcriber.check_language(language)
        if language is not None:
            self._aligner(language, work)
        return language

    def _begin_transcribed(
        self, call: AlignmentCall, clip: NDArray[np.float32], transcribed: Transcription, work: Work
    ) -> Task:
        language = transcribed.language or self._weights.default_language
        if transcribed.stretches:
            self._aligner(language, work)
        bounds = widen([(s.start_s, s.end_s) for s in transcribed.stretches], len(clip))
        cuts: list[Cut] = []
        words: list[ReadWord] = []
        texts: list[str] = []
        for stretch, (first, last) in zip(transcribed.stretches, bounds, strict=True):
            work.pause()
            try:
                read = read_script(stretch.text, language, is_heard=True)
            except EmptyText:  # music, laughter: marks alone
                continue
            next_group = words[-1].group + 1 if words else 0
            words += [replace(word, group=word.group + next_group) for word in read.words]
            texts.append(read.text)
            cuts.append(
                Cut(
                    read.words,
                    clip[first:last],
                    first / SAMPLE_RATE_HZ,
                    (last - first) / SAMPLE_RATE_HZ,
                )
            )
        reading = Reading(tuple(words), language)
        return Task(cuts, " ".join(texts), reading, call.duration_s, language, clip, is_known=False)

    def _align(self, tasks: Sequence[Task], language: str, work: Work) -> list[AlignmentAnswer]:
        """Every task's words, timed; all their cuts go through the model together."""
        emissions: dict[bool, Iterator[NDArray[np.float32]]] = {}
        for is_chunked in {task.is_chunked for task in tasks}:
            alike = [task for task in tasks if task.is_chunked is is_chunked]
            clips = [cut.audio for task in alike for cut in task.cuts]
            # A chunk goes alone, so that its numbers do not depend on the other clips.
            found = self._aligner(language, work).emit(clips, work, is_chunked) if clips else []
            emissions[is_chunked] = iter(found)
        return [
            self._answer(task, [(cut, next(emissions[task.is_chunked])) for cut in task.cuts], work)
            for task in tasks
        ]

    def _answer(self, task: Task, emitted: Sequence[Emitted], work: Work) -> AlignmentAnswer:
        if task.is_chunked:
            timed = Timed.join([
                self._time([(replace(cut, offset_s=0.0), log_probs)], cut.audio,
                           cut.duration_s, task, work).shifted(cut.offset_s)
                for cut, log_probs in emitted
            ])  # fmt: skip
        else:
            timed = self._time(emitted, task.clip, task.duration_s, task, work)
        times, reading = timed.times, task.reading
        if task.is_known:
            reading = reading.warned(
                *doubts(task.aligner, reading, task.text, times, timed.others, timed.n_spelt)
            )
        return AlignmentAnswer(
            words=[word.text for word in reading.words],
            starts=times.starts_s,
            ends=times.ends_s,
            scores=times.scores,
            origins=[str(origin) for origin in times.origins],
            other_starts=np.array([start_s for start_s, _ in timed.others], dtype=np.float64),
            other_ends=np.array([end_s for _, end_s in timed.others], dtype=np.float64),
            spoken_text=task.text,
            spoken_language=reading.language,
            spoken_by=[word.speaker for word in reading.words],
            duration=task.duration_s,
            n_spelt=timed.n_spelt,
            reading=reading.to_json(),
        )

    def _time(
        self,
        emitted: Sequence[Emitted],
        clip: NDArray[np.float32],
        duration_s: float,
        task: Task,
        work: Work,
    ) -> Timed:
        """The timed words of these cuts of one clip."""
        placer = self._aligner(task.aligner, work).placer
        placed = []
        for cut, log_probs in emitted:
            work.pause()
            passage = _passage(cut, log_probs, placer.grid, task.is_known)
            placed.append(placer.place(passage, work.pause))
        work.pause()
        others = [span for part in placed for span in part.others]
        times = until_quiet(WordTimes.join([part.times for part in placed]), others, clip)
        words = [word for cut, _ in emitted for word in cut.words]
        times = show_unspoken([word.text for word in words], times, duration_s)
        return Timed(settle(times, duration_s), others, len(placer.spelt(words)))


def _passage(cut: Cut, log_probs: NDArray[np.float32], grid: FrameGrid, is_known: bool) -> Passage:
    levels = frame_levels_db(cut.audio, len(log_probs), grid)
    return Passage(cut.words, log_probs, levels, cut.offset_s, is_known)
