r"""Advanced SubStation Alpha through the ``ass`` library, with karaoke tags that add up.

The library checks nothing and floors times, so every value it gets is final: whole centiseconds,
escaped text, names without commas.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._escaping import BUNDLED_BRACES, FULL_WIDTH_BRACES, escape_ass
from wordlight.subtitles._fonts import BUNDLED_FONT
from wordlight.subtitles._karaoke import syllables
from wordlight.subtitles._look import Canvas, Colour, Look
from wordlight.subtitles._measure import display_text, fitting_size

STYLE_NAME = "Wordlight"
_OUTLINED, _BOXED_WORDS, _BOXED_WHOLE = 1, 3, 4
"""Border styles. A box a word (3) is drawn alike by every player, but the pieces overlap, which
shows where they are translucent; one box for the whole event (4, padded by Shadow) is libass's."""
_ANY_CHARSET, _BY_TEXT_DIRECTION = 1, -1
"""libass finds the base direction of a line itself only under Encoding -1."""


def write_ass(
    captions: Iterable[Caption],
    look: Look,
    canvas: Canvas,
    karaoke: str = "kf",
    is_right_to_left: bool = False,
) -> str:
    r"""The captions as an ASS file, one event each.

    ``karaoke`` is one of `wordlight.contract.KARAOKE_TAGS`. Right to left, ``\kf`` becomes ``\k``:
    a sweep would run against the reading. Lines break by ``\N`` only.
    """
    import ass

    tag = "k" if karaoke == "kf" and is_right_to_left else karaoke
    document = ass.Document()
    document.info.update(
        {
            "Title": "Wordlight",
            "ScriptType": "v4.00+",
            "PlayResX": canvas.width,
            "PlayResY": canvas.height,
            "WrapStyle": 2,
            "ScaledBorderAndShadow": "yes",
            "YCbCr Matrix": "None",
        }
    )
    document.styles.append(_style(ass, look, is_right_to_left))
    document.events.extend(
        ass.Dialogue(
            start=timedelta(milliseconds=10 * caption.start_cs),
            end=timedelta(milliseconds=10 * caption.end_cs),
            style=STYLE_NAME,
            text=_shrink(caption, look, canvas) + _text(caption, look, tag),
        )
        for caption in captions
    )
    file = io.StringIO()
    document.dump_file(file)
    return file.getvalue()


def _text(caption: Caption, look: Look, tag: str) -> str:
    if tag == "none":
        return r"\N".join(_written(line.text, look) for line in caption.lines)
    spaces = _spaces(caption)
    parts = []
    for syllable in syllables(caption):
        if syllable.word is None:
            parts.append(f"{{\\k{syllable.length_cs}}}")
            continue
        text = _written(syllable.word.text, look)
        parts.append(f"{{\\{tag}{syllable.length_cs}}}{text}{spaces.pop()}")
    return "".join(parts)


def _written(text: str, look: Look) -> str:
    braces = BUNDLED_BRACES if look.font == BUNDLED_FONT else FULL_WIDTH_BRACES
    return escape_ass(display_text(text, look), braces)


def _spaces(caption: Caption) -> list[str]:
    """What follows each word, last word first."""
    spaces: list[str] = []
    for line in caption.lines:
        spaces += [*line.glue[:-1], r"\N"]
    spaces[-1] = ""
    return spaces[::-1]


def _shrink(caption: Caption, look: Look, canvas: Canvas) -> str:
    size = fitting_size(caption, look, canvas)
    return "" if size == look.size else f"{{\\fs{size:g}}}"


def _style(ass: Any, look: Look, is_right_to_left: bool) -> Any:
    def colour(of: Colour) -> Any:
        return ass.data.Color(of.red, of.green, of.blue, 255 - of.opacity)

    border, edge, outline, shadow = _border(look)
    return ass.Style(
        name=STYLE_NAME,
        fontname=look.font,
        fontsize=float(look.size),
        primary_color=colour(look.primary),
        secondary_color=colour(look.secondary),
        outline_color=colour(edge),
        back_color=colour(look.back_colour),
        bold=look.bold,
        italic=look.italic,
        spacing=float(look.spacing),
        border_style=border,
        outline=float(outline),
        shadow=float(shadow),
        alignment=look.alignment,
        margin_l=look.margin_l,
        margin_r=look.margin_r,
        margin_v=look.margin_v,
        encoding=_BY_TEXT_DIRECTION if is_right_to_left else _ANY_CHARSET,
    )


def _border(look: Look) -> tuple[int, Colour, float, float]:
    """Border style, edge colour, outline and shadow."""
    if not look.box:
        return _OUTLINED, look.outline_colour, look.outline, look.shadow
    if look.back_colour.opacity == 255:
        return _BOXED_WORDS, look.back_colour, look.outline, 0.0
    return _BOXED_WHOLE, look.outline_colour, 0.0, look.outline
