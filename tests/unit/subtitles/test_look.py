"""Presets, fitted to a video."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wordlight.contract import LOOKS
from wordlight.subtitles import (
    Canvas,
    Colour,
    Layout,
    compose_look,
    find_language,
    read_style,
    set_captions,
)
from wordlight.subtitles.formats import lines_of
from wordlight.subtitles.looks import PRESET_OF, RECIPE_OF
from wordlight.subtitles.typesetting import Typesetter, display_text

from .passages import even

SIZES = [(64, 64), (320, 180), (640, 480), (1920, 1080), (3840, 2160), (1080, 1920), (1080, 1080)]


@pytest.mark.parametrize("preset", LOOKS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_two_lines_fit_every_canvas(preset: str, width: int, height: int) -> None:
    canvas = Canvas(width, height)

    look = compose_look(preset, canvas=canvas)

    assert look.em >= 10
    assert 2 * look.size + look.margin_v <= height
    assert look.line_characters(canvas) * 0.4 * look.em <= width


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("preset", LOOKS)
def test_lines_are_as_long_as_their_screen_can_be_read(preset: str, code: str) -> None:
    wide, square, tall = Canvas(1920, 1080), Canvas(1080, 1080), Canvas(1080, 1920)
    n_of_a_guideline = {"shorts": 16, "bbc": 37, "youtube": 32}.get(RECIPE_OF[preset].profile, 42)
    language, mode = find_language(code), RECIPE_OF[preset].mode

    def n_characters(canvas: Canvas) -> int:
        look = compose_look(preset, canvas=canvas, language=language, mode=mode)
        return look.line_characters(canvas)

    assert n_characters(wide) >= n_of_a_guideline - (10 if code == "ru" else 0)
    assert 16 <= n_characters(square) <= 28
    assert 12 <= n_characters(tall) <= 18


@pytest.mark.parametrize("preset", LOOKS)
def test_upright_type_is_as_large_as_its_lines_allow(preset: str) -> None:
    tall = Canvas(1080, 1920)
    look = compose_look(preset, canvas=tall)

    larger = replace(look, size=look.size * (1 + 1.5 / look.line_characters(tall)))

    assert larger.line_characters(tall) < look.line_characters(tall)


@pytest.mark.parametrize("preset", LOOKS)
def test_ordinary_lines_need_no_smaller_type_in_portrait(preset: str) -> None:
    canvas = Canvas(1080, 1920)
    look = compose_look(preset, canvas=canvas)
    layout = Layout.of().narrowed(look.line_characters(canvas))

    captions = set_captions(
        even("The old lighthouse keeper climbed the narrow stairs. " * 8), layout
    )

    typesetter = Typesetter(look, canvas)
    sizes = [typesetter.size(lines_of(caption, look)) for caption in captions]
    assert min(sizes) / look.size >= 0.9


@pytest.mark.parametrize(
    ("width", "height", "side", "bottom"),
    [
        (1920, 1080, 96, 65),
        (1024, 768, 51, 46),
        (1080, 1080, 65, 86),
        (1080, 1350, 65, 108),
        (1080, 1920, 108, 346),
    ],
)
def test_margins_are_those_of_the_aspect_ratio(
    width: int, height: int, side: int, bottom: int
) -> None:
    look = compose_look("classic", canvas=Canvas(width, height))

    assert (look.margin_l, look.margin_r, look.margin_v) == (side, side, bottom)


def test_square_type_is_larger_than_on_a_wide_screen_of_its_height() -> None:
    square = compose_look("classic", canvas=Canvas(1080, 1080))

    assert square.size > compose_look("classic", canvas=Canvas(1920, 1080)).size


def test_rows_that_roll_up_share_the_edge_their_script_starts_at() -> None:
    arabic = find_language("ar")

    assert compose_look(mode="roll-up").alignment == 1
    assert compose_look(mode="roll-up", language=arabic).alignment == 3
    assert compose_look(style={"alignment": 2}, mode="roll-up").alignment == 2


def test_a_speakers_fields_stand_on_top_of_everyones() -> None:
    style = read_style(
        '{"size": 40, "speakers": {" Anna ": {"primary": "#FF0000"}, "Bob": {"size": 90}}}'
    )

    look = compose_look("classic", style)

    assert look.of("Anna") == replace(
        look, primary=Colour(255, 0, 0), speakers={}, name="Wordlight 1 Anna"
    )
    assert look.of("Bob").size == 90
    assert look.of("Carol") is look
    assert look.line_characters(Canvas()) == look.of("Bob").line_characters(Canvas())


def test_nothing_lights_up_in_plain_white_without_karaoke() -> None:
    assert compose_look("karaoke", karaoke="none").primary == Colour(255, 255, 255)


def test_a_style_overrides_the_preset_and_scales_what_it_leaves() -> None:
    style = read_style('{"size": 100, "primary": "#FF000080", "bold": true, "font": "Inter"}')

    look = compose_look("classic", style)

    assert (look.size, look.primary, look.bold) == (100, Colour(255, 0, 0, 128), True)
    assert look.font == "Inter"
    assert look.outline == pytest.approx(PRESET_OF["classic"].outline * look.em, abs=0.05)


def test_a_box_takes_the_glow_away() -> None:
    look = compose_look("neon", {"box": True})

    assert (look.box, look.glow, look.blur) == (True, 0, 0)


@pytest.mark.parametrize("preset", ["card", "boxed", "contrast", "documentary"])
def test_a_box_taken_away_leaves_letters_that_can_be_read(preset: str) -> None:
    look = compose_look(preset, {"box": False})

    assert (look.box, look.outline_colour.opacity) == (False, 255)
    assert look.glow > 0


def test_a_scale_is_for_speakers_too() -> None:
    plain, large = (
        compose_look(style={"speakers": {"Ann": {}}, **style}) for style in ({}, {"scale": 2.0})
    )

    assert large.size == pytest.approx(2 * plain.size, abs=1)
    assert large.of("Ann").size == large.size


@pytest.mark.parametrize("karaoke", ["k", "none"])
def test_what_marks_the_spoken_word_goes_with_karaoke(karaoke: str) -> None:
    style = {"word_box": Colour(9, 9, 9), "keyword_colours": (Colour(9, 9, 9),)}

    look = compose_look("shorts", style, karaoke=karaoke)

    assert bool(look.word_box.opacity) is bool(look.keyword_colours) is (karaoke == "k")


@pytest.mark.parametrize("alignment", [1, 2, 3])
def test_the_next_caption_waits_inside_the_safe_area(alignment: int) -> None:
    canvas = Canvas()
    look = compose_look("classic", {"upcoming": Colour(9, 9, 9), "alignment": alignment}, canvas)
    captions = set_captions(even("So it goes and goes. " * 9), Layout.of())
    typesetter = Typesetter(look, canvas)

    bottoms = [typesetter.set(lines_of(caption, look)).bottom for caption in captions]

    room = canvas.height - look.margin_v - look.reach[1]
    assert max(bottoms) + 2 * typesetter.pitch(look.size) <= room + 1


@pytest.mark.parametrize(
    ("language", "capitals"),
    [
        ("tr", "İYİ ŞIKLIK"),
        ("az-AZ", "İYİ ŞIKLIK"),
        ("en", "IYI ŞIKLIK"),
        ("de", "IYI ŞIKLIK"),
    ],
)
def test_the_capital_of_a_dotted_i_keeps_its_dot_in_turkish(language: str, capitals: str) -> None:
    look = compose_look(style={"uppercase": True}, language=find_language(language))

    assert display_text("iyi şıklık", look) == capitals
