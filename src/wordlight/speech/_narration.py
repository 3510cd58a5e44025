"""One call in work: its chunks are laid out when they are due, spoken, checked and joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import SilentSpeech
from wordlight.logs import requests_now
from wordlight.reading import Reading
from wordlight.speech._audibility import TIMES, is_audible, reseeded
from wordlight.speech._calls import SpeechAnswer
from wordlight.speech._chunks import Chunk
from wordlight.speech._order import Account
from wordlight.speech._seams import join, lead_s, pauses_s, piece
from wordlight.tracing import NO_SPAN, code_of

if TYPE_CHECKING:
    from wordlight.speech.flow import Row, Utterance

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a call needs to be spoken, before any of it is laid out.

    ``chunks``: the chunks in order, each made when it is requested; ``seconds``: estimates how long
    a chunk takes; ``utterance``: a chunk and its index → what is sampled; ``expected_s``: the
    approximate length of the answer; ``gain``: applied if one voice speaks alone; ``level``: the
    RMS of each voice if several take turns. ``is_piece``: whether it is one chunk of another plan.
    The answer of a piece has no silence around it.
    """

    text: str
    reading: Reading
    chunks: Iterator[Chunk]
    seconds: Callable[[Chunk], float]
    utterance: Callable[[Chunk, int], Utterance]
    gain: float
    level: float
    rate_hz: int
    hop_samples: int
    expected_s: float
    is_piece: bool = False

    def outline(self) -> SpeechAnswer:
        """An answer with all the chunks but no audio. Their starts are estimates."""
        chunks = list(self.chunks)
        pauses = pauses_s(chunks)
        lasts_s = [self.seconds(chunk) + pause for chunk, pause in zip(chunks, pauses, strict=True)]
        starts = lead_s(self.reading.lead_s) + np.cumsum([0.0, *lasts_s[:-1]])
        return self.answer(chunks, np.zeros(0, np.float32), starts)

    def answer(
        self, chunks: Sequence[Chunk], audio: Samples, starts: NDArray[np.float64]
    ) -> SpeechAnswer:
        """The answer that consists of these chunks."""
        return SpeechAnswer(
            audio=audio,
            sample_rate=self.rate_hz,
            spoken_text=self.text,
            chunk_starts=starts,
            chunk_words=np.array([one.first for one in chunks], np.int32),
            chunks=[one.directed for one in chunks],
            chunk_pauses=np.array(pauses_s(chunks)),
            reading=self.reading.to_json(),
        )


@dataclass(slots=True, eq=False)
class Part:
    """One chunk of a narration, with the utterance to sample and, once sampling began, its row.

    ``attempt``: the number of the current attempt, from 1; ``was_put_off``: whether memory ran out
    for it once.
    """

    narration: Narration
    index: int
    chunk: Chunk
    utterance: Utterance
    row: Row | None = None
    attempt: int = 1
    was_put_off: bool = False

    @property
    def expected_s(self) -> float:
        """The expected length of the chunk's speech."""
        plan = self.narration.plan
        n_frames = self.utterance.n_frames - len(self.utterance.reference_mel)
        return n_frames * plan.hop_samples / plan.rate_hz


class Narration:
    """A plan in work, until it is answered.

    Args:
        plan: What to say.
        done: Called once, with the answer or with what went wrong.
        is_wanted: Whether somebody still waits for the answer.
        now_s: When the call came.
        account: The account to charge for its time; by default one of its own.
    """

    def __init__(
        self,
        plan: Plan,
        done: Callable[[SpeechAnswer | Exception], None],
        is_wanted: Callable[[], bool],
        now_s: float,
        account: Account | None = None,
    ) -> None:
        self.plan, self.is_wanted = plan, is_wanted
        self.began_s = now_s
        self.received_s = 0.0
        """Seconds of work done for this narration."""
        self.account = account or Account()
        self.requests = requests_now()
        """For the log."""
        self.spoken_s = 0.0
        """Seconds of speech made so far."""
        self.parts: list[Part] = []
        """The parts that are laid out but not yet sampled, in the order of the text."""
        self.is_ended = False
        self.span = NO_SPAN
        """From its plan to its answer, in the trace of its request."""
        self._done = done
        self._chunks: list[Chunk] = []
        self._waves: dict[int, Samples] = {}
        self._is_laid_out = False

    @property
    def left_s(self) -> float:
        """The approximate length of the speech that is still to be made, in seconds."""
        return max(0.0, self.plan.expected_s - self.spoken_s)

    def lay_out(self) -> Part | None:
        """The next part; None if there is none left.

        Raises:
            WordlightError: The text cannot be said.
        """
        chunk = None if self._is_laid_out else next(self.plan.chunks, None)
        if chunk is None:
            self._is_laid_out = True
            return None
        index = len(self._chunks)
        self._chunks.append(chunk)
        part = Part(self, index, chunk, self.plan.utterance(chunk, index))
        self.parts.append(part)
        return part

    def hear(self, part: Part, wave: Samples) -> bool:
        """Keeps the wave of a part; False if it is silent and the part must be spoken again.

        Raises:
            SilentSpeech: The part was silent every time.
        """
        if not is_audible(wave, part.expected_s, self.plan.rate_hz):
            if part.attempt == TIMES:
                raise SilentSpeech(part.chunk.text, TIMES)
            part.utterance, part.row = reseeded(part.utterance), None
            part.attempt += 1
            self.parts.insert(0, part)
            return False
        plan = self.plan
        level = plan.level if part.chunk.is_levelled else None
        self._waves[part.index] = piece(wave, plan.gain, plan.rate_hz, level)
        self.spoken_s += len(wave) / self.plan.rate_hz
        return True

    @property
    def is_spoken(self) -> bool:
        """Whether every part has a wave."""
        return self._is_laid_out and len(self._waves) == len(self._chunks)

    def answer(self) -> SpeechAnswer:
        """The answer, with all parts joined."""
        plan, chunks = self.plan, self._chunks
        pieces = [self._waves[index] for index in range(len(chunks))]
        if plan.is_piece:
            return plan.answer(chunks, pieces[0], np.zeros(1))
        lead = lead_s(plan.reading.lead_s)
        return plan.answer(chunks, *join(pieces, pauses_s(chunks), plan.rate_hz, lead))

    def end(self, outcome: SpeechAnswer | Exception) -> None:
        """Ends the narration with the answer or with an error, unless it has already ended."""
        if not self.is_ended:
            self.drop(code_of(outcome))
            self._done(outcome)

    def drop(self, code: str = "") -> None:
        """Ends the narration without an answer; its span with a code, if there is one."""
        self.span.end(
            code,
            chunks=len(self._chunks),
            speech_s=round(self.spoken_s, 3),
            work_s=round(self.received_s, 3),
        )
        self.is_ended = True
        self.parts.clear()
        self._waves.clear()
