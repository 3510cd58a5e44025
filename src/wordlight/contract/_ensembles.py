"""The ensembles, and the model that checks a request to them before any other step runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wordlight.contract._catalogue import (
    CHECKED,
    F5_TTS,
    PUBLISH,
    SUBTITLES,
    WHISPERX,
)
from wordlight.contract._model import Batching, EnsembleSpec, ModelSpec, Step, WarmUp
from wordlight.contract._subtitle_formats import SUBTITLE_FORMATS
from wordlight.contract._tensor import TensorSpec

_SUBTITLE_TENSORS = tuple(each.tensor.name for each in SUBTITLE_FORMATS)

_SUBTITLES_OF_SPEECH = Step(
    SUBTITLES,
    feeds={
        "LANGUAGE": "SPOKEN_LANGUAGE",
        "DURATION": "whisperx.DURATION",
        "READING": "whisperx.READING",
    },
)


def _all_but(model: ModelSpec, *names: str) -> frozenset[str]:
    return frozenset(tensor.name for tensor in model.inputs) - set(names)


_ASKED_TO_SPEAK = _all_but(F5_TTS, "TASK")
_UNCHUNKED = _all_but(WHISPERX, "CHUNK_STARTS", "CHUNK_WORDS")
_READ = _all_but(WHISPERX, "LEXICON")
"""The inputs of `whisperx` when the reading is known already: all but the lexicon."""
_FOR_PIECES = ("CHUNKS", "CHUNK_PAUSES")
"""Outputs of `f5_tts` that only callers who ask for pieces need."""

_NARRATING = (
    Step(F5_TTS, keeps=("SPOKEN_TEXT", "READING"), takes=_ASKED_TO_SPEAK, drops=_FOR_PIECES),
    Step(
        WHISPERX,
        feeds={"TRANSCRIPT": "f5_tts.SPOKEN_TEXT", "READING": "f5_tts.READING"},
        keeps=("DURATION", "READING"),
        takes=_READ,
        drops=("N_SPELT",),
    ),
    _SUBTITLES_OF_SPEECH,
)
_CAPTIONING = (
    Step(WHISPERX, keeps=("DURATION", "READING"), drops=("N_SPELT",), takes=_UNCHUNKED),
    _SUBTITLES_OF_SPEECH,
)
_PUBLISHING = (
    Step(
        F5_TTS,
        keeps=("AUDIO", "SAMPLE_RATE", "SPOKEN_TEXT", "READING"),
        takes=_ASKED_TO_SPEAK,
        drops=_FOR_PIECES,
    ),
    Step(
        WHISPERX,
        feeds={
            "AUDIO": "f5_tts.AUDIO",
            "SAMPLE_RATE": "f5_tts.SAMPLE_RATE",
            "TRANSCRIPT": "f5_tts.SPOKEN_TEXT",
            "READING": "f5_tts.READING",
        },
        keeps=("DURATION", "READING"),
        takes=_READ,
        drops=("N_SPELT",),
    ),
    replace(_SUBTITLES_OF_SPEECH, keeps=_SUBTITLE_TENSORS),
    Step(
        PUBLISH,
        feeds={
            "AUDIO": "f5_tts.AUDIO",
            "SAMPLE_RATE": "f5_tts.SAMPLE_RATE",
            **{name: f"subtitles.{name}" for name in _SUBTITLE_TENSORS},
        },
    ),
)

UNCHECKED = frozenset({"AUDIO"})
"""Inputs that the model `checks` does not get. Copying half an hour of audio only to check it would
be a waste; `whisperx`, the next step, checks the audio."""


def _given(*chains: tuple[Step, ...]) -> Iterator[TensorSpec]:
    """The inputs of these chains, each once and optional, without those in `UNCHECKED`."""
    found: dict[str, TensorSpec] = {}
    for steps in chains:
        for tensor in EnsembleSpec.chain("", "", steps).inputs:
            found.setdefault(tensor.name, replace(tensor, is_optional=True))
    return (tensor for name, tensor in found.items() if name not in UNCHECKED)


CHECKS = ModelSpec(
    name="checks",
    meaning="checks what a caller of an ensemble asks, before anything is spoken or heard",
    inputs=tuple(_given(_NARRATING, _CAPTIONING, _PUBLISHING)),
    outputs=(replace(CHECKED, is_optional=False, is_read=True),),
    batching=Batching(max_batch_size=32, queue_delay_ms=0, max_queue_size=512, timeout_ms=30_000),
    warm_ups=(WarmUp("check", values={"TEXT": "Ready to check.", "STYLE": "{}"}),),
    needs_accelerator=False,
)
"""Its inputs follow from those of the steps: a new option of a step becomes an input here too."""

NARRATE = EnsembleSpec.chain(
    "narrate", "script and voice → audio, word times and subtitles", _NARRATING, CHECKS
)
CAPTION = EnsembleSpec.chain(
    "caption", "recording → transcript, word times and subtitles", _CAPTIONING, CHECKS
)
NARRATE_PUBLISH = EnsembleSpec.chain(
    "narrate_publish",
    "script and voice → files in an S3 bucket, their addresses and word times",
    _PUBLISHING,
    CHECKS,
)
