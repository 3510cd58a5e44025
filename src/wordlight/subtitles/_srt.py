"""SubRip. Written here: pysubs2 takes text for ASS and drops what stands in braces."""

from __future__ import annotations

from collections.abc import Iterable

from wordlight.subtitles._caption import Caption
from wordlight.subtitles._clock import clock
from wordlight.subtitles._escaping import escape_srt


def write_srt(captions: Iterable[Caption]) -> str:
    """The captions as an SRT file; empty if there is none."""
    return "\n".join(_cue(index, caption) for index, caption in enumerate(captions, start=1))


def _cue(index: int, caption: Caption) -> str:
    times = f"{clock(caption.start_ms, ',')} --> {clock(caption.end_ms, ',')}"
    text = "\n".join(escape_srt(line.text) for line in caption.lines)
    return f"{index}\n{times}\n{text}\n"
