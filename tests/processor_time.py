"""Seconds of processor time, measured so that neither neighbours nor other tests count."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def least_s(work: Callable[[int], object], times: int = 3) -> float:
    """The least processor seconds of this thread over several calls of ``work``.

    ``work`` receives the number of the call: an input of its own for each, for readings are
    cached. What the tests before left is not walked by the garbage collector: a process with
    torch and thousands of tests holds it up for a second.
    """
    gc.collect()
    gc.freeze()
    taken_s = []
    for number in range(times):
        began_s = time.thread_time()
        work(number)
        taken_s.append(time.thread_time() - began_s)
    return min(taken_s)
