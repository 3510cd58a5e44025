"""The folder in which a server would keep its own files, and the one that Triton needs in /tmp."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from wordlight.doctor._finding import Finding, fine, wrong
from wordlight.errors import NoStateFolder, TmpClosed, TmpdirUnusable
from wordlight.serving import candidates, is_plain, why_unusable

TEMPORARY = Path("/tmp")


def check_state(variables: Mapping[str, str], volume: Path) -> Iterator[Finding]:
    """The findings on the folder that a server would take, on TMPDIR and on /tmp."""
    reasons: dict[str, str] = {}
    for folder in candidates(variables, volume):
        reason = why_unusable(folder)
        if reason is None:
            passed = "".join(f"; not {place}: {why}" for place, why in reasons.items())
            yield fine("state", f"in {folder}{passed}")
            break
        reasons[str(folder)] = reason
    else:
        yield wrong("state", NoStateFolder(reasons))
    named = variables.get("TMPDIR", "")
    if named in reasons and is_plain(Path(named)):
        yield wrong("TMPDIR", TmpdirUnusable(folder=named, reason=reasons[named]))
    yield check_tmp()


def check_tmp(folder: Path = TEMPORARY) -> Finding:
    """Whether Triton can make the folder that it needs at each start."""
    try:
        with tempfile.TemporaryDirectory(prefix="python_env_", dir=folder):
            return fine("/tmp", "writable, as Triton needs it")
    except OSError as error:
        return wrong("/tmp", TmpClosed(folder=folder, reason=error.strerror))
