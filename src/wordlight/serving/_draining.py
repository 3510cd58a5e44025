"""The end of a server that serves: no new work is taken, and what is in flight completes first."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from wordlight.adapter import ENDING
from wordlight.serving._watch import Watch

logger = logging.getLogger(__name__)

DRAIN_WITHIN_S = 60.0
LOOK_EVERY_S = 0.1
QUIET_S = 0.5
"""How long nothing must be in flight: between two steps of an ensemble no model has its request."""


def drain(
    watch: Watch,
    state: Path,
    within_s: float = DRAIN_WITHIN_S,
    hurries: Callable[[], bool] = lambda: False,
) -> bool:
    """Waits until nothing is in flight; returns whether that came to be.

    From now on the first step of every ensemble, and streams, refuse requests: SERVER_ENDING. A
    server that is sick is not waited for.

    Args:
        watch: Looks at the server's processes.
        state: The server's state folder.
        within_s: How long to wait at most.
        hurries: Whether somebody does not want to wait any longer.
    """
    (state / ENDING).touch()
    began_s = before_s = time.monotonic()
    quiet_since_s: float | None = None
    while (now_s := time.monotonic()) - began_s < within_s and not hurries():
        if watch.look(now_s - before_s) is not None:
            return False
        before_s = now_s
        if watch.in_flight():
            quiet_since_s = None
        elif quiet_since_s is None:
            quiet_since_s = now_s
        elif now_s - quiet_since_s >= QUIET_S:
            return True
        time.sleep(LOOK_EVERY_S)
    logger.warning("%d requests had not ended; they are lost", watch.in_flight())
    return False
