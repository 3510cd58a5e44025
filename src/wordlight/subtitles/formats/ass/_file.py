r"""Writes an ASS file: the header with the ``ass`` library, and a row for each event.

The library validates nothing, so it only gets final values. The events are written without the
library, which would be too slow: a file with an event for each word has tens of thousands of them.
"""

from __future__ import annotations

import io
import re
from typing import Any

from wordlight.contract import Colour
from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import clock_cs
from wordlight.subtitles.formats._presentation import Presentation
from wordlight.subtitles.formats.ass._events import Event, set_events
from wordlight.subtitles.looks import Canvas, Look

_OUTLINED = 1
"""The border style without a box. Boxes are drawn as shapes, because an ASS box has another width
for each line."""
_NOT_IN_FIELDS = re.compile(r"[,\x00-\x1f]")
_WHOLE_TEXT = -1
"""The encoding that makes libass lay a line out as a whole. With others, libass lays out each piece
between two tags as a separate line, and Hebrew words in an English line change places."""


def write(presentation: Presentation) -> str:
    """The captions as an ASS file."""
    return header(presentation.look, presentation.canvas) + events(presentation)


def header(look: Look, canvas: Canvas) -> str:
    """The ASS file up to its first event."""
    import ass

    document = _new_document(ass, canvas)
    glows = any(one.glow and not one.box for one in look.looks)
    drawn = [look.halo(), look] if glows else [look]
    styles = [style for one in drawn for style in one.looks]
    document.styles.extend(_style(ass, style) for style in styles)
    file = io.StringIO()
    document.dump_file(file)
    return file.getvalue()


def events(presentation: Presentation, former: Caption | None = None) -> str:
    r"""The captions as events of an ASS file. ``former`` is the caption before the first one.

    A caption's events depend only on that caption and on the one before it, and they are
    contiguous. So the events of successive parts of a text, joined, equal the events of the whole
    text. Right to left, ``\kf`` becomes ``\k``, because a sweep would run against the reading
    direction.
    """
    look, tag = presentation.look, presentation.karaoke
    if tag == "kf" and look.is_right_to_left:
        tag = "k"
    found = set_events(
        presentation.captions, look, presentation.canvas, presentation.mode, tag, former
    )
    return "".join(map(_dialogue, found))


def _new_document(ass: Any, canvas: Canvas) -> Any:
    document = ass.Document()
    document.info.update(
        {
            "Title": "Wordlight",
            "ScriptType": "v4.00+",
            "PlayResX": canvas.width,
            "PlayResY": canvas.height,
            "WrapStyle": 2,
            "ScaledBorderAndShadow": "yes",
            "Kerning": "yes",  # HarfBuzz measured with kerning
            "YCbCr Matrix": "None",
        }
    )
    return document


def _dialogue(event: Event) -> str:
    start, end = clock_cs(event.start_cs), clock_cs(event.end_cs)
    name = _NOT_IN_FIELDS.sub(" ", event.speaker)
    return f"Dialogue: {event.layer},{start},{end},{event.style},{name},0,0,0,,{event.text}\n"


def _style(ass: Any, look: Look) -> Any:
    def colour(of: Colour) -> Any:
        return ass.data.Color(of.red, of.green, of.blue, 255 - of.opacity)

    return ass.Style(
        name=look.name,
        fontname=look.font,
        fontsize=float(look.size),
        primary_color=colour(look.primary),
        secondary_color=colour(look.secondary),
        outline_color=colour(look.outline_colour),
        back_color=colour(look.back_colour),
        bold=look.bold,
        italic=look.italic,
        spacing=max(0.0, float(look.spacing)),
        border_style=_OUTLINED,
        outline=float(look.letter_outline),
        shadow=0.0 if look.box else float(look.shadow),
        alignment=look.alignment,
        margin_l=look.margin_l,
        margin_r=look.margin_r,
        margin_v=look.margin_v,
        encoding=_WHOLE_TEXT,
    )
