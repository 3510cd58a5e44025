"""What touches Triton: the adapter inside the stubs, and the server around them."""

from wordlight.serving._adapter import serve, serve_apart
from wordlight.serving._bls import remote_transcriber
from wordlight.serving._cancelled import CancelCall, CancelEngine, Cancellations
from wordlight.serving._children import bound_to_us
from wordlight.serving._in_turns import Sharing, serve_in_turns
from wordlight.serving._metrics import TritonMeters
from wordlight.serving._neighbours import Neighbours
from wordlight.serving._scheduled import serve_scheduled
from wordlight.serving._settings import StubSettings
from wordlight.serving._streamed import Streams
from wordlight.serving._turns import Turns

__all__ = [
    "CancelCall",
    "CancelEngine",
    "Cancellations",
    "Neighbours",
    "Sharing",
    "Streams",
    "StubSettings",
    "TritonMeters",
    "Turns",
    "bound_to_us",
    "remote_transcriber",
    "serve",
    "serve_apart",
    "serve_in_turns",
    "serve_scheduled",
]
