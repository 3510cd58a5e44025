"""The subtitle model: typed calls in, files out, one bad call never in another's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wordlight.errors import WordlightError
from wordlight.subtitles._call import SubtitleCall, speakers_of
from wordlight.subtitles._files import SubtitleAnswer, write_files
from wordlight.subtitles._given import language_of, reading_of, words_of
from wordlight.subtitles._settled import settle
from wordlight.subtitles.typefaces import FACES, Faces


@dataclass(frozen=True, slots=True)
class SubtitleEngine:
    """Sets and writes subtitles, measured in ``faces``. Safe to share."""

    faces: Faces = FACES

    @classmethod
    def load(cls) -> SubtitleEngine:
        """An engine that has written a file once, so that a missing library shows now.

        Text is also measured in the fonts of the folders that ``WORDLIGHT_FONTS`` names.
        """
        from wordlight.reading import Reading, ReadWord

        engine = cls(Faces.of())
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
        settled = settle(call, language_of(call, reading), speakers_of(words), self.faces)
        warnings = reading.warnings if reading else ()
        return write_files(words, settled, call.duration, warnings)
