"""The subtitle model: typed calls in, files out, one bad call never in another's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wordlight.errors import WordlightError
from wordlight.subtitles._ass import write_ass
from wordlight.subtitles._call import SubtitleCall, reading_of, speakers_of, words_of
from wordlight.subtitles._captions_json import write_json
from wordlight.subtitles._faces import fonts_from_environment
from wordlight.subtitles._layout import set_captions
from wordlight.subtitles._lrc import write_lrc
from wordlight.subtitles._report import report
from wordlight.subtitles._settled import language_of, settle
from wordlight.subtitles._srt import write_srt
from wordlight.subtitles._ttml import write_ttml
from wordlight.subtitles._vtt import write_vtt
from wordlight.subtitles._vtt_highlight import write_vtt_highlight


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
        """An engine that has written a file once, so that a missing library shows now.

        Text is also measured in the fonts of the folders that ``WORDLIGHT_FONTS`` names.
        """
        from wordlight.reading import Reading, ReadWord

        fonts_from_environment()
        engine = cls()
        reading = Reading((ReadWord("ready", ("ready",), 0),)).to_json()
        engine.answer(SubtitleCall(["ready"], np.zeros(1), np.ones(1), reading=reading))
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
        reading = reading_of(call)
        words = words_of(call, reading)
        settled = settle(call, language_of(call, reading), speakers_of(words))
        canvas, layout, look = settled.canvas, settled.layout, settled.look
        captions = set_captions(words, layout, call.duration)
        language = layout.language
        karaoke = settled.karaoke
        lights_up = karaoke != "none"
        warnings = reading.warnings if reading else ()
        return SubtitleAnswer(
            ass=write_ass(captions, look, canvas, karaoke, language.is_right_to_left, layout.mode),
            srt=write_srt(captions),
            vtt=write_vtt(captions),
            vtt_highlight=write_vtt_highlight(captions, look, canvas, lights_up),
            ttml=write_ttml(captions, look, canvas, language, lights_up),
            json=write_json(captions, language),
            lrc=write_lrc(captions, language),
            report=report(captions, layout, words, look, canvas, warnings),
        )
