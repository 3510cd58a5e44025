"""One call on its way: chunks laid out when they are due, spoken, heard, joined again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import SilentSpeech
from wordlight.reading import Reading
from wordlight.speech._audibility import TIMES, is_audible, reseeded
from wordlight.speech._calls import SpeechAnswer
from wordlight.speech._chunks import Chunk
from wordlight.speech._order import Account
from wordlight.speech._seams import join, lead_s, pauses_s, piece

if TYPE_CHECKING:
    from wordlight.speech.flow import Row, Utterance

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call comes to, before any of it is laid out.

    ``chunks``: the chunks in order, made as they are asked for; ``seconds``: about how long one
    takes; ``utterance``: a chunk and its place among them → what is sampled; ``expected_s``: about
    how long the answer will be; ``gain`` and ``level``: of what one voice says alone, and of each
    where several take turns. ``is_piece``: it is one chunk of another plan, and its answer has
    no silence around it.
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
        """All the chunks, none of them spoken; where they start is an estimate."""
        chunks = list(self.chunks)
        pauses = pauses_s(chunks)
        lasts_s = [self.seconds(chunk) + pause for chunk, pause in zip(chunks, pauses, strict=True)]
        starts = lead_s(self.reading.lead_s) + np.cumsum([0.0, *lasts_s[:-1]])
        return self.answer(chunks, np.zeros(0, np.float32), starts)

    def answer(
        self, chunks: Sequence[Chunk], audio: Samples, starts: NDArray[np.float64]
    ) -> SpeechAnswer:
        """These chunks of it as its answer."""
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
    """One chunk of a narration: what is sampled for it, and its row once that has begun.

    ``attempt``: how often it is spoken by now; ``was_put_off``: it found no memory once.
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
        """How long it should take to say."""
        plan = self.narration.plan
        n_frames = self.utterance.n_frames - len(self.utterance.reference_mel)
        return n_frames * plan.hop_samples / plan.rate_hz


class Narration:
    """A plan on its way to its answer.

    Args:
        plan: What to say.
        done: Called once, with the answer or with what went wrong.
        is_wanted: Whether somebody still waits for it.
        now_s: When it came.
        account: What its time is charged to; one of its own, unless it is given.
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
        """Seconds of work done for it."""
        self.account = account or Account()
        self.spoken_s = 0.0
        """Seconds of speech that are made."""
        self.parts: list[Part] = []
        """Laid out, and not yet through the sampler, in the order of the text."""
        self.is_ended = False
        self._done = done
        self._chunks: list[Chunk] = []
        self._waves: dict[int, Samples] = {}
        self._is_laid_out = False

    @property
    def left_s(self) -> float:
        """About how many seconds of speech are still to be made."""
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
        """Takes what was made of a part; False if it cannot be heard and is to be spoken again.

        Raises:
            SilentSpeech: It was silent every time.
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
        """Whether every part was heard."""
        return self._is_laid_out and len(self._waves) == len(self._chunks)

    def answer(self) -> SpeechAnswer:
        """The parts joined."""
        plan, chunks = self.plan, self._chunks
        pieces = [self._waves[index] for index in range(len(chunks))]
        if plan.is_piece:
            return plan.answer(chunks, pieces[0], np.zeros(1))
        lead = lead_s(plan.reading.lead_s)
        return plan.answer(chunks, *join(pieces, pauses_s(chunks), plan.rate_hz, lead))

    def end(self, outcome: SpeechAnswer | Exception) -> None:
        """Hands over the answer or what went wrong, unless the narration has ended."""
        if not self.is_ended:
            self.drop()
            self._done(outcome)

    def drop(self) -> None:
        """Ends it without a word."""
        self.is_ended = True
        self.parts.clear()
        self._waves.clear()
