"""API keys for the front door, whose packages may not be installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from wordlight.errors import FrontUnusable

if TYPE_CHECKING:
    from wordlight.front import Key

KEYS = "WORDLIGHT_API_KEYS"


def known_keys(file: Path | None) -> tuple[Key, ...]:
    """The keys in a file, or in the variable ``WORDLIGHT_API_KEYS``.

    Raises:
        FrontUnusable: They cannot be read, or the front door's packages are missing.
    """
    try:
        text = os.environ.get(KEYS, "") if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = f"{file} cannot be read ({getattr(error, 'strerror', None) or 'it is no text'})"
        raise FrontUnusable(why, "name a file as `wordlight key` writes it") from error
    return keys_of(text)


def keys_of(text: str) -> tuple[Key, ...]:
    """The keys that are written so.

    Raises:
        FrontUnusable: One is malformed, or the front door's packages are missing.
    """
    try:
        from wordlight.front import read_keys  # not at the top: see below
    except ImportError as error:
        todo = "pip install 'wordlight[front]'"
        raise FrontUnusable(f"the package {error.name} is not installed", todo) from error
    return read_keys(text)
