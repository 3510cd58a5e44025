"""The box that marks a word lies behind that word, in every script and direction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.subtitles import Canvas, SubtitleCall, SubtitleEngine

from .frames import draw

CANVAS = Canvas(960, 540)
STYLE = """{"primary": "#00FF00", "secondary": "#0000FF", "word_box": "#FF0000", "outline": 0,
    "shadow": 0, "glow": 0, "keyword_colours": []}"""
PITCH_S = 0.5


def columns(mask: NDArray[np.bool_]) -> tuple[int, int]:
    """First and last column."""
    found = np.flatnonzero(mask.any(axis=0))
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nobody had seen it", "en"),
        ("قال الرجل إنه رأى", "ar"),
        ("שלום לכל העולם", "he"),
        ("iPhone שלום Pro Max חדש", "he"),
        ("he said שלום עולם twice", "en"),
        ("he said שלום 42 עולם now", "en"),
        ("בין 10 20 אנשים באו", "he"),
        ("הוא אמר Hello, world ואז", "he"),
        ("بين 10 20 رجلا جاء", "ar"),
        ("hot 🔥 stuff ❤️ here", "en"),
        ("{odd} \\\\N words", "en"),
    ],
)
def test_the_box_lies_behind_the_word_that_lights_up(
    text: str, language: str, tmp_path: Path
) -> None:
    check_boxes(text, language, STYLE, tmp_path)


@pytest.mark.parametrize("spacing", [-3, 12])
def test_the_box_lies_behind_letters_that_are_spaced(spacing: int, tmp_path: Path) -> None:
    style = STYLE.replace("{", f'{{"spacing": {spacing}, ', 1)

    check_boxes("Nobody had seen it", "en", style, tmp_path)


def check_boxes(text: str, language: str, style: str, tmp_path: Path) -> None:
    """The box reaches as far to the left of each word as to its right, while it is spoken."""
    words = text.split()
    starts = PITCH_S * np.arange(len(words))
    call = SubtitleCall(
        words, starts, starts + PITCH_S, karaoke="k", language=language, style=style,
        width=CANVAS.width, height=CANVAS.height,
    )  # fmt: skip

    frames = draw(
        SubtitleEngine().answer(call).ass, CANVAS, tmp_path, rate_hz=20, start_s=0,
        n=round(20 * PITCH_S * len(words)),
    ).astype(int)  # fmt: skip

    before = np.zeros(frames.shape[1:3], dtype=bool)
    for k, word in enumerate(words):
        frame = frames[round(20 * PITCH_S * k) + 5]
        is_lit = (frame[..., 1] > 128) & (frame[..., 2] < 100)
        box = columns(frame[..., 0] > 200)
        lit = columns(is_lit & ~before)
        around = (lit[0] - box[0], box[1] - lit[1])
        assert min(around) >= 1, (word, around)
        assert abs(around[0] - around[1]) <= 7, (word, around)
        before = before | is_lit
