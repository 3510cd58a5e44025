"""A thousand odd inputs: libass draws them all without a word of complaint."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.contract import LOOKS, MODES
from wordlight.errors import WordlightError
from wordlight.subtitles import Canvas, Caption, Layout, compose_look, set_captions
from wordlight.subtitles.formats import Presentation, write
from wordlight.words import Word

from .frames import draw

TINY = Canvas(128, 72)
N_INPUTS = 1_000
TURN_MS = 100
ODD = (
    "{", "}", "{}", "{\\b1}", "{\\k50}", "}{", "\\", "\\N", "\\n", "\\h", "\\\\N", "\\N\\N", "\\{",
    "C:\\New", "a\nb", "a\r\nb", "\x00", "\x1b[0m", "\u2028", "\u2060", "\u200b", "\ufeff",
    "\ufffe", "<b>", "&amp;", "-->", "0:00:00.00,", "Dialogue:", "[Events]", ",,,,", ";", "!", "…",
    "—", "שלום", "(א)", "مرحبا", "لا", "\u202eabc", "\u200f", "é", "e\u0301", "Ω", "й", "ﬁ", "½",
    "$12", "100%",
    " ", "\t", "\u00a0", "a b c", "word", "The", "end.", "I", "x" * 300,
)  # fmt: skip


def odd_words(rng: random.Random) -> list[Word]:
    """Up to eight words in order, some of no length, some at one moment, some far apart."""
    words, now_s = [], rng.choice([0.0, 0.0049, 1.0, 359_000.0])
    for _ in range(rng.randint(1, 8)):
        start_s = now_s + rng.choice([0.0, 0.0, 0.001, 0.3, 5.0])
        now_s = start_s + rng.choice([0.0, 0.0, 0.004, 0.2, 9.0])
        words.append(Word("".join(rng.choices(ODD, k=rng.choice([1, 1, 2]))), start_s, now_s))
    return words


def in_turn(captions: list[Caption], turn: int) -> list[Caption]:
    """The first caption alone, at a moment of its own, its words' times with it."""
    first = captions[0]
    shift_s = (turn * TURN_MS - first.start_ms) / 1000
    lines = tuple(
        replace(
            line,
            words=tuple(
                replace(w, start_s=max(0.0, w.start_s + shift_s), end_s=max(0.0, w.end_s + shift_s))
                for w in line.words
            ),
        )
        for line in first.lines
    )
    return [Caption(lines, turn * TURN_MS, (turn + 1) * TURN_MS)]


@pytest.mark.parametrize("mode", MODES)
def test_libass_draws_odd_text_without_a_warning(mode: str, tmp_path: Path) -> None:
    rng = random.Random(mode)
    shown: list[Caption] = []
    layout = Layout.of(mode)
    while len(shown) < N_INPUTS // len(MODES):
        captions = set_captions(odd_words(rng), layout)
        if captions:
            shown += in_turn(captions, len(shown))
    look = compose_look(rng.choice(LOOKS), canvas=TINY)
    ass = write("ass", Presentation(shown, look, TINY, rng.choice(["k", "kf", "ko"]), mode=mode))

    frames = draw(ass, TINY, tmp_path, rate_hz=20, start_s=0, n=2 * len(shown))

    assert frames.any(axis=(1, 2, 3)).mean() > 0.5


def test_a_word_of_ten_thousand_characters_is_drawn_without_a_warning(tmp_path: Path) -> None:
    words = [Word("W" * 10_000, 0.0, 0.5), Word("end.", 0.5, 1.0)]
    look = compose_look("classic", canvas=TINY)

    frames = draw(
        write("ass", Presentation(set_captions(words, Layout.of()), look, TINY)), TINY, tmp_path,
        rate_hz=10, start_s=0, n=10,
    )  # fmt: skip

    assert frames[:5].any()
    assert frames[5:].any(axis=(1, 2, 3)).all()


def test_words_that_overlap_are_refused_by_name() -> None:
    words = [Word("one", 0.0, 1.0), Word("two", 0.5, 1.5)]

    with pytest.raises(WordlightError, match="before the word before it ends"):
        set_captions(words, Layout.of())
