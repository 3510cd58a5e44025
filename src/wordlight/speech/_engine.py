"""The speech engine: loads the parts, and makes a plan of each call."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import LONGEST_SPEECH_S
from wordlight.errors import InvalidInput, ManifestUnreadable, OutOfRange, TooLong, WordlightError
from wordlight.reading import Reading, Shelf, no_shelf, shown_text
from wordlight.reading.directions import Voice, voices_named
from wordlight.speech._calls import SpeechAnswer, SpeechCall, SpeechWeights
from wordlight.speech._chunks import Chunk, chunk
from wordlight.speech._front_end import FrontEnd
from wordlight.speech._front_ends import load_front_end
from wordlight.speech._meters import Meters, NoMeters
from wordlight.speech._narration import Narration, Plan
from wordlight.speech._schedule import Schedule
from wordlight.speech._scripts import read_to_speak
from wordlight.speech._vocoding import Between, Vocoding

if TYPE_CHECKING:
    from wordlight.speech._reference import Reference, References
    from wordlight.speech.flow import Sampler, Utterance
    from wordlight.speech.networks import Vocoder

logger = logging.getLogger(__name__)

CFG_STRENGTH = 2.0
SWAY = -1.0
"""F5-TTS's own defaults (f5_tts 1.1.22, infer/utils_infer.py)."""
SHORTEST_CHUNK_S = 1.5
"""A reference that leaves less time than this for a chunk is refused."""
LONGEST_PIECE_S, LONGEST_PIECE_CHARACTERS = 60.0, 4_000
"""Limits of a piece. A plan's chunks fit the network's context, but a single word may be longer."""
PROBE = "The river ran low, and we crossed it before noon."
"""A text from which the pace of a reference is estimated."""
MOST_FRAMES = {"cpu": 1_024, "cuda": 32_768}
"""The most frames of one step. On an idle CPU larger steps save nothing
(``benchmarks/sampler.py``), and a short request would wait for all the rows that share its steps.
The figure for a GPU is a guess, not measured; it is halved when memory runs out."""


@dataclass(frozen=True, slots=True)
class SpeechEngine:
    """A loaded F5-TTS: network, vocoder, text front end, voices."""

    front_end: FrontEnd
    references: References
    sampler: Sampler
    vocoder: Vocoder
    rate_hz: int
    hop_samples: int
    context_s: float
    nfe_steps: int
    most_frames: int
    lexicons: Shelf = no_shelf

    @classmethod
    def load(
        cls,
        weights: SpeechWeights,
        device: str,
        threads: int = 0,
        transcribe: Callable[[NDArray[np.float32], int], str] | None = None,
    ) -> SpeechEngine:
        """The engine on ``device`` ("cpu" or "cuda:N"). With 0 threads torch chooses their number.

        ``transcribe`` makes the text of a reference that lacks it: (samples, rate in Hz) → text.

        Raises:
            SetupError: The weights do not fit the manifest.
        """
        import torch

        from wordlight.speech._reference import References

        started_s = time.monotonic()
        if threads:
            torch.set_num_threads(threads)
        settings, mel = weights.settings, dict(weights.settings.mel)
        front_end = load_front_end(settings.front_end, weights.front_end_folder)
        references = References(front_end, mel, weights.voices, weights.default_voice, transcribe)
        engine = cls(
            front_end=front_end,
            references=references,
            sampler=_load_sampler(weights, device),
            vocoder=_load_vocoder(weights, device),
            rate_hz=mel["target_sample_rate"],
            hop_samples=mel["hop_length"],
            context_s=settings.context_s,
            nfe_steps=settings.nfe_steps,
            most_frames=MOST_FRAMES[device.partition(":")[0]],
            lexicons=weights.lexicons,
        )
        logger.info("speech loaded on %s in %.1f s", device, time.monotonic() - started_s)
        return engine

    def run(self, calls: Sequence[SpeechCall]) -> list[SpeechAnswer | WordlightError]:
        """An answer or an error for each call; all are spoken side by side.

        A server uses ``SpeechService``, in which calls may come and go at any time.
        """
        outcomes: list[SpeechAnswer | Exception | None] = [None] * len(calls)
        schedule = self.schedule(Between(self.vocoder), lambda one: one.end(one.answer()))
        for index, call in enumerate(calls):
            done = partial(outcomes.__setitem__, index)
            try:
                plan = self.plan(call)
            except WordlightError as error:
                done(error)
                continue
            schedule.add(Narration(plan, done, lambda: True, schedule.clock()))
        while schedule.narrations:
            schedule.turn()
        answers: list[SpeechAnswer | WordlightError] = []
        for outcome in outcomes:
            if not isinstance(outcome, SpeechAnswer | WordlightError):
                assert outcome is not None
                raise outcome
            answers.append(outcome)
        return answers

    def schedule(
        self, vocoding: Vocoding, finish: Callable[[Narration], None], meters: Meters | None = None
    ) -> Schedule:
        """A schedule that speaks this engine's plans."""
        return Schedule(self.sampler, vocoding, self.most_frames, finish, meters or NoMeters())

    def plan(self, call: SpeechCall) -> Plan:
        """The plan of a call, which is checked completely; no chunk is laid out yet.

        Raises:
            WordlightError: What is wrong, by field.
        """
        language = self.front_end.language(call.language)
        if call.task == "piece":
            return self._plan_piece(call)
        reading = read_to_speak(call, language, self.front_end, self.lexicons)
        cast = self.references.cast(call, voices_named(call.text))
        expected_s = self._expected_s(reading, cast[""], call.speed or 1.0)
        if expected_s > LONGEST_SPEECH_S:
            raise TooLong("TEXT", round(expected_s), LONGEST_SPEECH_S, "seconds of speech")
        return self._plan(
            call,
            cast,
            reading.warned(
                *(told for name, one in cast.items() for told in one.warnings(call, name))
            ),
            chunk(reading, self._pace(call, cast.values()), min(map(self._limit_s, cast.values()))),
            expected_s,
        )

    def _plan_piece(self, call: SpeechCall) -> Plan:
        """The plan of a single chunk, whose text came from another plan."""
        piece = Chunk.of_piece(call.text)
        cast = self.references.cast(call, [Voice(piece.voice)] if piece.voice else [])
        reference = cast[piece.voice]
        self._limit_s(reference)  # refuses a reference that leaves no time
        expected_s = 0.0
        if len(call.text) <= LONGEST_PIECE_CHARACTERS:
            expected_s = self._pace(call, [reference])(piece.text) / piece.rate
        if not 0.0 < expected_s <= LONGEST_PIECE_S:
            got = f"{expected_s:.0f} s" if expected_s else f"{len(call.text)} characters"
            raise InvalidInput("TEXT", f"is too long for a piece: {got}", "let a plan cut it")
        return self._plan(call, cast, Reading(()), iter([piece]), expected_s)

    def _plan(
        self,
        call: SpeechCall,
        cast: Mapping[str, Reference],
        reading: Reading,
        chunks: Iterator[Chunk],
        expected_s: float,
    ) -> Plan:
        seed = secrets.randbits(62) if call.seed is None else call.seed
        rest = replace(call, reference_audio=None)  # or memory holds it until the last chunk
        pace = self._pace(call, cast.values())
        return Plan(
            text=shown_text(call.text, reading),
            reading=reading,
            chunks=chunks,
            seconds=lambda piece: pace(piece.text) / piece.rate,
            utterance=lambda piece, index: self._utterance(
                rest, cast[piece.voice], piece, seed + index
            ),
            gain=cast[""].gain,
            level=cast[""].level,
            rate_hz=self.rate_hz,
            hop_samples=self.hop_samples,
            expected_s=expected_s,
            is_piece=call.task == "piece",
        )

    def _limit_s(self, reference: Reference) -> float:
        """The longest chunk that fits the network's context beside this reference."""
        frame_s = self.hop_samples / self.rate_hz
        limit_s = self.context_s - len(reference.mel) * frame_s
        if limit_s < SHORTEST_CHUNK_S:
            longest_s = self.context_s - SHORTEST_CHUNK_S
            got_s = round(len(reference.mel) * frame_s, 2)
            raise OutOfRange("REFERENCE_AUDIO", got_s, 1.0, longest_s, "s")
        return limit_s

    def _pace(self, call: SpeechCall, references: Collection[Reference]) -> Callable[[str], float]:
        """Estimates how many seconds a text takes the slowest of the references to say."""
        frame_s, speed = self.hop_samples / self.rate_hz, call.speed or 1.0
        texts = [reference.text for reference in references]

        def seconds(text: str) -> float:
            return max(self.front_end.n_frames(one, text) for one in texts) * frame_s / speed

        return seconds

    def _expected_s(self, reading: Reading, reference: Reference, speed: float) -> float:
        """Estimated seconds of the spoken text, at the reference's pace."""
        n_bytes = sum(
            (len(said.encode()) + 1) / word.rate for word in reading.words for said in word.said
        )
        n_frames = n_bytes * self.front_end.n_frames(reference.text, PROBE) / len(PROBE)
        silent_s = sum(word.pause_s or 0.0 for word in reading.words) + (reading.lead_s or 0.0)
        return n_frames * self.hop_samples / self.rate_hz / speed + silent_s

    def _utterance(
        self, call: SpeechCall, reference: Reference, piece: Chunk, seed: int
    ) -> Utterance:
        import torch

        from wordlight.speech.flow import Utterance

        speed = (call.speed or 1.0) * piece.rate
        layout = self.front_end.lay_out(reference.text, piece.text, speed)
        return Utterance(
            reference_mel=reference.mel,
            tokens=torch.from_numpy(layout.tokens),
            n_frames=layout.n_frames,
            seed=seed % 2**63,
            steps=call.nfe_steps or self.nfe_steps,
            cfg_strength=CFG_STRENGTH if call.cfg_strength is None else call.cfg_strength,
            sway=SWAY if call.sway is None else call.sway,
        )


def _load_vocoder(weights: SpeechWeights, device: str) -> Vocoder:
    from wordlight.speech.networks import load_vocoder

    settings, mel = weights.settings, dict(weights.settings.mel)
    return load_vocoder(settings.vocoder, weights.vocoder_folder, mel, device, settings.phase_steps)


def _load_sampler(weights: SpeechWeights, device: str) -> Sampler:
    from wordlight.speech._cpu import multiplies_bfloat16
    from wordlight.speech.flow import GRID_UNITS, Sampler, load_transformer

    settings = weights.settings
    grid = list(settings.grid)
    if grid and (grid[0] != 0 or grid[-1] != GRID_UNITS or grid != sorted(set(grid))):
        what = f"is {grid}; it must rise from 0 to {GRID_UNITS}"
        raise ManifestUnreadable("the manifest's speech.grid", what)
    if settings.built_in_guidance < 0:
        what = f"is {settings.built_in_guidance}; it must be 0 or more"
        raise ManifestUnreadable("the manifest's speech.built_in_guidance", what)
    n_mels = settings.mel["n_mel_channels"]
    return Sampler(
        load_transformer(weights.checkpoint, settings.architecture, n_mels, device),
        grid=settings.grid,
        guidance_from=settings.guidance_from,
        built_in_guidance=settings.built_in_guidance,
        in_bfloat16=device == "cpu" and multiplies_bfloat16(),
    )
