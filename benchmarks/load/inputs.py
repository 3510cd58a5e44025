"""The requests that are sent: the project's texts and voices, in perf_analyzer's JSON."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray
from wordlight_client import Client, Clip, Word

from wordlight.contract import CAPTION, F5_TTS, NARRATE, SUBTITLES, WHISPERX, Spec

SEED = 21
"""The seed of each request for speech, so that a request makes the same audio each time."""
ANSWERS_WITHIN_S = 300.0
"""The timeout of a request that makes an input, on a machine that does other work as well."""
LONGER_THAN_ASKED = 0.5
"""The share by which a run of sentences may be longer than asked for before it is cut."""
SPECS: Mapping[str, Spec] = {
    spec.name: spec for spec in (F5_TTS, WHISPERX, SUBTITLES, NARRATE, CAPTION)
}


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text with the sound and the times that the server itself made of it."""

    text: str
    voice: str
    clip: Clip
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The requests that are sent to one model in turn.

    ``audio_s`` is the audio that a request makes or reads on average, or 0 for a model that works
    on words alone. ``rate`` is how many requests per second were answered to a single caller.
    """

    requests: tuple[Mapping[str, Any], ...]
    audio_s: float
    rate: float

    def json(self) -> str:
        """The file for ``--input-data``."""
        return json.dumps({"data": list(self.requests)}, ensure_ascii=False)


def passages(script: str, n_words: Iterable[int]) -> list[str]:
    """Texts of about so many words each, from a script that has one sentence per line.

    Each text is the run of sentences of the nearest length. It is cut if even that is much too
    long.

    >>> passages("The path was long and quiet.\\nWe all walked home, tired.", [3, 6])
    ['We all walked.', 'The path was long and quiet.']
    """
    lines = script.split("\n")
    runs = [
        " ".join(lines[start:end]).split()
        for start in range(len(lines))
        for end in range(start + 1, len(lines) + 1)
    ]
    texts = []
    for n in n_words:
        nearest = min(filter(None, runs), key=lambda run: abs(len(run) - n))
        if len(nearest) > n * (1 + LONGER_THAN_ASKED):
            nearest = nearest[:n]
        texts.append(re.sub(r"\W+$", "", " ".join(nearest)) + ".")
    return texts


def make_all(
    client: Client, models: Sequence[str], texts: Sequence[str], voices: Sequence[str]
) -> dict[str, Inputs]:
    """The inputs of each model. The server speaks and times the texts for them, one by one.

    Raises:
        WordlightError: The server refuses a request, or does not answer.
    """
    spoken, speak_s, align_s = _spoken(client, texts, voices)
    mean_s = sum(one.clip.duration_s for one in spoken) / len(spoken)
    took_s = {"f5_tts": speak_s, "whisperx": align_s, "narrate": speak_s + align_s}
    if "caption" in models:
        took_s["caption"] = _seconds(
            client.caption(one.clip, timeout_s=ANSWERS_WITHIN_S) for one in spoken
        )
    if "subtitles" in models:
        took_s["subtitles"] = _seconds(
            client.subtitle(one.words, timeout_s=ANSWERS_WITHIN_S) for one in spoken
        )
    return {
        model: Inputs(
            tuple(encoded(SPECS[model], request(model, one)) for one in spoken),
            0.0 if model == "subtitles" else mean_s,
            len(spoken) / took_s[model],
        )
        for model in models
    }


def _spoken(
    client: Client, texts: Sequence[str], voices: Sequence[str]
) -> tuple[list[Utterance], float, float]:
    """The texts with their sound and times, and the seconds that speaking and aligning took."""
    spoken, speak_s, align_s = [], 0.0, 0.0
    for text, voice in zip(texts, cycle(voices), strict=False):
        started_s = time.monotonic()
        clip = client.speak(text, voice=voice, seed=SEED, timeout_s=ANSWERS_WITHIN_S).clip
        spoke_s = time.monotonic()
        words = tuple(client.align(clip, text, timeout_s=ANSWERS_WITHIN_S).words)
        speak_s += spoke_s - started_s
        align_s += time.monotonic() - spoke_s
        spoken.append(Utterance(text, voice, clip, words))
    return spoken, speak_s, align_s


def _seconds(answers: Iterable[object]) -> float:
    """The seconds that all these answers took."""
    started_s = time.monotonic()
    for _ in answers:
        pass
    return time.monotonic() - started_s


def request(model: str, one: Utterance) -> dict[str, Any]:
    """The fields of a request. whisperx gets the text, as in `narrate`; caption must transcribe."""
    if model in ("f5_tts", "narrate"):
        return {"text": one.text, "voice": one.voice, "seed": SEED}
    heard = {"audio": one.clip.samples, "sample_rate": one.clip.rate_hz}
    if model == "whisperx":
        return {**heard, "transcript": one.text}
    if model == "caption":
        return heard
    return {
        "words": [word.text for word in one.words],
        "starts": [word.start_s for word in one.words],
        "ends": [word.end_s for word in one.words],
        "scores": [word.score for word in one.words],
        "duration": one.clip.duration_s,
    }


def encoded(spec: Spec, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A request in perf_analyzer's JSON, with numbers in base64 and texts as they are."""
    return {
        tensor.name: _content(np.asarray(tensor.encode(fields[tensor.field])).reshape(-1))
        for tensor in spec.inputs
        if tensor.field in fields
    }


def _content(values: NDArray[Any]) -> dict[str, Any]:
    shape = [len(values)]
    if values.dtype == object:
        texts = [text.decode() if isinstance(text, bytes) else str(text) for text in values]
        return {"content": texts, "shape": shape}
    return {"content": {"b64": base64.b64encode(values.tobytes()).decode("ascii")}, "shape": shape}
