"""The subtitle model: typed calls in, files out, one bad call never in another's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import InvalidInput, OutOfRange, TooLong, WordlightError
from wordlight.subtitles._ass import write_ass
from wordlight.subtitles._captions_json import write_json
from wordlight.subtitles._clock import LATEST_S
from wordlight.subtitles._layout import Layout, clean, set_captions
from wordlight.subtitles._limits import read_limits
from wordlight.subtitles._look import Canvas, compose_look
from wordlight.subtitles._lrc import write_lrc
from wordlight.subtitles._report import report
from wordlight.subtitles._srt import write_srt
from wordlight.subtitles._style import read_style
from wordlight.subtitles._timing import end_with
from wordlight.subtitles._ttml import write_ttml
from wordlight.subtitles._vtt import write_vtt
from wordlight.subtitles._vtt_highlight import write_vtt_highlight
from wordlight.words import Word, check_words

LONGEST_SPEAKER = 64
"""Characters of a speaker's name."""


@dataclass(frozen=True, slots=True)
class SubtitleCall:
    """One request: the fields are the contract's inputs; None is the default.

    ``starts`` and ``ends`` are (n_words,) seconds from the first sample of the clip, which lasts
    ``duration`` seconds if that is known; ``speakers`` are (n_words,) names.
    """

    words: list[str]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    scores: NDArray[np.float32] | None = None
    mode: str | None = None
    profile: str | None = None
    limits: str | None = None
    karaoke: str | None = None
    preset: str | None = None
    style: str | None = None
    width: int | None = None
    height: int | None = None
    language: str | None = None
    duration: float | None = None
    speakers: list[str] | None = None


@dataclass(frozen=True, slots=True)
class SubtitleAnswer:
    """The captions in every format, and a JSON report, as text."""

    ass: str
    srt: str
    vtt: str
    vtt_highlight: str
    ttml: str
    json: str
    lrc: str
    report: str


class SubtitleEngine:
    """Sets and writes subtitles. Holds nothing; safe to share."""

    @classmethod
    def load(cls) -> SubtitleEngine:
        """An engine that has written a file once, so that a missing library shows now."""
        engine = cls()
        engine.answer(SubtitleCall(["ready"], np.zeros(1), np.ones(1)))
        return engine

    def run(self, calls: Sequence[SubtitleCall]) -> list[SubtitleAnswer | WordlightError]:
        """Each call's answer, or its error in its place."""
        answers: list[SubtitleAnswer | WordlightError] = []
        for call in calls:
            try:
                answers.append(self.answer(call))
            except WordlightError as error:
                answers.append(error)
        return answers

    def answer(self, call: SubtitleCall) -> SubtitleAnswer:
        """One call's files.

        Raises:
            InvalidInput: A field cannot be; see `wordlight.errors` for the leaves.
        """
        karaoke = call.karaoke or "kf"
        words = _words(call)
        canvas = Canvas(_or(call.width, 1920), _or(call.height, 1080))
        layout = Layout.of(
            call.mode or "sentence",
            call.language or "en",
            call.profile or "netflix",
            read_limits(call.limits),
        )
        style = read_style(call.style)
        preset = call.preset or "classic"
        look = compose_look(preset, style, canvas, layout.language, karaoke, layout.mode)
        layout = layout.narrowed(look.line_characters(canvas))
        captions = set_captions(words, layout)
        if call.duration is not None:
            captions = end_with(captions, call.duration)
        language = layout.language
        lights_up = karaoke != "none"
        return SubtitleAnswer(
            ass=write_ass(captions, look, canvas, karaoke, language.is_right_to_left, layout.mode),
            srt=write_srt(captions),
            vtt=write_vtt(captions),
            vtt_highlight=write_vtt_highlight(captions, look, canvas, lights_up),
            ttml=write_ttml(captions, look, canvas, language, lights_up),
            json=write_json(captions, language),
            lrc=write_lrc(captions, language),
            report=report(captions, layout, words, look, canvas),
        )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _words(call: SubtitleCall) -> list[Word]:
    n = len(call.words)
    scores = np.ones(n, dtype=np.float32) if call.scores is None else call.scores
    for field, array in (("STARTS", call.starts), ("ENDS", call.ends), ("SCORES", scores)):
        if len(array) != n:
            raise InvalidInput(field, f"has {len(array)} elements; WORDS has {n}")
    speakers = _speakers(call)
    timed = zip(call.words, call.starts.tolist(), call.ends.tolist(), scores.tolist(), strict=True)
    words = [
        Word(*fields, speaker=speaker) for fields, speaker in zip(timed, speakers, strict=True)
    ]
    check_words(words)
    if words and words[-1].end_s > LATEST_S:
        raise OutOfRange("ENDS", words[-1].end_s, 0.0, LATEST_S, "s")
    return words


def _speakers(call: SubtitleCall) -> list[str]:
    """Who says each word, in one line each; empty where nobody is named."""
    if call.speakers is None:
        return [""] * len(call.words)
    if len(call.speakers) != len(call.words):
        n, expected = len(call.speakers), len(call.words)
        raise InvalidInput("SPEAKERS", f"has {n} elements; WORDS has {expected}")
    names = {name: clean(name) for name in set(call.speakers)}
    longest = max(map(len, names.values()), default=0)
    if longest > LONGEST_SPEAKER:
        raise TooLong("SPEAKERS", longest, LONGEST_SPEAKER, "characters in a name")
    return [names[name] for name in call.speakers]
