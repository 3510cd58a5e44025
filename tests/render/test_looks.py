"""What a viewer sees of every look, by the measures of benchmarks/subtitles, on few captions.

Each look in one shape; `benchmarks/subtitles/looks.py` measures all shapes and a hundred captions.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from wordlight.contract import LOOKS
from wordlight.subtitles import SubtitleCall, SubtitleEngine

pytest.importorskip("imageio_ffmpeg")

from look_backgrounds import BACKGROUNDS
from look_boxes import SAMPLES, blank_boxes, is_box
from look_contrast import AIM as AIM_CONTRAST
from look_contrast import contrasts
from look_letters import type_size
from look_onsets import onsets
from look_places import AIM_GAP_PX, motions, overflow_px
from look_speech import EXTREMES, SHAPES, Scene, Timed, even, scene, speech
from looks import line_gap_px

N_CAPTIONS = 2
SIZES = tuple(SHAPES.values())
SHAPE_OF = {look: SIZES[number % len(SIZES)] for number, look in enumerate(LOOKS)}
each_look = pytest.mark.parametrize("look", LOOKS)


def smaller(look: str, times: int) -> tuple[int, int]:
    width, height = SHAPE_OF[look]
    return width // times, height // times


def drawn(look: str, times: int, vocabulary: tuple[str, ...] = ()) -> Scene:
    """A few captions of random speech, so many times smaller than 1,080 pixels."""
    rng = random.Random(look)
    timed = speech(rng, 50, vocabulary) if vocabulary else speech(rng, 50)
    found = scene(look, smaller(look, times), timed)
    return replace(found, captions=found.captions[:N_CAPTIONS])


@each_look
def test_every_word_stands_out_from_any_picture(look: str) -> None:
    width, height = SHAPE_OF[look]

    found = contrasts(look, (width // 3 * 2, height // 3 * 2), n_moments=1)

    too_low = {
        picture: pair
        for picture, pair in found.items()
        if min(one.ratio for one in pair) < AIM_CONTRAST
    }
    assert set(found) == set(BACKGROUNDS)
    assert too_low == {}


@each_look
def test_every_word_changes_within_a_centisecond_of_its_onset(look: str) -> None:
    few = drawn(look, 3)

    found = onsets(few, few.captions)

    assert len(found) >= 2 * N_CAPTIONS
    assert [onset for onset in found if onset.is_missed] == []


@each_look
def test_nothing_but_the_active_word_moves(look: str) -> None:
    few = drawn(look, 2)

    assert motions(few, few.captions) == []


@each_look
@pytest.mark.parametrize("vocabulary", [(), EXTREMES], ids=["ordinary words", "extreme words"])
def test_nothing_leaves_the_safe_area(look: str, vocabulary: tuple[str, ...]) -> None:
    few = drawn(look, 3, vocabulary)

    over, where = overflow_px(few, few.captions)

    assert over < 1, where


@each_look
def test_lines_are_four_pixels_apart(look: str) -> None:
    gap = line_gap_px(look, SHAPE_OF[look], n_captions=1)

    assert gap is None or gap >= AIM_GAP_PX


PACKAGES = {
    "Chinese": "fonts-noto-cjk", "Japanese": "fonts-noto-cjk", "Korean": "fonts-noto-cjk",
    "Thai": "fonts-noto-core", "Devanagari": "fonts-noto-core",
}  # fmt: skip
"""Scripts whose font does not come with Wordlight, and where it is found."""


@pytest.mark.parametrize("script", sorted(set(SAMPLES) - set(PACKAGES)))
def test_no_character_is_drawn_as_an_empty_box(script: str) -> None:
    language, characters = SAMPLES[script]

    assert blank_boxes("classic", characters[0], language) == []


@pytest.mark.parametrize("script", PACKAGES)
@pytest.mark.parametrize("in_language", [True, False])
def test_a_font_that_has_to_be_installed_is_named_before_anything_is_drawn(
    script: str, in_language: bool
) -> None:
    language, characters = SAMPLES[script]
    times = np.array([0.0]), np.array([1.0])

    call = SubtitleCall([characters], *times, language=language if in_language else "en")
    report = json.loads(SubtitleEngine().answer(call).report)

    assert [PACKAGES[script] in warning for warning in report["warnings"]] == [True]


@pytest.mark.parametrize("text", ["\U000132fa", "\U0001fae8x"])
def test_what_no_font_has_is_left_out_and_said(text: str) -> None:
    call = SubtitleCall(["so", text], np.array([0.0, 1.0]), np.array([1.0, 2.0]))

    answer = SubtitleEngine().answer(call)

    assert text[0] not in answer.ass
    assert text[0] in answer.srt
    assert [text[0] in warning for warning in json.loads(answer.report)["warnings"]] == [True]


EVEN = even(["Nobody", "had", "seen", "it", "coming", "that", "night"])
PLAIN = '{"outline": 0, "shadow": 0, "glow": 0, "blur": 0}'


def one_caption(
    size: tuple[int, int] = (960, 540), timed: Timed = EVEN, style: str = "{}"
) -> Scene:
    return scene("classic", size, timed, karaoke="k", style=style)


def test_a_character_of_no_font_is_seen_to_be_a_box() -> None:
    few = one_caption(timed=even(["ok", "Ж"]))
    (caption,) = few.captions
    lacking = replace(
        few,
        ass=few.ass.replace("Ж", "\ue123"),
        captions=(replace(caption, words=("ok", "\ue123")),),
    )

    assert not is_box(few, "Ж")
    assert is_box(lacking, "\ue123")


def test_letters_without_an_edge_are_seen_to_have_no_contrast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "look_contrast.scene", lambda look, size, timed: scene(look, size, timed, style=PLAIN)
    )

    found = contrasts("classic", (1280, 720), n_moments=1)

    assert found["light"][1].ratio < 1.5
    assert found["dark"][1].ratio > AIM_CONTRAST


@pytest.mark.parametrize("shift_cs", [-3, 2])
def test_words_that_change_beside_their_onset_are_seen(shift_cs: int) -> None:
    few = one_caption((640, 360))
    (caption,) = few.captions
    other = tuple(one - shift_cs / 100 for one in caption.onsets_s)

    found = onsets(few, [replace(caption, onsets_s=other)])

    assert all(onset.is_missed for onset in found[1:])
    assert all(abs(onset.late_cs - shift_cs) < 0.6 for onset in found[1:])


def grown_in_line(text: str) -> str:
    return text.replace("seen", r"{\t(500,600,\fscx130)}seen{\fscx100}")


def raised(text: str) -> str:
    return text.replace(r"{\k", r"{\t(1000,1001,\fs33)\k", 1)


@pytest.mark.parametrize("change", [grown_in_line, raised])
def test_words_that_move_are_seen(change: Callable[[str], str]) -> None:
    few = one_caption()

    assert motions(few, few.captions) == []
    assert motions(replace(few, ass=change(few.ass)), few.captions) != []


def test_text_beyond_the_margin_is_seen() -> None:
    few = one_caption(style='{"margin_v": 20}')

    over, where = overflow_px(few, few.captions)

    assert over == pytest.approx(0.06 * 540 - 20, abs=0.4 * type_size(few))
    assert where.startswith("below")
