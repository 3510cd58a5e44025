"""The engine: plans a narration, makes its chunks some at a time, and gives them out in order."""

from __future__ import annotations

import json
import logging
import secrets
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np

from wordlight.alignment import doubts
from wordlight.contract import CHECKS, F5_TTS, NARRATE, SUBTITLES, Value
from wordlight.errors import InvalidInput, WordlightError
from wordlight.reading import Alignable, Reading
from wordlight.speech import SpeechCall
from wordlight.speech.join import LEAD_S
from wordlight.streaming._calls import StreamAnswer, given
from wordlight.streaming._done import Done, Times
from wordlight.streaming._models import Asking, Models
from wordlight.streaming._pieces import Order, Piece, make, values_of
from wordlight.subtitles import CaptionPart, CaptionStream, SubtitleAnswer, SubtitleCall

logger = logging.getLogger(__name__)
T = TypeVar("T")

AHEAD = 3
"""Chunks of one narration that are made at the same time."""
MOST_STREAMS = 64
"""Narrations that are worked at; more wait in Triton's queue."""
LOOK_EVERY_S = 0.1
DEFAULT_TRIES = 3

SPEAKING = frozenset(
    ("VOICE", "REFERENCE_AUDIO", "REFERENCE_RATE", "REFERENCE_TEXT", "SPEED", "NFE_STEPS",
     "CFG_STRENGTH", "SWAY", "LANGUAGE")
)  # fmt: skip
TIMING = frozenset({"LANGUAGE"})
CHECKED = frozenset(tensor.name for tensor in NARRATE.inputs)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A narration's chunks: what is said in each, the silence after it, where its words begin."""

    reading: Reading
    texts: list[str]
    pauses_s: list[float]
    first_words: list[int]
    rate_hz: int
    expected_s: float

    @property
    def edges(self) -> list[int]:
        """Where the words of each chunk begin, and where those of the last one end."""
        return [*self.first_words, len(self.reading.words)]

    def part(self, index: int) -> Reading:
        """The words of a chunk."""
        first, stop = self.edges[index : index + 2]
        return self.reading.part(first, stop)


class StreamEngine:
    """Narrates chunk by chunk, with the models next door.

    Args:
        models: They.
        alignable: The languages in which words can be timed.
    """

    def __init__(self, models: Models, alignable: Alignable) -> None:
        self._models, self._alignable = models, alignable
        self._makers = ThreadPoolExecutor(AHEAD * MOST_STREAMS, thread_name_prefix="chunk")

    def narrate(
        self, call: Any, job: str, look: Callable[[], None]
    ) -> Generator[StreamAnswer, None, None]:
        """The responses to a `StreamCall`, in order; whoever closes the iterator ends the work.

        Args:
            call: What to narrate.
            job: An id that no other narration has, for the requests that it is made of.
            look: Called now and then; raises once nobody waits any more.

        Raises:
            WordlightError: It cannot be narrated, or not to its end.
            Exception: What ``look`` raises.
        """
        ask = Asking(self._models, job, look)
        is_whole = False
        try:
            yield from self._narrate(call, ask)
            is_whole = True
        finally:
            ask.is_over.set()
            if not is_whole:
                self._cancel(job)

    def _cancel(self, job: str) -> None:
        try:
            self._models.cancel(job)
        except WordlightError as error:
            logger.warning("chunks of a stream that has ended are made all the same: %s", error)

    def close(self) -> None:
        """Makes no more chunks."""
        self._makers.shutdown(wait=False, cancel_futures=True)

    def _narrate(self, call: Any, ask: Asking) -> Generator[StreamAnswer, None, None]:
        plan = _awaited(self._makers.submit(_planned, call, ask), ask)
        done = Done.read(call.resume, plan.edges, plan.rate_hz)
        if done.seed is None:
            done.seed = secrets.randbits(62) if call.seed is None else call.seed
        elif call.seed not in (None, done.seed):
            raise InvalidInput("RESUME", f"has the seed {done.seed}, and SEED is {call.seed}")
        aligner = self._alignable.aligner_of(plan.reading, call.language)
        telling = _Telling(call, plan, done, aligner)
        with closing(self._pieces(call, plan, done, aligner, ask)) as pieces:
            for piece in pieces:
                yield telling.part(piece)
        yield telling.end()

    def _pieces(
        self, call: Any, plan: _Plan, done: Done, aligner: str, ask: Asking
    ) -> Generator[Piece, None, None]:
        """The chunks that are not done, in order; some are made ahead."""
        orders = deque(
            Order(
                index, plan.texts[index], plan.pauses_s[index], plan.part(index), done.seed or 0,
                given(call, SPEAKING), given(call, TIMING),
                (call.tries or DEFAULT_TRIES) if call.check else 0,
            )
            for index in range(len(done.samples), len(plan.texts))
        )  # fmt: skip
        making: deque[Future[Piece]] = deque()
        n_ahead = 1  # at first: whoever listens waits for the first chunk
        try:
            while orders or making:
                while orders and len(making) < n_ahead:
                    making.append(
                        self._makers.submit(partial(make, orders.popleft(), ask, aligner))
                    )
                n_ahead = AHEAD
                yield _awaited(making.popleft(), ask)
        finally:
            for one in making:
                one.cancel()


def _awaited(making: Future[T], ask: Asking) -> T:
    """What comes of it; looks meanwhile whether somebody waits."""
    while not wait([making], LOOK_EVERY_S).done:
        ask.look()
    return making.result()


def _planned(call: Any, ask: Asking) -> _Plan:
    ask(CHECKS, given(call, CHECKED))
    asked: dict[str, Value] = {**given(call, SPEAKING), "TEXT": call.text, "TASK": "plan"}
    found = ask(F5_TTS, asked)
    texts, pauses_s = found["chunks"], found["chunk_pauses"].tolist()
    reading = Reading.from_json(found["reading"])
    expected_s = _expected_s(found["chunk_starts"].tolist(), texts, call.speed)
    return _Plan(
        reading, texts, pauses_s, found["chunk_words"].tolist(), found["sample_rate"], expected_s
    )


def _expected_s(starts: Sequence[float], texts: Sequence[str], speed: float | None) -> float:
    """About how long the narration will be: the last chunk is as fast as those before it, and a
    single one as an average speaker."""
    last_s = SpeechCall(texts[-1], speed=speed).expected_s
    if len(texts) > 1:
        before = "".join(texts[:-1])
        last_s = (starts[-1] - starts[0]) * len(texts[-1].encode()) / len(before.encode())
    return starts[-1] + last_s


class _Telling:
    """What was narrated so far, and the responses that tell of it."""

    def __init__(self, call: Any, plan: _Plan, done: Done, aligner: str) -> None:
        self._call, self._plan, self._done, self._aligner = call, plan, done, aligner
        self._captions = CaptionStream(self._subtitle_call())
        self._behind = self._captions.add(*_columns(Times.join(done.times)))
        """What is final already, and goes out with the next response."""

    def part(self, piece: Piece) -> StreamAnswer:
        """The response for the next chunk."""
        done, plan, index = self._done, self._plan, len(self._done.samples)
        lead = np.zeros(0 if index else self._n_lead, np.float32)
        start = sum(done.samples)
        audio = np.concatenate([lead, piece.audio])
        times = piece.times.shifted((start + len(lead)) / plan.rate_hz)
        first = plan.first_words[index]
        done.samples.append(len(audio))
        done.times.append(times)
        done.doubtful += [first + word for word in piece.doubtful]
        done.warnings += piece.warnings
        done.n_spelt += piece.n_spelt
        captions = self._captioned(self._captions.add(*_columns(times)))
        return StreamAnswer({
            **self._where(index, start),
            **values_of(piece),
            "AUDIO": audio,
            "WORDS": [word.text for word in plan.part(index).words],
            **_timed(times),
            **captions,
        })  # fmt: skip

    def end(self) -> StreamAnswer:
        """The last response."""
        done, plan = self._done, self._plan
        n_samples = sum(done.samples)
        duration_s, times = n_samples / plan.rate_hz, Times.join(done.times)
        reading = plan.reading.warned(*done.warnings)
        reading = reading.warned(
            *doubts(self._aligner, reading, self._call.text, times, times.others, done.n_spelt)
        )
        made, files = self._captions.finish(duration_s, reading.to_json())
        starts = [self._n_lead, *accumulate(done.samples)][: len(done.samples)]
        nothing = Times.join([])
        return StreamAnswer({
            **self._where(len(done.samples), n_samples),
            "SAMPLE_RATE": plan.rate_hz, "TAKES": 0, "DOUBTFUL": [], "WARNINGS": [],
            "N_SPELT": done.n_spelt,
            "AUDIO": np.zeros(0, np.float32),
            "WORDS": [],
            **_timed(nothing),
            **self._captioned(made),
            "SPOKEN_TEXT": self._call.text,
            "SPOKEN_LANGUAGE": reading.language,
            "DURATION": duration_s,
            "READING": reading.to_json(),
            "CHUNK_STARTS": np.array(starts, np.float64) / plan.rate_hz,
            **self._files(files),
        })  # fmt: skip

    def _captioned(self, made: CaptionPart) -> dict[str, Value]:
        before, self._behind = self._behind, CaptionPart("", "")
        return {"ASS_PART": before.ass + made.ass, "VTT_PART": before.vtt + made.vtt}

    @property
    def _n_lead(self) -> int:
        return round(LEAD_S * self._plan.rate_hz)

    def _where(self, index: int, start: int) -> dict[str, Value]:
        plan, done = self._plan, self._done
        return {
            "CHUNK": index, "N_CHUNKS": len(plan.texts), "START": start / plan.rate_hz,
            "EXPECTED": plan.expected_s, "SEED": done.seed or 0,
        }  # fmt: skip

    def _subtitle_call(self) -> SubtitleCall:
        names = {tensor.name for tensor in SUBTITLES.inputs} & CHECKED
        options = {
            tensor.field: getattr(self._call, tensor.field)
            for tensor in NARRATE.inputs
            if tensor.name in names
        }
        options["language"] = self._plan.reading.language
        reading, nothing = self._plan.reading, np.zeros(0)
        words = [word.text for word in reading.words]
        return SubtitleCall(words, nothing, nothing, **{**options, "reading": reading.to_json()})

    def _files(self, files: SubtitleAnswer) -> dict[str, Value]:
        values: dict[str, Value] = {
            tensor.name: getattr(files, tensor.field) for tensor in SUBTITLES.outputs
        }
        if self._call.check:
            words = self._plan.reading.words
            doubtful = [
                {"word": index, "text": words[index].text} for index in sorted(self._done.doubtful)
            ]
            report = {**json.loads(files.report), "doubtful": doubtful}
            values["REPORT"] = json.dumps(report, ensure_ascii=False)
        return values


def _columns(times: Times) -> tuple[Any, Any, Any, Any]:
    return times.starts, times.ends, times.scores, list(map(str, times.origins))


def _timed(times: Times) -> dict[str, Value]:
    return {
        "STARTS": times.starts,
        "ENDS": times.ends,
        "SCORES": times.scores,
        "ORIGINS": list(map(str, times.origins)),
        "OTHER_STARTS": [start_s for start_s, _ in times.others],
        "OTHER_ENDS": [end_s for _, end_s in times.others],
    }
