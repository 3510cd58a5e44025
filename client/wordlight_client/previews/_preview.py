"""Words set in a look: the ASS file, and the moment at which the look is seen best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.contract import SUBTITLES
from wordlight.words import Word
from wordlight_client._mappings import as_sent
from wordlight_client.burn import Size

TEXT = "Every word lights up the moment you hear it. This is what they look like!"
TAIL_S = 0.6
"""How long a clip goes on after the last word."""
WELL_INTO = 0.6
"""Share of a word's time: by then the word has grown, and its sweep is under way."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Words in a look. At ``moment_s`` some words of the fullest caption are lit, some are not."""

    name: str
    ass: str
    moment_s: float
    length_s: float

    @classmethod
    def of(
        cls,
        name: str,
        options: Mapping[str, Any],
        words: Sequence[Word],
        size: Size,
        fonts: Path | None = None,
    ) -> Preview:
        """The words in a look, given by options of subtitles as `Client.subtitle` takes them.

        ``fonts`` is a folder with the caller's own fonts, which are used too.

        Raises:
            InvalidInput: An option is invalid.
        """
        from wordlight.subtitles.previews import preview

        folders = () if fonts is None else (fonts,)
        made = preview(words, {**checked(options), "width": size[0], "height": size[1]}, folders)
        return cls(name, made.ass, _moment_s(made.captions), words[-1].end_s + TAIL_S)


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options in the form in which a request carries them.

    Raises:
        InvalidInput: A server would refuse an option.
    """
    fields = {name: as_sent(name, value) for name, value in options.items() if value is not None}
    for tensor in SUBTITLES.inputs:
        if tensor.field in fields:
            tensor.decode(tensor.encode(fields[tensor.field]))
    return fields


def _moment_s(captions: Sequence[Sequence[Word]]) -> float:
    fullest = max(captions, key=len)
    word = fullest[len(fullest) // 2]
    return word.start_s + WELL_INTO * word.duration_s
