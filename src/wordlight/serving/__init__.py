"""The server around the models: how it is rendered, started, watched and stopped."""

from wordlight.serving._board import Board
from wordlight.serving._canary import EVERY_S as CANARY_EVERY_S
from wordlight.serving._children import bound_to_us
from wordlight.serving._draining import DRAIN_WITHIN_S
from wordlight.serving._environment import stubs_runtime, where
from wordlight.serving._front_door import Doors, FrontDoor
from wordlight.serving._http import ask
from wordlight.serving._keeper import Keeper
from wordlight.serving._links import Links
from wordlight.serving._ping import Ping
from wordlight.serving._ports import Ports, host_and_port, is_open, loopback_of, probe_port
from wordlight.serving._repository import link_code, model_sources, write_repository
from wordlight.serving._signals import StopSignals, undisturbed
from wordlight.serving._state import candidates, is_plain, why_unusable
from wordlight.serving._stub_trial import try_stub
from wordlight.serving._supervisor import Server
from wordlight.serving._traces import TraceRelay, triton_options
from wordlight.serving._tritonserver import KEY_HEADER, PYTHON, TritonServer, stub_python

__all__ = [
    "CANARY_EVERY_S",
    "DRAIN_WITHIN_S",
    "KEY_HEADER",
    "PYTHON",
    "Board",
    "Doors",
    "FrontDoor",
    "Keeper",
    "Links",
    "Ping",
    "Ports",
    "Server",
    "StopSignals",
    "TraceRelay",
    "TritonServer",
    "ask",
    "bound_to_us",
    "candidates",
    "host_and_port",
    "is_open",
    "is_plain",
    "link_code",
    "loopback_of",
    "model_sources",
    "probe_port",
    "stub_python",
    "stubs_runtime",
    "triton_options",
    "try_stub",
    "undisturbed",
    "where",
    "why_unusable",
    "write_repository",
]
