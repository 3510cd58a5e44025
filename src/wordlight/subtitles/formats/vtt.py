"""WebVTT with the time of every word inside its cue, for web pages and programs.

Each word is an element after its time, so that ``::cue(c:past)`` and ``::cue(c:future)`` can style
it. `vtt_highlight` writes colours as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._clock import clock, to_ms
from wordlight.subtitles.formats._escaping import escape_vtt
from wordlight.subtitles.formats._presentation import Presentation

HEADER = "WEBVTT\n"


def write(presentation: Presentation) -> str:
    """The captions as a WebVTT file; only the header if there are none."""
    return HEADER + cues(presentation.captions)


def cues(captions: Iterable[Caption]) -> str:
    """The captions as cues of a WebVTT file, with a blank line before each."""
    return "".join("\n" + _cue(caption) for caption in captions)


def _cue(caption: Caption) -> str:
    """One cue, in its speaker's voice.

    Times inside a cue must increase and lie within it. A word whose time would break this rule has
    no time; neither has an unspoken word.
    """
    now_ms = caption.start_ms
    rows = []
    for line in caption.lines:
        row = ""
        for word, space in zip(line.words, line.glue, strict=True):
            onset_ms = to_ms(word.start_s)
            if is_spoken(word) and now_ms < onset_ms < caption.end_ms:
                row += f"<{clock(onset_ms)}>"
                now_ms = onset_ms
            row += f"<c>{escape_vtt(word.text)}</c>{space}"
        rows.append(row)
    if caption.speaker:
        rows[0] = f"<v {escape_vtt(caption.speaker)}>{rows[0]}"
    times = f"{clock(caption.start_ms)} --> {clock(caption.end_ms)}"
    return "\n".join([times, *rows, ""])
