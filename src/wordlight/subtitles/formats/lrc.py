"""Lyrics in enhanced LRC: a time before every line, and one before and after every word.

No body keeps a standard. The form is that of the A2 player's own samples, which others took up:
``[mm:ss.xx]<mm:ss.xx>word <mm:ss.xx>word<mm:ss.xx>``, the last time being the line's end.
"""

from __future__ import annotations

from wordlight.subtitles._caption import Line
from wordlight.subtitles._clock import to_cs, to_ms
from wordlight.subtitles.formats._escaping import escape_lrc
from wordlight.subtitles.formats._presentation import Presentation

SILENCE_CS = 100
"""A line stays until the next one; before this much silence an empty one clears it."""


def write(presentation: Presentation) -> str:
    """The captions as an LRC file; times never go back, and no two lines share one."""
    captions, language = presentation.captions, presentation.language
    head = ["[re:Wordlight]"]
    if language.tag:
        head.append(f"[la:{language.tag}]")
    if not captions:
        return "\n".join([*head, ""])
    minutes, seconds = divmod(-(-captions[-1].end_ms // 1000), 60)
    head.append(f"[length:{minutes:02d}:{seconds:02d}]")
    rows: list[str] = []
    row_cs = now_cs = -1
    for caption, following in zip(captions, [*captions[1:], None], strict=True):
        for line in caption.lines:
            row_cs = max(row_cs + 1, now_cs, caption.start_cs, to_cs(to_ms(line.words[0].start_s)))
            row, now_cs = _row(line, row_cs)
            rows.append(row)
        end_cs = max(row_cs + 1, now_cs, caption.end_cs)
        if following is None or following.start_cs - end_cs >= SILENCE_CS:
            rows.append(f"[{_time(end_cs)}]")
            row_cs = now_cs = end_cs
    return "\n".join([*head, *rows, ""])


def _row(line: Line, start_cs: int) -> tuple[str, int]:
    """The line as written, from ``start_cs`` on, and its latest time."""
    now_cs = start_cs
    row = f"[{_time(start_cs)}]"
    for word, space in zip(line.words, line.glue, strict=True):
        now_cs = max(now_cs, to_cs(to_ms(word.start_s)))
        row += f"<{_time(now_cs)}>{escape_lrc(word.text)}{space}"
    now_cs = max(now_cs, to_cs(to_ms(line.words[-1].end_s)))
    return f"{row}<{_time(now_cs)}>", now_cs


def _time(time_cs: int) -> str:
    """``mm:ss.xx``; the minutes go past 99 where they must."""
    minutes, cs = divmod(time_cs, 6000)
    return f"{minutes:02d}:{cs // 100:02d}.{cs % 100:02d}"
