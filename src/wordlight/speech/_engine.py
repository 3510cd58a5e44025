"""The speech engine: every chunk of every call goes through the sampler together."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import OutOfRange, SetupError, SilentSpeech, WordlightError
from wordlight.reading import Reading, read_script
from wordlight.speech._calls import SpeechAnswer, SpeechCall, SpeechWeights
from wordlight.speech.audible import TIMES, speak_audibly
from wordlight.speech.front_end import FrontEnd, load_front_end
from wordlight.speech.join import join
from wordlight.speech.text import Chunk, chunk

if TYPE_CHECKING:
    from wordlight.speech._reference import Reference, References
    from wordlight.speech._sampler import Sampler, Utterance
    from wordlight.speech._vocoder import Vocoder

logger = logging.getLogger(__name__)

CFG_STRENGTH = 2.0
SWAY = -1.0
"""F5-TTS's own defaults (f5_tts 1.1.22, infer/utils_infer.py)."""
SHORTEST_CHUNK_S = 1.5
"""A reference that leaves a chunk less than this leaves it nothing."""
MAX_BATCH_FRAMES = {"cpu": 1_024, "cuda": 32_768}
MAX_PADDING = {"cpu": 0.05, "cuda": 0.35}
"""A CPU pays for padding and for what outgrows its caches: sampling eight sentences took 5.2 s in
batches of up to 4,096 frames and 15 % padding, 4.1 s with these, 3.7 s one by one
(``benchmarks/sampler.py``). A GPU has room to spare; its figures are a guess until
one is measured."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One call on its way: what to sample and how to put it together again."""

    text: str
    reading: Reading
    utterances: list[Utterance]
    chunks: list[Chunk]
    gain: float


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

    @classmethod
    def load(
        cls,
        weights: SpeechWeights,
        device: str,
        threads: int = 0,
        transcribe: Callable[[NDArray[np.float32], int], str] | None = None,
    ) -> SpeechEngine:
        """The engine on ``device`` ("cpu" or "cuda:N"); 0 threads: as many as torch likes.

        ``transcribe`` hears a reference whose text is not given: (samples, rate in Hz) → text.

        Raises:
            SetupError: The weights do not fit the manifest.
        """
        import torch

        from wordlight.speech._reference import References
        from wordlight.speech._vocoder import load_vocoder

        started_s = time.monotonic()
        if threads:
            torch.set_num_threads(threads)
        mel = dict(weights.mel)
        front_end = load_front_end(weights.front_end, weights.front_end_folder)
        references = References(front_end, mel, weights.voices, weights.default_voice, transcribe)
        engine = cls(
            front_end=front_end,
            references=references,
            sampler=_load_sampler(weights, device),
            vocoder=load_vocoder(
                weights.vocoder, weights.vocoder_folder, mel, device, weights.phase_steps
            ),
            rate_hz=mel["target_sample_rate"],
            hop_samples=mel["hop_length"],
            context_s=weights.context_s,
            nfe_steps=weights.nfe_steps,
        )
        logger.info("speech loaded on %s in %.1f s", device, time.monotonic() - started_s)
        return engine

    def run(self, calls: Sequence[SpeechCall]) -> list[SpeechAnswer | WordlightError]:
        """An answer, or the reason for none, for each call."""
        plans = [self._plan(call) for call in calls]
        waves = iter(
            self._waves([u for plan in plans if isinstance(plan, _Plan) for u in plan.utterances])
        )
        return [
            plan
            if isinstance(plan, WordlightError)
            else self._answer(plan, [next(waves) for _ in plan.utterances])
            for plan in plans
        ]

    def _plan(self, call: SpeechCall) -> _Plan | WordlightError:
        try:
            reading = self.front_end.sayable(
                read_script(call.text, self.front_end.language(call.language)), "TEXT"
            )
            reference = self.references.of(call)
            speed = call.speed or 1.0
            chunks = self._chunks(reading, reference, speed)
            seed = secrets.randbits(62) if call.seed is None else call.seed
            utterances = [
                self._utterance(call, reference, piece.text, speed, seed + index)
                for index, piece in enumerate(chunks)
            ]
            warned = reading.warned(*reference.warnings(call))
            return _Plan(call.text, warned, utterances, chunks, reference.gain)
        except WordlightError as error:
            return error

    def _chunks(self, reading: Reading, reference: Reference, speed: float) -> list[Chunk]:
        frame_s = self.hop_samples / self.rate_hz
        limit_s = self.context_s - len(reference.mel) * frame_s
        if limit_s < SHORTEST_CHUNK_S:
            longest_s = self.context_s - SHORTEST_CHUNK_S
            got_s = round(len(reference.mel) * frame_s, 2)
            raise OutOfRange("REFERENCE_AUDIO", got_s, 1.0, longest_s, "s")

        def seconds(piece: str) -> float:
            return self.front_end.n_frames(reference.text, piece) * frame_s / speed

        return chunk(reading, seconds, limit_s)

    def _utterance(
        self, call: SpeechCall, reference: Reference, text: str, speed: float, seed: int
    ) -> Utterance:
        import torch

        from wordlight.speech._sampler import Utterance

        layout = self.front_end.lay_out(reference.text, text, speed)
        return Utterance(
            reference_mel=reference.mel,
            tokens=torch.from_numpy(layout.tokens),
            n_frames=layout.n_frames,
            seed=seed % 2**63,
            steps=call.nfe_steps or self.nfe_steps,
            cfg_strength=CFG_STRENGTH if call.cfg_strength is None else call.cfg_strength,
            sway=SWAY if call.sway is None else call.sway,
        )

    def _waves(self, utterances: list[Utterance]) -> list[NDArray[np.float32] | None]:
        return speak_audibly(utterances, self._speak, self.hop_samples, self.rate_hz)

    def _speak(self, utterances: Sequence[Utterance]) -> list[NDArray[np.float32]]:
        return [self.vocoder(mel).numpy() for mel in self.sampler.sample(utterances)]

    def _answer(
        self, plan: _Plan, waves: list[NDArray[np.float32] | None]
    ) -> SpeechAnswer | WordlightError:
        for piece, wave in zip(plan.chunks, waves, strict=True):
            if wave is None:
                return SilentSpeech(piece.text, TIMES)
        heard = [wave for wave in waves if wave is not None]
        audio, starts = join(heard, [piece.ends_with for piece in plan.chunks], self.rate_hz)
        return SpeechAnswer(
            audio * np.float32(plan.gain),
            self.rate_hz,
            plan.text,
            starts,
            plan.reading.to_json(),
        )


def _load_sampler(weights: SpeechWeights, device: str) -> Sampler:
    from wordlight.speech._cpu import multiplies_bfloat16
    from wordlight.speech._network import load_transformer
    from wordlight.speech._sampler import GRID_UNITS, Sampler

    grid = list(weights.grid)
    if grid and (grid[0] != 0 or grid[-1] != GRID_UNITS or grid != sorted(set(grid))):
        raise SetupError(
            f"the manifest's speech.grid is {grid}; it must rise from 0 to {GRID_UNITS}"
        )
    if weights.built_in_guidance < 0:
        raise SetupError(
            f"the manifest's speech.built_in_guidance is {weights.built_in_guidance}; "
            "it must be 0 or more"
        )
    kind = device.partition(":")[0]
    n_mels = weights.mel["n_mel_channels"]
    return Sampler(
        load_transformer(weights.checkpoint, weights.architecture, n_mels, device),
        MAX_BATCH_FRAMES[kind],
        MAX_PADDING[kind],
        grid=weights.grid,
        guidance_from=weights.guidance_from,
        built_in_guidance=weights.built_in_guidance,
        in_bfloat16=kind == "cpu" and multiplies_bfloat16(),
    )
