"""The engine of the model `subtitles` turns calls into files. An invalid call affects no other."""

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
    """Sets captions and writes them as files. ``faces`` measure the text. Threads may share it."""

    faces: Faces = FACES

    @classmethod
    def load(cls) -> SubtitleEngine:
        """An engine that has already written one file, so that a missing library fails at start-up.

        The engine also measures text in the fonts of the folders that ``WORDLIGHT_FONTS`` names.
        """
        from wordlight.reading import Reading, ReadWord

        engine = cls(Faces.of())
        reading = Reading((ReadWord("ready", ("ready",), 0),)).to_json()
        engine.answer(SubtitleCall(["ready"], np.zeros(1), np.ones(1), reading=reading))
        return engine

    def run(self, calls: Sequence[SubtitleCall]) -> list[SubtitleAnswer | WordlightError]:
        """The answer to each call, or the call's error in its place."""
        answers: list[SubtitleAnswer | WordlightError] = []
        for call in calls:
            try:
                answers.append(self.answer(call))
            except WordlightError as error:
                answers.append(error)
        return answers

    def answer(self, call: SubtitleCall) -> SubtitleAnswer:
        """The files of one call.

        Raises:
            InvalidInput: A field is not valid; `wordlight.errors` lists the subclasses.
        """
        reading = reading_of(call)
        words = words_of(call, reading)
        settled = settle(call, language_of(call, reading), speakers_of(words), self.faces)
        warnings = reading.warnings if reading else ()
        return write_files(words, settled, call.duration, warnings)
