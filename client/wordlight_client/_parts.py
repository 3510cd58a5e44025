"""A narration as it arrives: its parts, and the whole that they make."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.audio import Clip
from wordlight.contract import NARRATE_STREAM, RESUME_VERSION, Resume
from wordlight.errors import BadAnswer, InvalidInput
from wordlight.words import Word
from wordlight_client._results import Fields, Narration, other_speech_s, timed_words
from wordlight_client.transport import Tensors, is_last


@dataclass(frozen=True, slots=True, eq=False)
class NarrationPart:
    """The next seconds of a narration, with their words. Later parts do not change them.

    All times count from the narration's start. ``clip`` begins at ``start_s``. ``expected_s`` is
    the approximate length of the whole narration. The words have no speakers; only the whole
    narration names them. With ``check``, ``doubtful`` has the indices of the words that Whisper did
    not find in the best of the ``takes``. ``n_spelt`` is the number of words for which the aligner
    has letters. ``ass`` and ``vtt`` are the next lines of these formats, and are final.
    """

    index: int
    n_parts: int
    start_s: float
    expected_s: float
    seed: int
    clip: Clip
    words: tuple[Word, ...]
    other_speech_s: tuple[tuple[float, float], ...] = ()
    takes: int = 1
    doubtful: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    ass: str = ""
    vtt: str = ""
    n_spelt: int = 0

    @classmethod
    def of(cls, fields: Fields) -> NarrationPart:
        """The part in decoded outputs.

        Raises:
            ValueError: The lists differ in length, or an origin is unknown.
            WordTimeInvalid, WordsOverlap: The words' times are invalid.
        """
        return cls(
            index=fields["chunk"],
            n_parts=fields["n_chunks"],
            start_s=fields["start"],
            expected_s=fields["expected"],
            seed=fields["seed"],
            clip=Clip(fields["audio"], fields["sample_rate"]),
            words=timed_words(fields, [""] * len(fields["words"])),
            other_speech_s=other_speech_s(fields),
            takes=fields["takes"],
            doubtful=tuple(map(int, fields["doubtful"])),
            warnings=tuple(fields["warnings"]),
            ass=fields["ass_part"],
            vtt=fields["vtt_part"],
            n_spelt=fields.get("n_spelt", 0),
        )

    @property
    def end_s(self) -> float:
        """Where the next part begins."""
        return self.start_s + self.clip.duration_s


class Gathering:
    """The parts of a narration that have arrived, after those of an earlier run."""

    def __init__(self, parts: Sequence[NarrationPart] = ()) -> None:
        self.parts = list(parts)
        self.narration: Narration | None = None

    def take(self, answer: Tensors) -> NarrationPart | None:
        """The part that an answer holds; None for the last answer, which completes the narration.

        Raises:
            BadAnswer: The answer breaks the contract, or is not the part that is due.
        """
        try:
            fields = _decoded(answer)
            self._check_order(fields["chunk"])
            if not is_last(answer):
                self.parts.append(NarrationPart.of(fields))
                return self.parts[-1]
            self.narration = Narration.of({**fields, **joined(self.parts)})
        except KeyError as error:
            raise _broken(f"it lacks {str(error.args[0]).upper()}") from None
        except (InvalidInput, ValueError) as error:
            raise _broken(str(error)) from None
        return None

    def whole(self) -> Narration:
        """The narration, after the last answer.

        Raises:
            BadAnswer: The answers ended before the narration was whole.
        """
        if self.narration is None:
            raise _broken(f"it ended behind part {len(self.parts)}, before the narration did")
        return self.narration

    def _check_order(self, index: int) -> None:
        if index != len(self.parts):
            raise ValueError(f"part {index} came where part {len(self.parts)} was due")


def joined(parts: Sequence[NarrationPart]) -> dict[str, Any]:
    """All parts as one, by ``TensorSpec.field``.

    Raises:
        ValueError: There are no parts, or they have more than one sample rate.
    """
    clip = joined_clip(parts)
    words = [word for part in parts for word in part.words]
    others_s = [stretch for part in parts for stretch in part.other_speech_s]
    return {
        "audio": clip.samples,
        "sample_rate": clip.rate_hz,
        "words": [word.text for word in words],
        "starts": [word.start_s for word in words],
        "ends": [word.end_s for word in words],
        "scores": [word.score for word in words],
        "origins": [str(word.origin) for word in words],
        "other_starts": [start_s for start_s, _ in others_s],
        "other_ends": [end_s for _, end_s in others_s],
    }


def joined_clip(parts: Sequence[NarrationPart]) -> Clip:
    """The sound of all parts; raises what `joined` raises."""
    rates_hz = {part.clip.rate_hz for part in parts}
    if len(rates_hz) != 1:
        raise ValueError(f"its parts have {len(rates_hz)} sample rates")
    samples: NDArray[np.float32] = np.concatenate([part.clip.samples for part in parts])
    return Clip(samples, *rates_hz)


def doubtful_words(parts: Sequence[NarrationPart]) -> list[int]:
    """Indices, in the whole narration, of the words that Whisper did not find."""
    firsts = _firsts(parts)
    return [first + i for first, part in zip(firsts, parts, strict=True) for i in part.doubtful]


def resume_json(parts: Sequence[NarrationPart]) -> str:
    """The JSON of finished parts that the server needs to go on: all but their sound and texts.

    Numbers keep all their digits, so that the server goes on as if it had not stopped.
    """
    whole = joined(parts)
    done: Resume = {
        "version": RESUME_VERSION,
        "seed": parts[0].seed,
        "samples": [len(part.clip.samples) for part in parts],
        "starts": whole["starts"],
        "ends": whole["ends"],
        "scores": whole["scores"],
        "origins": whole["origins"],
        "other": [list(stretch) for part in parts for stretch in part.other_speech_s],
        "doubtful": doubtful_words(parts),
        "n_spelt": sum(part.n_spelt for part in parts),
        "warnings": list(chain.from_iterable(part.warnings for part in parts)),
    }
    return json.dumps(done, ensure_ascii=False)


def _firsts(parts: Sequence[NarrationPart]) -> list[int]:
    """The index of each part's first word in the whole narration."""
    counts = [len(part.words) for part in parts]
    return [sum(counts[:index]) for index in range(len(counts))]


def _decoded(answer: Tensors) -> dict[str, Any]:
    """The outputs that this answer has; the last answer has more than the others."""
    outputs = [spec for spec in NARRATE_STREAM.outputs if spec.name in answer]
    return {spec.field: spec.decode(answer[spec.name]) for spec in outputs}


def _broken(how: str) -> BadAnswer:
    return BadAnswer(f"the answer of {NARRATE_STREAM.name} breaks the contract: {how}")
