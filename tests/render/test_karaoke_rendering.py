"""What a viewer sees of captions and single words: a frame a centisecond."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.contract import LOOKS, MODES
from wordlight.subtitles import (
    Canvas,
    Caption,
    Layout,
    compose_look,
    read_style,
    set_captions,
    syllables,
)
from wordlight.subtitles.formats import Presentation, write
from wordlight.words import Origin, Word

from .frames import FLAT, SMALL, count, draw, edge_of

Image = pytest.importorskip("PIL.Image")

SHAPES = [Canvas(1280, 720), Canvas(640, 640), Canvas(540, 960)]


def spoken() -> list[Word]:
    """Ten words of odd lengths, a breath between sentences, no time a whole centisecond."""
    lengths_s = [0.2137, 0.333, 0.1462, 0.4019, 0.2718, 0.3141, 0.1618, 0.25, 0.1999, 0.3]
    gaps_s = [0.0, 0.0, 0.031, 0.0, 0.62, 0.0, 0.004, 0.17, 0.0, 0.0]
    words, now_s = [], 0.1234
    texts = ["The", "lamp", "was", "lit", "again.", "Nobody", "had", "seen", "it", "coming."]
    for text, length_s, gap_s in zip(texts, lengths_s, gaps_s, strict=True):
        words.append(Word(text, now_s, now_s + length_s))
        now_s += length_s + gap_s
    return words


def captions_of(words: list[Word]) -> list[Caption]:
    captions = set_captions(words, Layout.of().narrowed(24))
    assert len(captions) == 2
    return captions


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.int64]:
    r"""Red pixels of each centisecond under ``\k``."""
    look = compose_look(style=read_style(FLAT), canvas=SMALL)
    ass = write("ass", Presentation(captions_of(spoken()), look, SMALL, "k"))
    frames = draw(ass, SMALL, tmp_path_factory.mktemp("k"), rate_hz=100, start_s=0, n=420)
    return (frames[..., 0] > 100).sum(axis=(1, 2))


def test_each_word_lights_up_within_a_centisecond_of_its_onset(swept: NDArray[np.int64]) -> None:
    seen_cs = np.flatnonzero(np.diff(swept) > 0) + 1

    onsets_cs = np.array([100 * word.start_s for word in spoken()])

    assert len(seen_cs) == len(onsets_cs)
    assert np.abs(seen_cs - onsets_cs).max() <= 1.0


def test_nothing_is_on_screen_before_between_and_after_captions(swept: NDArray[np.int64]) -> None:
    first, second = captions_of(spoken())

    assert not swept[: first.start_cs].any()
    assert not swept[first.end_cs : second.start_cs].any()
    assert not swept[second.end_cs :].any()


def test_a_sweep_starts_and_ends_with_its_word(tmp_path: Path) -> None:
    look = compose_look(style=read_style(FLAT), canvas=SMALL)
    captions = captions_of(spoken())

    frames = draw(
        write("ass", Presentation(captions, look, SMALL, "kf")),
        SMALL,
        tmp_path,
        rate_hz=100,
        start_s=0,
        n=170,
    )

    red = (frames[..., 0] > 100).sum(axis=(1, 2))
    first = captions[0]
    now_cs = first.start_cs
    for syllable in syllables(first):
        grown = int(red[min(now_cs + syllable.length_cs, first.end_cs) - 1] - red[now_cs])
        assert (grown > 0) == (syllable.word is not None), syllable
        now_cs += syllable.length_cs
    assert all(b >= a for a, b in pairwise(red[first.start_cs : first.end_cs]))


def test_a_note_is_lit_at_once_and_nothing_is_swept_until_somebody_speaks(tmp_path: Path) -> None:
    look = compose_look(style=read_style(FLAT), canvas=SMALL)
    note = Word("[pause]", 0.2, 0.68, 0.0, Origin.UNSPOKEN)
    (caption,) = set_captions([note, Word("unless", 1.0, 1.4)], Layout.of())

    frames = draw(
        write("ass", Presentation([caption], look, SMALL, "kf")),
        SMALL,
        tmp_path,
        rate_hz=100,
        start_s=0,
        n=150,
    )

    red = (frames[..., 0] > 100).sum(axis=(1, 2))
    assert not red[:20].any()
    assert len(set(red[20:100])) == 1
    assert red[20] > 0
    assert red[138] > red[119] > red[99]


@pytest.mark.parametrize("preset", LOOKS)
@pytest.mark.parametrize("canvas", SHAPES, ids=["wide", "square", "tall"])
def test_every_preset_shows_lit_and_unlit_words_inside_the_frame(
    preset: str, canvas: Canvas, tmp_path: Path
) -> None:
    look = compose_look(preset, canvas=canvas)
    layout = Layout.of().narrowed(look.line_characters(canvas))
    texts = [
        "The",
        "old",
        "lighthouse",
        "keeper",
        "climbed",
        "the",
        "narrow",
        "stairs",
        "every",
        "single",
        "evening.",
    ]
    words = [Word(text, 0.2 * k, 0.2 * k + 0.2) for k, text in enumerate(texts)]
    captions = set_captions(words, layout)
    fullest = max(captions, key=lambda caption: len(list(caption.words)))
    second = list(fullest.words)[1]
    ass = write("ass", Presentation(captions, look, canvas, "k"))

    (frame,) = draw(ass, canvas, tmp_path, rate_hz=25, start_s=second.start_s + 0.12, n=1)
    Image.fromarray(frame).save(tmp_path / f"{preset}.png")

    assert count(frame, look.primary) > 100
    assert count(frame, look.secondary) > 100
    assert not edge_of(frame).any()


def test_a_word_wider_than_the_screen_stays_inside_the_frame(tmp_path: Path) -> None:
    look = compose_look("karaoke", canvas=SMALL)
    captions = set_captions([Word("W" * 70, 0.0, 2.0)], Layout.of())

    (frame,) = draw(
        write("ass", Presentation(captions, look, SMALL, "k")),
        SMALL,
        tmp_path,
        rate_hz=25,
        start_s=1,
        n=1,
    )

    assert frame.any()
    assert not np.concatenate([frame[:, 0], frame[:, -1]]).any()


NASTY = [r"{\fs99}x", r"C:\New", "\\", r"a\hb", "{", "}{", r"\{x", "&H00&", "a\nb", "\u202eb"]


@pytest.mark.parametrize("mode", MODES)
def test_libass_has_nothing_to_say_about_odd_text_in_any_mode(mode: str, tmp_path: Path) -> None:
    words = [
        Word(text, 0.2 * k, 0.2 * k + 0.1, speaker=text if k % 4 else "")
        for k, text in enumerate(NASTY)
    ]
    style = {"speakers": {text: {"size": 12.0} for text in NASTY}}
    look = compose_look(style=style, canvas=SMALL, mode=mode)
    captions = set_captions(words, Layout.of(mode))

    frames = draw(
        write("ass", Presentation(captions, look, SMALL, mode=mode)),
        SMALL,
        tmp_path,
        rate_hz=5,
        start_s=0,
        n=10,
    )

    assert frames.any()


@pytest.mark.parametrize("text", [r"{\fs99}x", r"C:\New", "\\", r"a\hb", "{", "}{", r"\{x"])
def test_text_that_looks_like_a_tag_is_drawn_as_written(text: str, tmp_path: Path) -> None:
    look = compose_look(style=read_style(FLAT), canvas=SMALL)
    captions = set_captions([Word(text, 0.0, 0.5), Word("end", 0.5, 1.0)], Layout.of())

    (frame,) = draw(
        write("ass", Presentation(captions, look, SMALL, "none")),
        SMALL,
        tmp_path,
        rate_hz=25,
        start_s=0,
        n=1,
    )

    lit = (frame.max(axis=-1) > 100).any(axis=1)
    height = int(np.flatnonzero(lit).max() - np.flatnonzero(lit).min())
    assert height < look.size  # one line, of ordinary size
