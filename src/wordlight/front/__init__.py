"""The front door: the public ports for HTTP and gRPC before Triton's, as a process of its own.

It checks requests against the contract, lets in as many as the server finishes in time, and says
how the server is. docs/front.md describes it from outside. Here is what the supervisor needs to
start it; ``python -m wordlight.front`` loads the rest.
"""

from wordlight.condition import Condition, ConditionFile, Phase
from wordlight.front._config import FrontConfig, Limits
from wordlight.front._keys import Key, hash_key, make_key, read_keys
from wordlight.logs import LogFormat

__all__ = [
    "Condition",
    "ConditionFile",
    "FrontConfig",
    "Key",
    "Limits",
    "LogFormat",
    "Phase",
    "hash_key",
    "make_key",
    "read_keys",
]
