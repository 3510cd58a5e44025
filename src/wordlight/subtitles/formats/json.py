"""Writes captions and words as JSON, for programs. ``docs/formats.md`` describes every key."""

from __future__ import annotations

import json
from typing import Any

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles.formats._presentation import Presentation
from wordlight.words import Word

FORMAT, VERSION = "wordlight.captions", 1
"""The version stays if a key is added. It rises if a key disappears or changes its meaning."""


def write(presentation: Presentation) -> str:
    """The captions as one JSON object, times in seconds from the clip's first sample."""
    language = presentation.language
    content = {
        "format": FORMAT,
        "version": VERSION,
        "language": language.code,
        "direction": "rtl" if language.is_right_to_left else "ltr",
        "captions": [_caption_record(caption) for caption in presentation.captions],
    }
    return json.dumps(content, ensure_ascii=False)


def _caption_record(caption: Caption) -> dict[str, Any]:
    return {
        "start": caption.start_ms / 1000,
        "end": caption.end_ms / 1000,
        "lines": [line.text for line in caption.lines],
        "words": [
            _word_record(word, row, space)
            for row, line in enumerate(caption.lines)
            for word, space in zip(line.words, (*line.glue[:-1], None), strict=True)
        ],
    }


def _word_record(word: Word, row: int, space: str | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "text": word.text,
        "start": round(word.start_s, 6),
        "end": round(word.end_s, 6),
        "score": round(word.score, 4),
        "line": row,
    }
    if space == "":
        record["glue"] = ""
    if word.speaker:
        record["speaker"] = word.speaker
    if not is_spoken(word):
        record["unspoken"] = True
    return record
