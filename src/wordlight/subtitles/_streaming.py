"""The subtitles of a narration during its synthesis: the final parts of each file, one by one."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import InvalidInput
from wordlight.subtitles._call import SubtitleCall, check_times, speakers_of
from wordlight.subtitles._caption import Caption
from wordlight.subtitles._engine import SubtitleEngine
from wordlight.subtitles._files import SubtitleAnswer
from wordlight.subtitles._flow import flow_of
from wordlight.subtitles._given import language_of, reading_of, words_of
from wordlight.subtitles._layout import clean, displayable
from wordlight.subtitles._settled import settle
from wordlight.subtitles.formats import ass, vtt
from wordlight.words import Origin, Word


@dataclass(frozen=True, slots=True)
class CaptionPart:
    """The next part of the ASS file and of the WebVTT file. Neither part changes later."""

    ass: str
    vtt: str


class CaptionStream:
    r"""The captions of one call whose words receive their times in batches, in order.

    ``call`` has all words, all options, all speakers, and the reading, if there is one. Its times,
    scores, origins and duration are ignored. The concatenated parts equal, byte for byte, the files
    of the answer that `finish` returns. The first part begins with the file's header and may
    contain no caption.

    A caption is returned as soon as no later word can change it. In prose two or three captions are
    held back. More are held back where no mark, pause or line end favours one place for a break
    over another: then several break sequences are still possible, and captions are returned up to
    the point that all of them share. That happens at the next mark or pause, or with the last word.
    An unspoken word holds back the caption before it until two successive captions are spoken.

    >>> call = SubtitleCall(["So", "it", "goes."], np.zeros(0), np.zeros(0), mode="word")
    >>> CaptionStream(call).add(np.array([0.0, 0.3]), np.array([0.3, 0.6])).vtt
    'WEBVTT\n\n00:00:00.000 --> 00:00:00.300\n<c>So</c>\n'
    """

    def __init__(self, call: SubtitleCall) -> None:
        """Raises `InvalidInput` for an invalid field, as `SubtitleEngine.answer` does."""
        n = len(call.words)
        untimed = replace(call, starts=np.zeros(n), ends=np.zeros(n), scores=None, origins=None)
        reading = reading_of(call)
        self._call = call
        self._words = words_of(untimed, reading)
        language, speakers = language_of(call, reading), speakers_of(self._words)
        self._settled = settle(call, language, speakers)
        shown = displayable(self._words)
        self._waiting = shown[::-1]  # reversed: the next word is last
        self._flow = flow_of(shown, self._settled.layout)
        self._timed: list[Word] = []
        self._former: Caption | None = None
        self._n_ass = self._n_vtt = 0

    def add(
        self,
        starts: NDArray[np.float64],
        ends: NDArray[np.float64],
        scores: NDArray[np.float32] | None = None,
        origins: Sequence[str] | None = None,
    ) -> CaptionPart:
        """Takes the times of the next words, and returns the part of the files that is now final.

        Each array is (n_words,), as in `SubtitleCall`. After an error no time has been taken.

        Raises:
            InvalidInput: There are more times than words, or a value is not valid.
        """
        n = len(starts)
        scores = np.ones(n, dtype=np.float32) if scores is None else scores
        origins = [Origin.ALIGNED] * n if origins is None else origins
        self._check_counts(n, {"ENDS": ends, "SCORES": scores, "ORIGINS": origins})
        first = len(self._timed)
        values = zip(
            starts.tolist(), ends.tolist(), scores.tolist(), map(Origin, origins), strict=True
        )
        new = [
            replace(word, start_s=start_s, end_s=end_s, score=score, origin=origin)
            for word, (start_s, end_s, score, origin) in zip(
                self._words[first : first + n], values, strict=True
            )
        ]
        check_times([*self._timed, *new])
        self._timed += new
        return self._part(self._flow.add(self._displayed(new)))

    def finish(
        self, duration_s: float | None = None, reading: str | None = None
    ) -> tuple[CaptionPart, SubtitleAnswer]:
        """The rest of the files, and the answer to the whole call.

        ``reading`` replaces the call's reading: it is the same JSON with more warnings.

        Raises:
            InvalidInput: Some words have no times yet, or a value is not valid.
        """
        words = self._timed
        whole = replace(
            self._call,
            starts=np.array([word.start_s for word in words]),
            ends=np.array([word.end_s for word in words]),
            scores=np.array([word.score for word in words], dtype=np.float32),
            origins=[word.origin.value for word in words],
            duration=duration_s,
            reading=self._call.reading if reading is None else reading,
        )
        answer = SubtitleEngine().answer(whole)
        return CaptionPart(answer.ass[self._n_ass :], answer.vtt[self._n_vtt :]), answer

    def _check_counts(self, n_new: int, lists: dict[str, Sized]) -> None:
        n, n_all = len(self._timed) + n_new, len(self._words)
        if n > n_all:
            raise InvalidInput("STARTS", f"has {n} elements by now; WORDS has {n_all}")
        for field, values in lists.items():
            if len(values) != n_new:
                raise InvalidInput(field, f"has {len(values)} elements; STARTS has {n_new}")

    def _displayed(self, words: Sequence[Word]) -> list[Word]:
        """The visible words among ``words``, as `displayable` returns them for the whole text."""
        return [
            replace(
                self._waiting.pop(),
                start_s=word.start_s, end_s=word.end_s, score=word.score, origin=word.origin,
            )
            for word in words
            if clean(word.text)
        ]  # fmt: skip

    def _part(self, captions: Sequence[Caption]) -> CaptionPart:
        shown = self._settled.present(captions)
        ass_part, vtt_part = ass.events(shown, self._former), vtt.cues(captions)
        if self._n_ass == 0:
            ass_part = ass.header(shown.look, shown.canvas) + ass_part
            vtt_part = vtt.HEADER + vtt_part
        self._former = captions[-1] if captions else self._former
        self._n_ass += len(ass_part)
        self._n_vtt += len(vtt_part)
        return CaptionPart(ass_part, vtt_part)
