"""Writes the words of a request as files in every format, and the report on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wordlight.contract import SUBTITLE_FORMATS, SubtitleTexts
from wordlight.subtitles._layout import set_captions
from wordlight.subtitles._report import report
from wordlight.subtitles._settled import Settled
from wordlight.subtitles.formats import write
from wordlight.words import Word


@dataclass(frozen=True, slots=True)
class SubtitleAnswer(SubtitleTexts):
    """The text of the captions in every format, and of the JSON report."""

    report: str


def write_files(
    words: Sequence[Word],
    settled: Settled,
    duration_s: float | None = None,
    warnings: Sequence[str] = (),
) -> SubtitleAnswer:
    """The files of these words. ``warnings`` come from the reading of the words."""
    captions = set_captions(words, settled.layout, duration_s)
    shown = settled.present(captions)
    texts = {each.name: write(each.name, shown) for each in SUBTITLE_FORMATS}
    told = report(captions, settled.layout, words, settled.look, settled.canvas, warnings)
    return SubtitleAnswer(**texts, report=told)
