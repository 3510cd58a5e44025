"""The characters of paths. Triton sees plain links to whatever has others; one of them stays."""

from __future__ import annotations

import os
from pathlib import Path

from wordlight.doctor._finding import Complaint, Finding, State, fine

PATH_WITH_COLON = Complaint(
    "PATH_WITH_COLON",
    State.ERROR,
    "{path} has a colon in its path",
    "The dynamic linker takes a list of folders that colons divide, and knows no way to write a "
    "colon in one: the server's libraries would not be found. Every other character works.",
    "move the environment, or the checkout that it lies in, to a path without a colon",
)


def check_paths(libraries: Path) -> Finding:
    """Whether the linker can be told of the folder of the server's libraries."""
    if os.pathsep in str(libraries):
        return PATH_WITH_COLON.found("paths", path=libraries)
    return fine("paths", "can be handed to Triton")
