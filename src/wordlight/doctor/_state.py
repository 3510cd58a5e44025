"""Where a running server would keep its own files, and where Triton insists on a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from wordlight.doctor._finding import Complaint, Finding, State, fine
from wordlight.errors import NoStateFolder
from wordlight.serving import candidates, is_plain, why_unusable

TEMPORARY = Path("/tmp")

NO_STATE_FOLDER = Complaint(
    "NO_STATE_FOLDER",
    State.ERROR,
    "no folder can hold the server's state ({reasons})",
    "A running server keeps its rendered models, the stub's program and its log in a folder that "
    "can be written and executed from. These were tried: TMPDIR, /tmp, /var/tmp, XDG_RUNTIME_DIR, "
    "~/.cache, the volume, /dev/shm.",
    "set TMPDIR to a folder that can be written and executed from, with a plain ASCII path",
)
TMPDIR_UNUSABLE = Complaint(
    "TMPDIR_UNUSABLE",
    State.WARNING,
    "TMPDIR is {folder}, which the server cannot use: {reason}",
    "The server takes the next folder that it can use; programs that it starts may still write "
    "their temporary files where TMPDIR says, and fail.",
    "correct TMPDIR, or unset it",
)
TMP_CLOSED = Complaint(
    "TMP_CLOSED",
    State.ERROR,
    "no folder can be made in {folder}: {reason}",
    "Triton's Python backend makes a folder there at its start (/tmp/python_env_XXXXXX), whatever "
    "TMPDIR says, and loads no model without it.",
    "make it writable (chmod 1777 {folder}) and make room in it; in a container: docker run "
    "--tmpfs {folder}, Kubernetes: an emptyDir",
)


def check_state(variables: Mapping[str, str], volume: Path) -> Iterator[Finding]:
    """The folder that a server would take, and what is wrong with those that it should take."""
    reasons: dict[str, str] = {}
    for folder in candidates(variables, volume):
        reason = why_unusable(folder)
        if reason is None:
            passed = "".join(f"; not {place}: {why}" for place, why in reasons.items())
            yield fine("state", f"in {folder}{passed}")
            break
        reasons[str(folder)] = reason
    else:
        yield NO_STATE_FOLDER.told("state", NoStateFolder(reasons))
    named = variables.get("TMPDIR", "")
    if named in reasons and is_plain(Path(named)):
        yield TMPDIR_UNUSABLE.found("TMPDIR", folder=named, reason=reasons[named])
    yield check_tmp()


def check_tmp(folder: Path = TEMPORARY) -> Finding:
    """Whether Triton can make the folder that it makes at each start."""
    try:
        with tempfile.TemporaryDirectory(prefix="python_env_", dir=folder):
            return fine("/tmp", "writable, as Triton needs it")
    except OSError as error:
        return TMP_CLOSED.found("/tmp", folder=folder, reason=error.strerror)
