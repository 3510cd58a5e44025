"""SubRip. pysubs2 is not used: it takes text for ASS and drops what stands in braces."""

from __future__ import annotations

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import clock
from wordlight.subtitles.formats._escaping import escape_srt
from wordlight.subtitles.formats._presentation import Presentation


def write(presentation: Presentation) -> str:
    """The captions as an SRT file; an empty text if there are none."""
    return "\n".join(_cue(number, one) for number, one in enumerate(presentation.captions, start=1))


def _cue(number: int, caption: Caption) -> str:
    times = f"{clock(caption.start_ms, ',')} --> {clock(caption.end_ms, ',')}"
    text = "\n".join(escape_srt(line.text) for line in caption.lines)
    return f"{number}\n{times}\n{text}\n"
