"""WebVTT in which the spoken word has its own colour.

Inline times light words only in players with ``::cue(:past)`` (Chrome and Safari), and there only
inside an element. So this format writes one cue for each state of a caption, with the lit word in
``<c.now.COLOUR>``. The STYLE block styles ``now``. COLOUR is the nearest of the eight colour
classes that WebVTT defines, for players that know only those (VLC without CSS). Firefox shows the
words unlit. The viewer's font size applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from wordlight.contract import Colour
from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import clock
from wordlight.subtitles.formats._escaping import escape_vtt
from wordlight.subtitles.formats._presentation import Presentation
from wordlight.subtitles.formats._spotlight import Spotlight, spotlights
from wordlight.subtitles.formats._text_area import text_area
from wordlight.subtitles.looks import UNSEEN, Canvas, Look
from wordlight.subtitles.typefaces import css_families, css_weight
from wordlight.subtitles.typesetting import display_text

ROW_SHARE = 0.06
"""The height of a row as a share of the video's shorter side. A browser's font size is 5 % of that
side, and the leading comes on top."""
NORMAL_WEIGHT = 400
# Source: WebVTT 1, 5.1 "Default text colors".
_COLOUR_CLASSES = {
    "white": (255, 255, 255), "lime": (0, 255, 0), "cyan": (0, 255, 255), "red": (255, 0, 0),
    "yellow": (255, 255, 0), "magenta": (255, 0, 255), "blue": (0, 0, 255), "black": (0, 0, 0),
}  # fmt: skip


def write(presentation: Presentation) -> str:
    """The captions as a WebVTT file.

    Each state of a caption is a cue; if karaoke is off, each caption is one cue.
    """
    look = presentation.lit_look
    now = f"now.{_nearest_class(look.primary)}"
    blocks = ["WEBVTT", "NOTE Written by Wordlight", _style(look)]
    for caption in presentation.captions:
        place = _place(len(caption.lines), look, presentation.canvas)
        whole = Spotlight(None, caption.start_ms, caption.end_ms)
        for state in spotlights(caption) if presentation.lights_up else [whole]:
            times = f"{clock(state.start_ms)} --> {clock(state.end_ms)}"
            blocks.append(f"{times} {place}\n{_text(caption, look, state.word, now)}")
    return "\n\n".join(blocks) + "\n"


def _text(caption: Caption, look: Look, lit: int | None, classes: str) -> str:
    index = count()
    rows = []
    for line in caption.lines:
        row = ""
        for word, space in zip(line.words, line.glue, strict=True):
            text = escape_vtt(display_text(word.text, look))
            row += f"<c.{classes}>{text}</c>{space}" if next(index) == lit else text + space
        rows.append(row)
    return "\n".join(rows)


def _style(look: Look) -> str:
    back = look.back_colour if look.box else UNSEEN
    weight = css_weight(look.font, look.bold)
    rules = [
        f"color: {_css(look.secondary)};",
        f"background-color: {_css(back)};",
        f"font-family: {_families(look)}, sans-serif;",
        *([f"font-weight: {weight};"] if weight != NORMAL_WEIGHT else []),
        *(["font-style: italic;"] if look.italic else []),
        *([] if look.box else [f"text-shadow: {', '.join(_shadows(look))};"]),
    ]
    cue = ["::cue {", *(f"  {rule}" for rule in rules), "}"]
    lit = [f"  color: {_css(look.primary)};"]
    if look.word_box.opacity:
        lit.append(f"  background-color: {_css(look.word_box)};")
    now = ["::cue(.now) {", *lit, "}"]
    return "\n".join(["STYLE", *cue, *now])


def _families(look: Look) -> str:
    return ", ".join(f'"{family}"' for family in css_families(look.font))


def _shadows(look: Look) -> Iterator[str]:
    """The outline as shadows in four directions, because a cue has no stroke."""
    width_em = f"{look.outline / look.em:.3f}em"
    for x, y in (("-", "-"), ("-", ""), ("", "-"), ("", "")):
        yield f"{x}{width_em} {y}{width_em} 0 {_css(look.outline_colour)}"


def _css(colour: Colour) -> str:
    return f"rgba({colour.red}, {colour.green}, {colour.blue}, {colour.opacity / 255:.3g})"


def _nearest_class(colour: Colour) -> str:
    def distance(name: str) -> int:
        red, green, blue = _COLOUR_CLASSES[name]
        return (colour.red - red) ** 2 + (colour.green - green) ** 2 + (colour.blue - blue) ** 2

    return min(_COLOUR_CLASSES, key=distance)


def _place(n_rows: int, look: Look, canvas: Canvas) -> str:
    """The cue's settings. ``line`` counts rows, because Chrome shifts a box placed in percent."""
    area = text_area(look, canvas)
    n_on_screen = canvas.height / (ROW_SHARE * min(canvas.width, canvas.height))
    n_free = round(area.top / 100 * n_on_screen)
    lines = (-1 - n_free, max(0, round((n_on_screen - n_rows) / 2)), n_free)
    anchors = ((area.left, "left"), ((area.left + area.right) / 2, "center"), (area.right, "right"))
    row, column = divmod(look.alignment - 1, 3)
    position, align = anchors[column]
    width = area.right - area.left
    return f"line:{lines[row]} position:{position:g}% size:{width:g}% align:{align}"
