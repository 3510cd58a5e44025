"""Inside a stub: Triton's requests become an engine's calls; its answers become responses."""

from wordlight.adapter._adapter import serve, serve_apart
from wordlight.adapter._bls import remote_transcriber
from wordlight.adapter._cancelled import FOLDER as CANCELLED
from wordlight.adapter._cancelled import CancelCall, CancelEngine, Cancellations
from wordlight.adapter._engine_weights import alignable, alignment_weights, speech_weights
from wordlight.adapter._entry import CANARY_ID
from wordlight.adapter._in_flight import ENDING, UntilEnding
from wordlight.adapter._in_turns import Sharing, serve_in_turns
from wordlight.adapter._loading import says_it_ended, says_why
from wordlight.adapter._metrics import INSTANCE, TritonMeters
from wordlight.adapter._neighbours import Neighbours
from wordlight.adapter._scheduled import serve_scheduled
from wordlight.adapter._settings import StubSettings, begin_stub
from wordlight.adapter._streamed import Streams
from wordlight.adapter._turns import Turns

__all__ = [
    "CANARY_ID",
    "CANCELLED",
    "ENDING",
    "INSTANCE",
    "CancelCall",
    "CancelEngine",
    "Cancellations",
    "Neighbours",
    "Sharing",
    "Streams",
    "StubSettings",
    "TritonMeters",
    "Turns",
    "UntilEnding",
    "alignable",
    "alignment_weights",
    "begin_stub",
    "remote_transcriber",
    "says_it_ended",
    "says_why",
    "serve",
    "serve_apart",
    "serve_in_turns",
    "serve_scheduled",
    "speech_weights",
]
