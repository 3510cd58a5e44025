"""The clock, as far as it can be told without asking anybody."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.errors import SetupError
from wordlight.runtimes import LOCK, Lock

CLOCK_BEHIND = Complaint(
    "CLOCK_BEHIND",
    State.WARNING,
    "the clock says {now}; a package that this release needs was published on {published}",
    "Certificates and signatures look as if they came from the future: S3, the hub and package "
    "indexes refuse. What lies on the volume is served all the same.",
    "set the clock (timedatectl set-ntp true; in a container: the host's)",
)

_UPLOADED = re.compile(r'upload-time = "(\d{4}-\d\d-\d\d)')


def check_clock(now_s: float | None = None) -> Finding:
    """The clock against the newest package that the lock names, which is older than today."""
    now = datetime.fromtimestamp(time.time() if now_s is None else now_s, UTC)
    seen = now.date().isoformat()
    try:
        lock = (Lock.find().folder / LOCK).read_text(encoding="utf-8")
    except (SetupError, OSError):
        return absent("clock", f"{seen}; there is no lock to compare it with")
    published = max(_UPLOADED.findall(lock), default="")
    if seen < published:
        return CLOCK_BEHIND.found("clock", now=seen, published=published)
    return fine("clock", seen)
