"""The responses of a stream, and the state of the narration that they are made from."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

import numpy as np

from wordlight.alignment import doubts
from wordlight.contract import NARRATE, SUBTITLES, Value
from wordlight.speech import silence
from wordlight.streaming._calls import StreamAnswer
from wordlight.streaming._pieces import Piece, values_of
from wordlight.streaming._plan import CHECKED, Plan
from wordlight.streaming._progress import Done, Times
from wordlight.subtitles import CaptionPart, CaptionStream, SubtitleAnswer, SubtitleCall


class Telling:
    """Makes the responses from a narration's chunks, which come in order.

    It keeps everything of a chunk but the audio.
    """

    def __init__(self, call: Any, plan: Plan, done: Done, aligner: str) -> None:
        self._call, self._plan, self._done, self._aligner = call, plan, done, aligner
        self._captions = CaptionStream(self._subtitle_call())
        self._behind = self._captions.add(*_columns(Times.join(done.times)))
        """The captions that are final already. They go out with the next response."""

    def part(self, piece: Piece) -> StreamAnswer:
        """The response for the next chunk."""
        done, plan, index = self._done, self._plan, len(self._done.samples)
        lead = silence(0.0 if index else plan.lead_s, plan.rate_hz)
        start = sum(done.samples)
        audio = np.concatenate([lead, piece.audio])
        times = piece.times.shifted((start + len(lead)) / plan.rate_hz)
        first = plan.first_words[index]
        done.samples.append(len(audio))
        done.times.append(times)
        done.doubtful += [first + word for word in piece.doubtful]
        done.warnings += piece.warnings
        done.n_spelt += piece.n_spelt
        captions = self._captioned(self._captions.add(*_columns(times)))
        return StreamAnswer(
            {
                **self._where(index, start),
                **values_of(piece),
                "AUDIO": audio,
                "WORDS": [word.text for word in plan.part(index).words],
                **_timed(times),
                **captions,
            }
        )

    def end(self) -> StreamAnswer:
        """The last response."""
        done, plan = self._done, self._plan
        n_samples = sum(done.samples)
        duration_s, times = n_samples / plan.rate_hz, Times.join(done.times)
        reading = plan.reading.warned(*done.warnings)
        reading = reading.warned(
            *doubts(self._aligner, reading, plan.text, times, times.others, done.n_spelt)
        )
        made, files = self._captions.finish(duration_s, reading.to_json())
        starts = [self._n_lead, *accumulate(done.samples)][: len(done.samples)]
        nothing = Times.join([])
        return StreamAnswer(
            {
                **self._where(len(done.samples), n_samples),
                "SAMPLE_RATE": plan.rate_hz,
                "TAKES": 0,
                "DOUBTFUL": [],
                "WARNINGS": [],
                "N_SPELT": done.n_spelt,
                "AUDIO": np.zeros(0, np.float32),
                "WORDS": [],
                **_timed(nothing),
                **self._captioned(made),
                "SPOKEN_TEXT": plan.text,
                "SPOKEN_LANGUAGE": reading.language,
                "DURATION": duration_s,
                "READING": reading.to_json(),
                "CHUNK_STARTS": np.array(starts, np.float64) / plan.rate_hz,
                **self._files(files),
            }
        )

    def _captioned(self, made: CaptionPart) -> dict[str, Value]:
        before, self._behind = self._behind, CaptionPart("", "")
        return {"ASS_PART": before.ass + made.ass, "VTT_PART": before.vtt + made.vtt}

    @property
    def _n_lead(self) -> int:
        return round(self._plan.lead_s * self._plan.rate_hz)

    def _where(self, index: int, start: int) -> dict[str, Value]:
        plan, done = self._plan, self._done
        return {
            "CHUNK": index,
            "N_CHUNKS": len(plan.texts),
            "START": start / plan.rate_hz,
            "EXPECTED": plan.expected_s,
            "SEED": done.seed or 0,
        }

    def _subtitle_call(self) -> SubtitleCall:
        names = {tensor.name for tensor in SUBTITLES.inputs} & CHECKED
        options = {
            tensor.field: getattr(self._call, tensor.field)
            for tensor in NARRATE.inputs
            if tensor.name in names
        }
        options["language"] = self._plan.reading.language
        reading, nothing = self._plan.reading, np.zeros(0)
        words = [word.text for word in reading.words]
        return SubtitleCall(words, nothing, nothing, **{**options, "reading": reading.to_json()})

    def _files(self, files: SubtitleAnswer) -> dict[str, Value]:
        values: dict[str, Value] = {
            tensor.name: getattr(files, tensor.field) for tensor in SUBTITLES.outputs
        }
        if self._call.check:
            words = self._plan.reading.words
            doubtful = [
                {"word": index, "text": words[index].text} for index in sorted(self._done.doubtful)
            ]
            report = {**json.loads(files.report), "doubtful": doubtful}
            values["REPORT"] = json.dumps(report, ensure_ascii=False)
        return values


def _columns(times: Times) -> tuple[Any, Any, Any, Any]:
    return times.starts, times.ends, times.scores, list(map(str, times.origins))


def _timed(times: Times) -> dict[str, Value]:
    return {
        "STARTS": times.starts,
        "ENDS": times.ends,
        "SCORES": times.scores,
        "ORIGINS": list(map(str, times.origins)),
        "OTHER_STARTS": [start_s for start_s, _ in times.others],
        "OTHER_ENDS": [end_s for _, end_s in times.others],
    }
