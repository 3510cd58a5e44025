"""The scenes in which looks are measured: timed words, set by the engine as for a user."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from wordlight.subtitles import SubtitleCall, SubtitleEngine

SHAPES = {"16:9": (1920, 1080), "1:1": (1080, 1080), "9:16": (1080, 1920)}
VOCABULARY = (
    "a", "I", "we", "ox", "the", "sun", "went", "down", "over", "harbour", "lights", "nobody",
    "remembered", "enormous", "quietly,", "then!", "stop.", "yes?", "it's", "well-known", "café",
    "42", "gypsy", "Åse", "jump", "morning", "of", "between", "friends", "Éric", "voice.",
)  # fmt: skip
EXTREMES = (
    "incomprehensibilities", "W" * 70, "ÀÉŚ", "gypsy", "ÅÉÎ", "jqpy", "fbdkl", "🎉", "WWWWWWWW",
    "MMMMMMMMMM", "mmmmmmmm", "ÀÉŚÅÎ", "gjpqy,", "Ŵ", "🙂", "Jj", "fjord.", "Extraordinarily",
)  # fmt: skip
HEADS, TAILS = ("Å", "É", "Î", "Ŝ", "Ñ", "Ü"), ("gjpy", "qyd", "pjq", "gbyf", "jkqy", "ypg")
"""A word made of a head and a tail has accents above and descenders below, on any line."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Words and their times in seconds."""

    texts: list[str]
    starts_s: list[float]
    ends_s: list[float]


@dataclass(frozen=True)
class Shown:
    """One caption from the answer's JSON: its words, the line of each, and their times."""

    words: tuple[str, ...]
    lines: tuple[int, ...]
    onsets_s: tuple[float, ...]
    ends_s: tuple[float, ...]
    start_cs: int
    end_cs: int

    @cached_property
    def lates_cs(self) -> tuple[int, ...]:
        """For each word, the last centisecond in which it is spoken and no other word is."""
        following = [*self.onsets_s[1:], self.end_cs / 100]
        return tuple(
            max(round(100 * onset), min(round(100 * end), round(100 * after), self.end_cs) - 1)
            for onset, end, after in zip(self.onsets_s, self.ends_s, following, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """The ASS of a look on a canvas, and its captions."""

    look: str
    size: tuple[int, int]
    ass: str
    captions: tuple[Shown, ...]


def scene(look: str, size: tuple[int, int], timed: Timed, **options: Any) -> Scene:
    """The scene that the engine answers with for these words."""
    call = SubtitleCall(
        timed.texts,
        np.array(timed.starts_s),
        np.array(timed.ends_s),
        width=size[0],
        height=size[1],
        **{"look": look, **options},
    )
    answer = SubtitleEngine().answer(call)
    captions = json.loads(answer.json)["captions"]
    return Scene(look, size, answer.ass, tuple(map(_shown, captions)))


def _shown(caption: dict[str, Any]) -> Shown:
    words = caption["words"]
    texts, lines, starts, ends = (
        tuple(word[key] for word in words) for key in ("text", "line", "start", "end")
    )
    return Shown(
        texts, lines, starts, ends, round(100 * caption["start"]), round(100 * caption["end"])
    )


def speech(rng: random.Random, n_words: int, vocabulary: Sequence[str] = VOCABULARY) -> Timed:
    """Random words, some back to back, some after a pause; times are not whole centiseconds.

    No word occurs among the six before it.
    """
    timed, now_s = Timed([], [], []), 0.2 + rng.random()
    for _ in range(n_words):
        length_s = rng.uniform(0.14, 0.5)
        fresh = [one for one in vocabulary if one not in timed.texts[-6:]]
        timed.texts.append(rng.choice(fresh))
        timed.starts_s.append(now_s)
        timed.ends_s.append(now_s + length_s)
        pause_s = rng.choice([0.0, 0.0, 0.0, rng.uniform(0, 0.1), rng.uniform(0.2, 0.9)])
        now_s += length_s + pause_s
    return timed


def even(texts: Sequence[str], pitch_s: float = 0.4, spoken_s: float = 0.35) -> Timed:
    """The words at an even pace."""
    starts_s = [0.2 + pitch_s * k for k in range(len(texts))]
    return Timed(list(texts), starts_s, [start + spoken_s for start in starts_s])


def crowded(n_words: int) -> list[str]:
    """Words with accents above and descenders below, all different."""
    return [HEADS[k % 6] + TAILS[(k + k // 6) % 6] + "x" * (k // 36) for k in range(n_words)]
