"""The clock, as far as it can be checked without asking another machine."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.errors import ClockBehind, SetupError
from wordlight.runtimes import LOCK, PackageLock

_UPLOADED = re.compile(r'upload-time = "(\d{4}-\d\d-\d\d)')


def check_clock(now_s: float | None = None) -> Finding:
    """Whether the clock is later than the newest package in the lock, as it must be."""
    now = datetime.fromtimestamp(time.time() if now_s is None else now_s, UTC)
    seen = now.date().isoformat()
    try:
        lock = (PackageLock.find().folder / LOCK).read_text(encoding="utf-8")
    except (SetupError, OSError):
        return absent("clock", f"{seen}; there is no lock to compare it with")
    published = max(_UPLOADED.findall(lock), default="")
    if seen < published:
        return wrong("clock", ClockBehind(now=seen, published=published))
    return fine("clock", seen)
