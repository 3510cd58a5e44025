"""``wordlight serve`` of two models, which load at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SERVE_TWO_MODELS = """\
import functools, sys
import wordlight.commands.serve as command
from wordlight.contract import SUBTITLES, VOICES

command.Server = functools.partial(command.Server, models=(SUBTITLES, VOICES))
command.serve(sys.argv[1:])
"""
"""``wordlight serve`` as it is, with two models that load at once."""


ANY_PORTS = ("--http-port", "0", "--grpc-port", "0", "--metrics-port", "0")
"""Options that let the server listen wherever a port is free."""


def serve(volume: Path, *then: str) -> subprocess.Popen[str]:
    """``wordlight serve`` of two models on any free ports, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", SERVE_TWO_MODELS, "--models", "mini", "--volume", str(volume),
         *ANY_PORTS, *then],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def said_until(process: subprocess.Popen[str], word: str) -> str:
    """What it said, up to the line with that word."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"it never said {word!r}:\n{said}")
