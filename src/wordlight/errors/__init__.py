"""The catalogue of problems: every error that a caller can meet, and every finding of the doctor.

A problem is one class, in the module of its subject. It has a ``code`` that never changes, Triton's
``status`` of the answer, a ``severity``, its data, one sentence (``str``), a ``meaning`` for
docs/troubleshooting.md, and a ``remedy``. On the wire it is ``CODE: sentence``, and ``→ remedy`` on
the next line, so that the client can build the same problem again.

TREE"""

from __future__ import annotations

from wordlight.errors._answers import *
from wordlight.errors._client import *
from wordlight.errors._files import *
from wordlight.errors._limits import *
from wordlight.errors._machine import *
from wordlight.errors._network import *
from wordlight.errors._requests import *
from wordlight.errors._root import *
from wordlight.errors._runtimes import *
from wordlight.errors._server import *
from wordlight.errors._setup import *
from wordlight.errors._start import *
from wordlight.errors._storage import *
from wordlight.errors._volume import *
from wordlight.errors._weights import *
from wordlight.errors._wire import BUSY as BUSY
from wordlight.errors._wire import revive


def _by_code(root: type[WordlightError]) -> dict[str, type[WordlightError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _by_code(child)
    return found


BY_CODE = _by_code(WordlightError)
"""Every problem's class by its stable code."""


def revived(message: str) -> WordlightError | None:
    """The problem of ours that a server's message has; None if it has none."""
    return revive(message, BY_CODE)
