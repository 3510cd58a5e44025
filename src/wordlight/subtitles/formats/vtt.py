"""WebVTT with the time of every word inside its cue, as a page or a program wants it.

Each word is an element of its own after its time, so that ``::cue(c:past)`` and
``::cue(c:future)`` style it. `vtt_highlight` brings its colours along.
"""

from __future__ import annotations

from collections.abc import Iterable

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._clock import clock, to_ms
from wordlight.subtitles.formats._escaping import escape_vtt
from wordlight.subtitles.formats._presentation import Presentation

HEADER = "WEBVTT\n"


def write(presentation: Presentation) -> str:
    """The captions as a WebVTT file; only its header if there is none."""
    return HEADER + cues(presentation.captions)


def cues(captions: Iterable[Caption]) -> str:
    """Those captions as they stand in a WebVTT file, a blank line before each."""
    return "".join("\n" + _cue(caption) for caption in captions)


def _cue(caption: Caption) -> str:
    """One cue, in its speaker's voice.

    Times inside must grow and lie inside it; a word that would break that gets none, nor does one
    that nobody says.
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
