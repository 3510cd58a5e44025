"""What a viewer sees of words that pop and rows that roll up."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import ass
import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.contract import LOOKS
from wordlight.subtitles import (
    Canvas,
    Caption,
    Layout,
    Look,
    compose_look,
    read_style,
    set_captions,
)
from wordlight.subtitles.formats import Presentation, write
from wordlight.subtitles.typesetting import Typesetter
from wordlight.words import Word

from .frames import FLAT, SMALL, draw, edge_of

ACTIVE_LAYER = 5
"""Of the spoken word, over those at rest."""
SMALL_SHAPES = [SMALL, Canvas(240, 240), Canvas(180, 320)]
TEXTS = ["Nobody", "had", "seen", "it", "coming,", "he", "said."]
START_S, PITCH_S, SPOKEN_S = 0.1234, 0.4, 0.2137
ENDLESS = "W" * 70


def even_words(texts: list[str]) -> list[Word]:
    """Words at an even pace, with a breath after each that is bridged."""
    return [
        Word(text, START_S + PITCH_S * k, START_S + PITCH_S * k + SPOKEN_S)
        for k, text in enumerate(texts)
    ]


def popping(look: Look, texts: list[str] = TEXTS, language: str = "en") -> tuple[Caption, str]:
    """One caption with a long silence after its last word, and its ASS."""
    layout = Layout.of("pop", language).narrowed(20)
    (caption,) = set_captions(even_words(texts), layout)
    caption = replace(caption, end_ms=caption.end_ms + 1500)
    return caption, write("ass", Presentation([caption], look, SMALL, "k", "pop"))


def without_layer(text: str, layer: int) -> str:
    document = ass.parse_string(text)
    kept = [event for event in document.events if event.layer != layer]
    header = text[: text.index("Dialogue:")]
    return header + "".join(f"{event.TYPE}: {event.dump()}\n" for event in kept)


def words_and_rest(text: str, folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A frame of each of seven words, 0.28 s after its onset, and one of the silence after."""
    frames = draw(text, SMALL, folder, rate_hz=25, start_s=0, n=100)
    moments = [round(25 * (START_S + PITCH_S * k + 0.28)) for k in range(7)]
    return frames[moments], frames[-1]


def box_of(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """First row, last row, first column, last column."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", TEXTS),
        ("ar", ["قال", "الرجل", "إنه", "لم", "ير", "شيئا", "أبدا"]),
        ("ja", ["αβγ", "δε", "ζηθ", "ικ", "λμν", "ξο", "πρσ"]),
    ],
    ids=["left to right", "right to left", "without spaces"],
)
def test_below_the_spoken_word_every_glyph_is_in_place_or_missing(
    language: str, texts: list[str], tmp_path: Path
) -> None:
    look = compose_look(style=read_style(FLAT), canvas=SMALL)
    _, text = popping(look, texts, language)

    words, rest = words_and_rest(without_layer(text, ACTIVE_LAYER), tmp_path)

    is_missing = (words != rest).any(axis=-1)
    assert not words[is_missing].any()
    assert is_missing.any(axis=(1, 2)).all()
    assert is_missing.sum(axis=0).max() == 1
    assert (is_missing.any(axis=0) == rest.any(axis=-1)).all()


@pytest.mark.parametrize("style", [FLAT, '{"size": 16, "alignment": 7}', '{"size": 16, "glow": 4}'])
def test_nothing_but_the_spoken_word_ever_changes(style: str, tmp_path: Path) -> None:
    look = compose_look(style=read_style(style), canvas=SMALL, mode="pop")
    _, text = popping(look)
    _, flat = popping(replace(look, outline=0, shadow=0, glow=0))
    holes, unsung = words_and_rest(without_layer(flat, ACTIVE_LAYER), tmp_path)

    words, rest = words_and_rest(text, tmp_path)

    reach = int(2 * look.outline + look.shadow + 2 * look.glow + 0.2 * look.size) + 1
    for frame, hole in zip(words, holes, strict=True):
        top, bottom, left, right = box_of((hole != unsung).any(axis=-1))
        is_outside = np.ones(frame.shape[:2], dtype=bool)
        is_outside[top - reach : bottom + reach + 1, left - reach : right + reach + 1] = False
        assert (frame[is_outside] == rest[is_outside]).all()
        assert is_outside.mean() > 0.8


def test_the_spoken_word_is_sung_larger_and_where_it_was(tmp_path: Path) -> None:
    _, text = popping(compose_look(style=read_style(FLAT), canvas=SMALL, mode="pop"))
    below, rest = words_and_rest(without_layer(text, ACTIVE_LAYER), tmp_path)

    words, _ = words_and_rest(text, tmp_path)

    for frame, base in zip(words, below, strict=True):
        red, missing = frame[..., 0].sum(axis=0), (rest - base)[..., 2].sum(axis=0)
        assert red.sum() > 1.05 * missing.sum()
        columns = np.arange(SMALL.width)
        moved = np.average(columns, weights=red) - np.average(columns, weights=missing)
        assert abs(moved) < 0.5


def test_each_word_pops_within_a_centisecond_of_its_onset(tmp_path: Path) -> None:
    _, text = popping(compose_look(style=read_style(FLAT), canvas=SMALL, mode="pop"))

    frames = draw(text, SMALL, tmp_path, rate_hz=100, start_s=0, n=290)

    red = frames[..., 0] > 60
    places = [box_of(one)[2::2] if one.any() else (-1, -1) for one in red]
    rows = [box_of(one)[0] if one.any() else -1 for one in red]
    onsets_cs = [100 * word.start_s for word in even_words(TEXTS)]
    seen_cs = [
        k
        for k in range(1, len(red))
        if red[k].any() and (places[k - 1] == (-1, -1) or not (red[k] & red[k - 1]).any())
    ]
    assert len(seen_cs) == len(onsets_cs), (seen_cs, rows)
    assert np.abs(np.array(seen_cs) - onsets_cs).max() <= 1.0


def test_a_popping_caption_never_flickers(tmp_path: Path) -> None:
    caption, text = popping(compose_look(style=read_style(FLAT), canvas=SMALL, mode="pop"))

    frames = draw(text, SMALL, tmp_path, rate_hz=100, start_s=0, n=300)

    lit = (frames.max(axis=-1) > 60).sum(axis=(1, 2))[caption.start_cs :]
    assert not (frames[: caption.start_cs]).any()
    assert lit.min() > 0.9 * lit.max()


def rows_of(frame: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """First and last row of pixels of each line of text."""
    is_lit = np.concatenate([[False], (frame.max(axis=-1) > 60).any(axis=1), [False]])
    edges = np.flatnonzero(np.diff(is_lit.astype(int)))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def rolling() -> list[Caption]:
    text = (
        f"Shake both hands. Look, these dull old lamps glow. He said hello to {ENDLESS} and left."
    )
    words = even_words(text.split())
    return set_captions(words, Layout.of("roll-up").narrowed(18))


@pytest.mark.parametrize("karaoke", ["k", "none"])
def test_rows_roll_up_two_at_a_time_inside_the_safe_area(karaoke: str, tmp_path: Path) -> None:
    look = compose_look(style=read_style(FLAT), canvas=SMALL, karaoke=karaoke, mode="roll-up")
    captions = rolling()
    assert len(captions) >= 5
    text = write("ass", Presentation(captions, look, SMALL, karaoke, mode="roll-up"))

    frames = draw(text, SMALL, tmp_path, rate_hz=10, start_s=0, n=captions[-1].end_cs // 10)

    for frame in frames:
        lit = frame.max(axis=-1) > 60
        if lit.any():
            top, bottom, left, right = box_of(lit)
            assert left >= look.margin_l - 1
            assert right < SMALL.width - look.margin_r
            assert SMALL.height - look.margin_v - 2 * look.size <= top
            assert bottom < SMALL.height - look.margin_v
    assert max(len(rows_of(frame)) for frame in frames) == 2


@pytest.mark.parametrize("karaoke", ["k", "none"])
def test_a_row_is_lifted_as_it_was(karaoke: str, tmp_path: Path) -> None:
    look = compose_look(style=read_style(FLAT), canvas=SMALL, karaoke=karaoke, mode="roll-up")
    captions = rolling()
    text = write("ass", Presentation(captions, look, SMALL, karaoke, mode="roll-up"))
    frames = draw(text, SMALL, tmp_path, rate_hz=100, start_s=0, n=captions[3].end_cs)
    base, height = SMALL.height - look.margin_v + 2, int(look.em)
    pitch = round(Typesetter(look, SMALL).pitch(look.size))

    for former, lower in pairwise(captions[:4]):
        before, after = frames[former.end_cs - 1], frames[lower.start_cs]

        assert before[base - height : base].any()
        lifted = after[base - height - pitch : base - pitch]
        moved = np.abs(lifted.astype(int) - before[base - height : base])
        assert moved.max() <= 96  # an eighth of a pixel aside


@pytest.mark.parametrize("karaoke", ["k", "none"])
def test_the_lower_row_follows_its_words(karaoke: str, tmp_path: Path) -> None:
    """Lit word by word; or, without karaoke, painted on word by word."""
    look = compose_look(style=read_style(FLAT), canvas=SMALL, karaoke=karaoke, mode="roll-up")
    first, second, *_ = rolling()
    text = write("ass", Presentation([first, second], look, SMALL, karaoke, mode="roll-up"))

    frames = draw(text, SMALL, tmp_path, rate_hz=100, start_s=0, n=second.end_cs)

    base, height = SMALL.height - look.margin_v + 2, int(look.em)
    red = (frames[:, base - height : base, :, 0] > 60).sum(axis=(1, 2))
    jumps = np.flatnonzero(np.diff(red) > 0) + 1
    words = [*first.words, *second.words]
    onsets_cs = np.array([100 * word.start_s for word in words])
    row_starts = {first.start_cs, second.start_cs}
    seen = sorted({*jumps.tolist()} | row_starts)
    assert len(seen) == len(onsets_cs)
    assert np.abs(np.array(seen) - onsets_cs).max() <= 1.0


@pytest.mark.parametrize("preset", LOOKS)
@pytest.mark.parametrize("mode", ["pop", "roll-up"])
@pytest.mark.parametrize("canvas", SMALL_SHAPES, ids=["wide", "square", "tall"])
def test_nothing_touches_the_frame_in_any_mode(
    preset: str, mode: str, canvas: Canvas, tmp_path: Path
) -> None:
    look = compose_look(preset, canvas=canvas, mode=mode)
    words = even_words([*TEXTS, "Extraordinarily", "W" * 30])
    layout = Layout.of(mode).narrowed(look.line_characters(canvas))
    text = write("ass", Presentation(set_captions(words, layout), look, canvas, mode=mode))

    frames = draw(text, canvas, tmp_path, rate_hz=5, start_s=0, n=20)

    assert all(frame.any() for frame in frames[2:])
    assert not any(edge_of(frame).any() for frame in frames)
