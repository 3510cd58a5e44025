"""A server's answers as typed objects, which are saved under the same file names everywhere."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.audio import Clip, write_wav
from wordlight.contract import REPORT_FILE, SUBTITLE_FORMATS, SubtitleTexts
from wordlight.words import Origin, Word, check_words

Folder = str | os.PathLike[str]
Fields = Mapping[str, Any]
"""The decoded outputs of one answer, by ``TensorSpec.field``."""

SPEECH_FILE = "speech.wav"
WORDS_FILE = "words.json"


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """A spoken text; ``chunk_starts_s`` are the starts of the pieces it was spoken in."""

    clip: Clip
    chunk_starts_s: tuple[float, ...]

    @classmethod
    def of(cls, fields: Fields) -> Speech:
        """The speech in decoded outputs."""
        starts_s = tuple(float(start) for start in fields["chunk_starts"])
        return cls(_clip(fields), starts_s)

    def save(self, folder: Folder) -> list[Path]:
        """Writes ``speech.wav``. Returns its path in a list."""
        path = _made(folder) / SPEECH_FILE
        write_wav(path, self.clip)
        return [path]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Every word of a recording with its time; ``text`` and ``language`` are given or recognised.

    A word of the script that nobody says is ``Origin.UNSPOKEN``; its time is one in which it can be
    read. ``other_speech_s`` has the start and end of each stretch of speech outside the script, in
    seconds and in order.
    """

    words: tuple[Word, ...]
    text: str
    language: str
    other_speech_s: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, fields: Fields) -> Alignment:
        """The alignment in decoded outputs.

        Raises:
            ValueError: The lists differ in length, or an origin is unknown.
            WordTimeInvalid, WordsOverlap: The words' times are invalid.
        """
        words, others_s = timed_words(fields, _speakers(fields)), other_speech_s(fields)
        return cls(words, fields["spoken_text"], fields["spoken_language"], others_s)

    @classmethod
    def load(cls, folder: Folder) -> Alignment:
        """The alignment that ``save`` wrote into this folder."""
        saved = json.loads((Path(folder) / WORDS_FILE).read_text("utf-8"))
        words = tuple(map(_word, saved["words"]))
        others_s = tuple((o["start"], o["end"]) for o in saved.get("other_speech", ()))
        return cls(words, saved["text"], saved["language"], others_s)

    @property
    def n_untimed(self) -> int:
        """The number of spoken words without a time at which they can be shown."""
        spoken = (word for word in self.words if word.origin is not Origin.UNSPOKEN)
        return sum(not _is_timed(word) for word in spoken)

    def save(self, folder: Folder) -> list[Path]:
        """Writes ``words.json``: the words in order, the whole text and its language.

        Speech outside the script is listed too, if there is any. Returns the path in a list.
        """
        saved = {
            "language": self.language,
            "text": self.text,
            "words": [_word_record(word) for word in self.words],
        }
        if self.other_speech_s:
            saved["other_speech"] = [
                {"start": round(start_s, 6), "end": round(end_s, 6)}
                for start_s, end_s in self.other_speech_s
            ]
        path = _made(folder) / WORDS_FILE
        return [_write(path, json.dumps(saved, ensure_ascii=False, indent=1) + "\n")]


@dataclass(frozen=True, slots=True)
class Subtitles(SubtitleTexts):
    """The captions in every format, and the report on captions that miss a limit.

    The text in a format is the field of that name: ``subtitles.ass``, ``subtitles.vtt_highlight``.
    """

    report: Mapping[str, Any]

    @classmethod
    def of(cls, fields: Fields) -> Subtitles:
        """The subtitles in decoded outputs.

        Raises:
            ValueError: The report is not a JSON object.
        """
        texts = {each.name: fields[each.name] for each in SUBTITLE_FORMATS}
        return cls(**texts, report=_report(fields))

    def save(self, folder: Folder) -> list[Path]:
        """Writes the subtitles in every format (``subtitles.ass``, …) and ``report.json``.

        Returns the paths.
        """
        base = _made(folder)
        paths = [_write(base / each.file, getattr(self, each.name)) for each in SUBTITLE_FORMATS]
        report = json.dumps(self.report, ensure_ascii=False, indent=2) + "\n"
        return [*paths, _write(base / REPORT_FILE, report)]


@dataclass(frozen=True, slots=True)
class Captioning:
    """A recording's words and subtitles."""

    alignment: Alignment
    subtitles: Subtitles

    @classmethod
    def of(cls, fields: Fields) -> Captioning:
        """The captioning in decoded outputs."""
        return cls(Alignment.of(fields), Subtitles.of(fields))

    @property
    def words(self) -> tuple[Word, ...]:
        """The words, timed."""
        return self.alignment.words

    def save(self, folder: Folder) -> list[Path]:
        """Writes the words, the subtitles and the report; returns the paths."""
        return _saved((self.alignment, self.subtitles), folder)


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that the server put into a bucket, and the URL at which it can be fetched."""

    name: str
    url: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A published narration: its files, its timed words, and the report on its subtitles."""

    files: tuple[PublishedFile, ...]
    alignment: Alignment
    report: Mapping[str, Any]

    @classmethod
    def of(cls, fields: Fields) -> Publication:
        """The publication in decoded outputs.

        Raises:
            ValueError: The lists differ in length, or the report is not a JSON object.
        """
        columns = (fields["files"], fields["urls"], (int(size) for size in fields["sizes"]))
        files = tuple(PublishedFile(*row) for row in zip(*columns, strict=True))
        return cls(files, Alignment.of(fields), _report(fields))

    @property
    def words(self) -> tuple[Word, ...]:
        """The script's words, timed."""
        return self.alignment.words


@dataclass(frozen=True, slots=True, eq=False)
class Narration:
    """A script spoken, timed and subtitled."""

    speech: Speech
    alignment: Alignment
    subtitles: Subtitles

    @classmethod
    def of(cls, fields: Fields) -> Narration:
        """The narration in decoded outputs."""
        return cls(Speech.of(fields), Alignment.of(fields), Subtitles.of(fields))

    @property
    def clip(self) -> Clip:
        """The audio."""
        return self.speech.clip

    @property
    def words(self) -> tuple[Word, ...]:
        """The script's words, timed."""
        return self.alignment.words

    def save(self, folder: Folder) -> list[Path]:
        """Writes the audio, the words, the subtitles and the report; returns the paths."""
        return _saved((self.speech, self.alignment, self.subtitles), folder)


def timed_words(fields: Fields, speakers: Sequence[str]) -> tuple[Word, ...]:
    """The words in decoded outputs.

    Raises:
        ValueError: The lists differ in length, or an origin is unknown.
        WordTimeInvalid, WordsOverlap: The words' times are invalid.
    """
    columns = (fields[name] for name in ("words", "starts", "ends", "scores", "origins"))
    words = tuple(
        Word(text, float(start_s), float(end_s), float(score), Origin(origin), speaker)
        for text, start_s, end_s, score, origin, speaker in zip(*columns, speakers, strict=True)
    )
    check_words(words)
    return words


def other_speech_s(fields: Fields) -> tuple[tuple[float, float], ...]:
    """Start and end of each stretch of speech outside the script, in seconds."""
    edges_s = (map(float, fields[name]) for name in ("other_starts", "other_ends"))
    return tuple(zip(*edges_s, strict=True))


def _saved(parts: Iterable[Speech | Alignment | Subtitles], folder: Folder) -> list[Path]:
    return [path for part in parts for path in part.save(folder)]


def _report(fields: Fields) -> Mapping[str, Any]:
    report = json.loads(fields["report"])
    if not isinstance(report, dict):
        raise ValueError("the report is not a JSON object")
    return report


def _clip(fields: Fields) -> Clip:
    return Clip(fields["audio"], fields["sample_rate"])


def _speakers(fields: Fields) -> list[str]:
    """The speaker of each word; the answers of a stream have the speakers in READING."""
    if "reading" not in fields:
        return list(fields.get("spoken_by", [""] * len(fields["words"])))
    return [word.get("speaker", "") for word in json.loads(fields["reading"])["words"]]


def _is_timed(word: Word) -> bool:
    return math.isfinite(word.start_s) and math.isfinite(word.end_s) and word.duration_s > 0


def _word_record(word: Word) -> dict[str, str | float]:
    record: dict[str, str | float] = {
        "text": word.text,
        "start": round(word.start_s, 6),
        "end": round(word.end_s, 6),
        "score": round(word.score, 4),
        "origin": str(word.origin),
    }
    return record | ({"speaker": word.speaker} if word.speaker else {})


def _word(record: Mapping[str, Any]) -> Word:
    text, start_s, end_s, score = (record[key] for key in ("text", "start", "end", "score"))
    return Word(text, start_s, end_s, score, Origin(record["origin"]), record.get("speaker", ""))


def _made(folder: Folder) -> Path:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())  # bytes: line ends and BOM stay as the server set them
    return path
