"""Enhanced LRC lyrics, with a time before each line, and a time before and after each word.

There is no standard. This form is that of the samples of the A2 player, which other players
adopted: ``[mm:ss.xx]<mm:ss.xx>word <mm:ss.xx>word<mm:ss.xx>``. The last time is the end of the
line.
"""

from __future__ import annotations

from wordlight.subtitles._caption import Line
from wordlight.subtitles._clock import to_cs, to_ms
from wordlight.subtitles.formats._escaping import escape_lrc
from wordlight.subtitles.formats._presentation import Presentation

SILENCE_CS = 100
"""A line stays until the next one. If at least this much silence follows, an empty line clears
it."""


def write(presentation: Presentation) -> str:
    """The captions as an LRC file. Times never go back, and no two lines have the same time."""
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
    """The text of the line, which starts at ``start_cs``, and the latest time in it."""
    now_cs = start_cs
    row = f"[{_time(start_cs)}]"
    for word, space in zip(line.words, line.glue, strict=True):
        now_cs = max(now_cs, to_cs(to_ms(word.start_s)))
        row += f"<{_time(now_cs)}>{escape_lrc(word.text)}{space}"
    now_cs = max(now_cs, to_cs(to_ms(line.words[-1].end_s)))
    return f"{row}<{_time(now_cs)}>", now_cs


def _time(time_cs: int) -> str:
    """The time as ``mm:ss.xx``. Minutes above 99 get a third digit."""
    minutes, cs = divmod(time_cs, 6000)
    return f"{minutes:02d}:{cs // 100:02d}.{cs % 100:02d}"
