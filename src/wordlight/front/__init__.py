"""The front door: one public HTTP port before Triton's, as a process of its own.

It checks requests against the contract, lets in as many as the server finishes in time, and says
how the server is. docs/front.md describes it from outside.
"""

from wordlight.condition import Condition, ConditionFile, Phase
from wordlight.front._app import application
from wordlight.front._config import FrontConfig, Limits
from wordlight.front._hall import Hall
from wordlight.front._keys import Key, hash_key, make_key, read_keys
from wordlight.front._server import serve
from wordlight.logs import LogFormat

__all__ = [
    "Condition",
    "ConditionFile",
    "FrontConfig",
    "Hall",
    "Key",
    "Limits",
    "LogFormat",
    "Phase",
    "application",
    "hash_key",
    "make_key",
    "read_keys",
    "serve",
]
