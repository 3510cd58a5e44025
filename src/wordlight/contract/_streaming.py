"""The model that narrates chunk by chunk, and the model that ends requests by their id."""

from __future__ import annotations

from dataclasses import replace

from wordlight.contract._catalogue import F5_TTS, SUBTITLES, WHISPERX
from wordlight.contract._ensembles import CHECKS, NARRATE
from wordlight.contract._model import Batching, ModelSpec, WarmUp
from wordlight.contract._tensor import Dtype, TensorSpec

MOST_TRIES = 8
MAX_RESUME_CHARACTERS = 16_000_000
"""The most characters of RESUME, which takes some 60 for each finished word."""
LONGEST_ID = 256

_AT_THE_END = (
    *(WHISPERX.output(name) for name in ("SPOKEN_TEXT", "SPOKEN_LANGUAGE", "DURATION", "READING")),
    F5_TTS.output("CHUNK_STARTS"),
    *SUBTITLES.outputs,
)


def _number(name: str, dtype: Dtype, meaning: str, unit: str = "") -> TensorSpec:
    return TensorSpec(name, dtype, meaning, unit=unit, low=0)


NARRATE_STREAM = ModelSpec(
    name="narrate_stream",
    meaning="script and voice → chunk by chunk, audio, word times and captions",
    inputs=(
        *NARRATE.inputs,
        TensorSpec("CHECK", Dtype.INT32, "1: Whisper hears every chunk, and one in which a word is "
                   "missing is spoken again", is_optional=True, low=0, high=1),
        TensorSpec("TRIES", Dtype.INT32, "how often CHECK lets a chunk be spoken", is_optional=True,
                   low=1, high=MOST_TRIES),
        TensorSpec("RESUME", Dtype.STRING, "JSON: what of this narration is done; "
                   "docs/streaming.md has the keys", is_optional=True,
                   max_length=MAX_RESUME_CHARACTERS),
    ),
    outputs=(
        _number("CHUNK", Dtype.INT32, "index of this part; of the last response, how many there "
                "are"),
        _number("N_CHUNKS", Dtype.INT32, "how many there will be"),
        _number("START", Dtype.FP64, "where AUDIO begins in the narration", "s"),
        _number("EXPECTED", Dtype.FP64, "about how long the narration will be", "s"),
        _number("SEED", Dtype.INT64, "of the noise; drawn once where none was given"),
        replace(F5_TTS.output("AUDIO"), meaning="the next samples, pauses included"),
        F5_TTS.output("SAMPLE_RATE"),
        *(WHISPERX.output(name) for name in ("WORDS", "STARTS", "ENDS", "SCORES", "ORIGINS")),
        *(WHISPERX.output(name) for name in ("OTHER_STARTS", "OTHER_ENDS")),
        _number("TAKES", Dtype.INT32, "how often this chunk was spoken"),
        TensorSpec("DOUBTFUL", Dtype.INT32, "indices of the WORDS that Whisper did not hear in the "
                   "take that was kept, with CHECK", is_list=True, low=0),
        TensorSpec("WARNINGS", Dtype.STRING, "what this chunk lacks", is_list=True),
        WHISPERX.output("N_SPELT"),
        TensorSpec("ASS_PART", Dtype.STRING, "what follows in the ASS, and is final"),
        TensorSpec("VTT_PART", Dtype.STRING, "what follows in the WebVTT, and is final"),
        *_AT_THE_END,
    ),
    batching=Batching(max_batch_size=1, queue_delay_ms=0, max_queue_size=128, timeout_ms=120_000),
    warm_ups=(),  # the models that it calls have their own
    needs_accelerator=False,
    is_decoupled=True,
    asks=(CHECKS, F5_TTS, WHISPERX),
)  # fmt: skip
"""There is one response for each chunk, in order, with the outputs up to VTT_PART. One more
response comes at the end. It has no AUDIO and no WORDS, but the outputs that the others lack. Times
count from the start of the narration."""

ONLY_AT_THE_END = frozenset(tensor.name for tensor in _AT_THE_END)

CANCEL = ModelSpec(
    name="cancel",
    meaning="ends the requests that carry an id",
    inputs=(
        TensorSpec("ID", Dtype.STRING, "the id that the requests carry", max_length=LONGEST_ID),
    ),
    outputs=(TensorSpec("TOLD", Dtype.INT32, "1 when all models know"),),
    batching=Batching(max_batch_size=32, queue_delay_ms=0, max_queue_size=512, timeout_ms=30_000),
    warm_ups=(WarmUp("tell", values={"ID": "warm-up"}),),
    needs_accelerator=False,
)
