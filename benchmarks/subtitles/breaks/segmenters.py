"""Segmenters, which set timed words as captions: ours, and others as they are documented.

Each is a function of the words and the language. None knows where the reference breaks.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from breaks.corpus import Shown, ends_sentence
from wordlight.subtitles import Caption, Layout, set_captions
from wordlight.words import Word

Segmenter = Callable[[Sequence[Word], str], list[Shown]]


def ours(words: Sequence[Word], language: str) -> list[Shown]:
    """Wordlight's captions, with default settings."""
    return shown(set_captions(words, Layout.of(language=language)))


def shown(captions: Sequence[Caption]) -> list[Shown]:
    """Our captions in the form that the scores take."""
    return [
        Shown(
            tuple(tuple(word.text for word in line.words) for line in caption.lines),
            caption.start_ms / 1000,
            caption.end_ms / 1000,
        )
        for caption in captions
    ]


def greedy(line_characters: int) -> Segmenter:
    """Fills lines to the limit, two per caption. Each sentence starts a new caption."""

    def segment(words: Sequence[Word], language: str) -> list[Shown]:
        return [
            _shown(lines[k : k + 2])
            for sentence in _sentences(words)
            for lines in [_fill(sentence, line_characters)]
            for k in range(0, len(lines), 2)
        ]

    return segment


def whisperx(line_characters: int, shortest_part: int) -> Segmenter:
    """WhisperX's ``SubtitlesProcessor`` on sentences, as its alignment passes them on.

    It does not break lines: each of its captions has one.
    """
    processor = importlib.import_module("whisperx.SubtitlesProcessor").SubtitlesProcessor

    def segment(words: Sequence[Word], language: str) -> list[Shown]:
        segments = [
            {
                "start": sentence[0].start_s,
                "end": sentence[-1].end_s,
                "text": " ".join(word.text for word in sentence),
                "words": [
                    {"word": word.text, "start": word.start_s, "end": word.end_s}
                    for word in sentence
                ],
            }
            for sentence in _sentences(words)
        ]
        captions = processor(segments, language, line_characters, shortest_part).process_segments()
        texts = iter(word.text for word in words)
        return [
            Shown((_take(texts, caption["text"]),), caption["start"], caption["end"])
            for caption in captions
        ]

    return segment


def stable_ts(regroup: str | bool, *steps: tuple[str, dict[str, Any]]) -> Segmenter:
    """stable-ts's regrouping of the words, followed by ``steps``, each a method and its arguments.

    Raises:
        ModuleNotFoundError: stable-ts is not on the path.
    """
    results = _stable_ts_results()

    def segment(words: Sequence[Word], language: str) -> list[Shown]:
        spoken = [{"word": f" {w.text}", "start": w.start_s, "end": w.end_s} for w in words]
        result = results.WhisperResult([spoken])
        result.regroup(regroup)
        for method, arguments in steps:
            getattr(result, method)(**arguments)
        texts = iter(word.text for word in words)
        return [
            Shown(
                tuple(_take(texts, line) for line in part.text.strip().split("\n")),
                part.start,
                part.end,
            )
            for part in result.segments
        ]

    return segment


def _stable_ts_results() -> ModuleType:
    """``stable_whisper.result`` alone. Importing the package would require Whisper's models."""
    if "stable_whisper" not in sys.modules:
        found = importlib.util.find_spec("stable_whisper")
        if found is None or found.submodule_search_locations is None:
            raise ModuleNotFoundError("stable-ts", name="stable_whisper")
        package = ModuleType("stable_whisper")
        package.__path__ = list(found.submodule_search_locations)
        sys.modules["stable_whisper"] = package
    return importlib.import_module("stable_whisper.result")


def _take(texts: Iterator[str], line: str) -> tuple[str, ...]:
    """The next words, as many as the line holds. A word may contain spaces."""
    taken: list[str] = []
    n_left = len(line.split())
    while n_left > 0:
        taken.append(next(texts))
        n_left -= len(taken[-1].split())
    return tuple(taken)


def _sentences(words: Sequence[Word]) -> list[list[Word]]:
    sentences: list[list[Word]] = [[]]
    for word in words:
        sentences[-1].append(word)
        if ends_sentence(word.text):
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _fill(words: Sequence[Word], line_characters: int) -> list[list[Word]]:
    lines: list[list[Word]] = []
    room = -1
    for word in words:
        if len(word.text) + 1 > room:
            lines.append([])
            room = line_characters + 1
        lines[-1].append(word)
        room -= len(word.text) + 1
    return lines


def _shown(lines: Sequence[Sequence[Word]]) -> Shown:
    texts = tuple(tuple(word.text for word in line) for line in lines)
    return Shown(texts, lines[0][0].start_s, lines[-1][-1].end_s)
