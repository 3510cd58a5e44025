"""The engine: each step's own check, in the order of the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wordlight.checks._call import CheckAnswer, call_of
from wordlight.errors import WordlightError
from wordlight.publishing import PublishCheck
from wordlight.reading import Alignable, Reading, check_lexicon_alone, check_reading_alone
from wordlight.speech import SpeechCall, SpeechCheck
from wordlight.subtitles import SubtitleCall, check_speakers, settle


@dataclass(frozen=True, slots=True)
class CheckEngine:
    """Refuses what a step of an ensemble would refuse, with that step's error.

    Threads may share it.
    """

    speech: SpeechCheck
    alignable: Alignable
    publishing: PublishCheck

    def run(self, calls: Sequence[Any]) -> list[CheckAnswer | WordlightError]:
        """For each call, an answer if it is valid, or else the error that a step would raise."""
        return [self._try(call) for call in calls]

    def _try(self, call: Any) -> CheckAnswer | WordlightError:
        try:
            self.check(call)
        except WordlightError as error:
            return error
        return CheckAnswer()

    def check(self, call: Any) -> None:
        """Checks all of a `CheckCall` that is known before any step runs.

        Raises:
            WordlightError: The error that a step would raise.
        """
        reading = self._reading(call)
        subtitles = call_of(
            SubtitleCall, call, words=[], starts=np.zeros(0), ends=np.zeros(0), reading=None
        )
        _check_speakers(call, reading)
        settle(subtitles, reading.language if reading else "en")
        if call.destination is not None:
            self.publishing.check(call.destination, call.key, call.request_id)

    def _reading(self, call: Any) -> Reading | None:
        """The reading of the words to show; None if they are yet to be transcribed."""
        check_reading_alone(call.transcript, call.reading)
        if call.text is not None:
            reading = self.speech.check(call_of(SpeechCall, call))
        elif call.transcript is not None:
            reading = self.alignable.read(
                call.transcript, call.language, call.reading, call.lexicon
            )
        else:
            check_lexicon_alone(None, call.lexicon)
            return None
        self.alignable.check_here(self.alignable.aligner_of(reading, call.language))
        return reading


def _check_speakers(call: Any, reading: Reading | None) -> None:
    """Checks the request's speakers or, if it has none, the reading's.

    If the words are known, the request must name one speaker for each word.
    """
    if call.speakers is not None:
        check_speakers(call.speakers, None if reading is None else len(reading.words))
    elif reading is not None:
        check_speakers([word.speaker for word in reading.words], field="READING")
