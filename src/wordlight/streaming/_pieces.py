"""One chunk: spoken, checked by Whisper if the caller asks for that, and timed."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.alignment import doubts, spread_times
from wordlight.contract import F5_TTS, WHISPERX, Value
from wordlight.errors import ServerError, WordlightError
from wordlight.reading import Reading
from wordlight.speech import silence
from wordlight.streaming._missing_words import unheard
from wordlight.streaming._models import Asking
from wordlight.streaming._progress import Times
from wordlight.words import Origin

logger = logging.getLogger(__name__)

TAKE_STRIDE = 1_000_003
"""What is added to a take's seed for the next take. It is large because the seeds of neighbouring
chunks differ by 1 only."""
MOST_SEEDS = 2**63
LONGEST_QUOTED = 40
"""The most characters of a word that a warning quotes."""


@dataclass(frozen=True, slots=True)
class Order:
    """A chunk to make.

    ``text`` is what is said, and ``pause_s`` the silence after it. ``reading`` has the chunk's
    words. ``speaking`` and ``timing`` are the caller's inputs for f5_tts and for whisperx.
    ``tries`` is the largest number of takes, or 0 if the chunk is not checked.
    """

    index: int
    text: str
    pause_s: float
    reading: Reading
    seed: int
    speaking: Mapping[str, Value]
    timing: Mapping[str, Value]
    tries: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished chunk.

    ``audio`` is (n_samples,) float32, the pause included. ``times`` are the times of its words.
    """

    audio: NDArray[np.float32]
    rate_hz: int
    times: Times
    n_spelt: int
    takes: int = 1
    doubtful: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Take:
    """One try at speaking a chunk.

    ``audio`` includes the pause. ``lost`` are the indices of the words that Whisper did not
    transcribe, or None if Whisper failed.
    """

    audio: NDArray[np.float32]
    rate_hz: int
    lost: list[int] | None
    warnings: list[str] = field(default_factory=list)

    @property
    def n_lost(self) -> float:
        """The number of lost words; infinity if Whisper failed, so that any other take wins."""
        return math.inf if self.lost is None else len(self.lost)


def make(order: Order, ask: Asking, aligner: str) -> Piece:
    """The chunk, spoken by f5_tts and timed by whisperx.

    ``aligner`` is the language whose aligner times the words.

    Raises:
        WordlightError: The chunk cannot be spoken.
        Exception: Whatever ``ask`` raises once nobody waits for the chunk.
    """
    n_takes, take = 1, _speak(order, ask, 0)
    while take.lost and n_takes < order.tries:
        try:
            other = _speak(order, ask, n_takes)
        except WordlightError as error:  # an earlier take is there and will do
            logger.warning("a chunk could not be spoken again: %s", error.code)
            break
        n_takes += 1
        take = min(take, other, key=lambda one: one.n_lost)
    piece = _time(order, take, ask, aligner)
    warnings = [*take.warnings, *piece.warnings]
    return replace(piece, takes=n_takes, doubtful=take.lost or [], warnings=warnings)


def _speak(order: Order, ask: Asking, number: int) -> _Take:
    seed = (order.seed + order.index + number * TAKE_STRIDE) % MOST_SEEDS
    asked = {**order.speaking, "TEXT": order.text, "TASK": "piece", "SEED": seed}
    spoken = ask(F5_TTS, asked, order.index)
    audio, rate_hz = spoken["audio"], spoken["sample_rate"]
    whole = np.concatenate([audio, silence(order.pause_s, rate_hz)])
    if not order.tries:
        return _Take(whole, rate_hz, [])
    try:
        return _Take(whole, rate_hz, unheard(order.reading, _heard(order, audio, rate_hz, ask)))
    except WordlightError as error:
        logger.warning("a chunk could not be checked: %s", error.code)
        warning = f"nobody checked {_quoted(order)}: Whisper failed ({error.code})"
        return _Take(whole, rate_hz, None, [warning])


def _heard(order: Order, audio: NDArray[np.float32], rate_hz: int, ask: Asking) -> str:
    """What Whisper transcribes from the audio, in the script's language."""
    asked: dict[str, Value] = {
        "AUDIO": audio,
        "SAMPLE_RATE": rate_hz,
        "LANGUAGE": order.reading.language,
    }
    heard: str = ask(WHISPERX, asked, order.index)["spoken_text"]
    return heard


def _time(order: Order, take: _Take, ask: Asking, aligner: str) -> Piece:
    """The chunk with the times of its words. If timing fails, all letters count as equally long.

    Raises:
        ServerError: The server is stopping. Another server could time these words.
    """
    reading = order.reading
    asked: dict[str, Value] = {
        **order.timing,
        "AUDIO": take.audio,
        "SAMPLE_RATE": take.rate_hz,
        "TRANSCRIPT": reading.text,
        "READING": reading.to_json(),
        "CHUNK_STARTS": np.zeros(1),
        "CHUNK_WORDS": np.zeros(1, np.int32),
    }
    try:
        found = ask(WHISPERX, asked, order.index)
    except ServerError:  # the server is stopping or the caller has gone: not the words' fault
        raise
    except WordlightError as error:
        logger.warning("a chunk's words could not be timed: %s", error.code)
        return _untimed(order, take, error)
    times = Times(
        found["starts"],
        found["ends"],
        found["scores"],
        list(map(Origin, found["origins"])),
        list(zip(found["other_starts"].tolist(), found["other_ends"].tolist(), strict=True)),
    )
    n_spelt = found["n_spelt"]
    own = doubts(aligner, reading, reading.text, times, times.others, n_spelt)
    told = [
        warning for warning in Reading.from_json(found["reading"]).warnings if warning not in own
    ]
    return Piece(take.audio, take.rate_hz, times, n_spelt, warnings=told)


def _untimed(order: Order, take: _Take, error: WordlightError) -> Piece:
    words = order.reading.words
    lasts_s = len(take.audio) / take.rate_hz - order.pause_s
    guessed = spread_times([word.text for word in words], 0.0, lasts_s)
    origins = [Origin.INTERPOLATED if word.said else Origin.UNSPOKEN for word in words]
    times = Times(guessed.starts_s, guessed.ends_s, guessed.scores, origins)
    warning = f"{_quoted(order)} could not be timed ({error.code}): its times are guesses"
    return Piece(take.audio, take.rate_hz, times, len(words), warnings=[warning])


def _quoted(order: Order) -> str:
    texts = [word.text[:LONGEST_QUOTED] for word in order.reading.words]
    return f"“{texts[0]}”" if len(texts) == 1 else f"“{texts[0]} … {texts[-1]}”"


def values_of(piece: Piece) -> dict[str, Any]:
    """The response's outputs that describe the chunk itself, by name."""
    return {
        "SAMPLE_RATE": piece.rate_hz,
        "TAKES": piece.takes,
        "DOUBTFUL": piece.doubtful,
        "WARNINGS": piece.warnings,
        "N_SPELT": piece.n_spelt,
    }
