"""Over 200 random captions, every word lights up within a centisecond of its onset."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.contract import LOOKS, MODES
from wordlight.subtitles import Canvas, Layout, compose_look, read_style, set_captions
from wordlight.subtitles.formats import Presentation, write
from wordlight.words import Word

from .frames import draw

TINY = Canvas(192, 108)
RED_ON_BLUE = """{"primary": "#FF0000", "secondary": "#0000FF", "outline_colour": "#000000",
    "keyword_colours": [], "word_box": "#00000000", "size": 22}"""
N_CAPTIONS = 9
"""Of each mode and preset."""
AROUND_CS = 6
VOCABULARY = (
    "a", "I", "we", "ox", "the", "sun", "went", "down", "over", "harbour", "lights", "nobody",
    "remembered", "enormous", "quietly,", "then!", "stop.", "yes?", "it's", "well-known", "café",
    "42",
)  # fmt: skip


def speech(rng: random.Random) -> list[Word]:
    """Words of any length, some back to back, some after a breath; no time a centisecond."""
    words, now_s = [], 0.2 + rng.random()
    for _ in range(9 * N_CAPTIONS):
        length_s = rng.uniform(0.14, 0.5)
        before = words[-1].text if words else ""
        text = rng.choice([one for one in VOCABULARY if one != before])
        words.append(Word(text, now_s, now_s + length_s))
        now_s += length_s + rng.choice([0.0, 0.0, 0.0, rng.uniform(0, 0.1), rng.uniform(0.2, 0.9)])
    return words


def red(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n, height, width), what is sung; a glow is too dim to count."""
    return (frames[..., 0] > 110) & (frames[..., 2] < 110)


@pytest.mark.parametrize("mode", MODES)
def test_every_word_lights_up_within_a_centisecond_of_its_onset(mode: str, tmp_path: Path) -> None:
    for number, preset in enumerate(LOOKS):
        look = compose_look(preset, read_style(RED_ON_BLUE), TINY)
        layout = Layout.of(mode).narrowed(look.line_characters(TINY))
        words = speech(random.Random(f"{mode} {number}"))
        captions = set_captions(words, layout)[:N_CAPTIONS]
        ass = write("ass", Presentation(captions, look, TINY, "k", mode=mode))
        n_frames = captions[-1].end_cs + 5
        is_red = red(draw(ass, TINY, tmp_path, rate_hz=100, start_s=0, n=n_frames))
        new_red = (is_red[1:] & ~is_red[:-1]).sum(axis=(1, 2))
        assert not is_red[0].any()
        for word in (word for caption in captions for word in caption.words):
            onset_cs = 100 * word.start_s
            first = max(0, round(onset_cs) - AROUND_CS)
            near = new_red[first : round(onset_cs) + AROUND_CS]
            seen_cs = first + 1 + int(np.argmax(near > near.max() / 4))
            assert near.max() >= 3, (mode, preset, word)
            assert abs(seen_cs - onset_cs) <= 1.0, (mode, preset, word, seen_cs)
