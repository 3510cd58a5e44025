"""The data of an ASS file that a film needs: its picture size, its colours, its times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import SubtitlesUnreadable
from wordlight_client.burn._probe import Size


@dataclass(frozen=True, slots=True)
class AssFile:
    """The size, times and colours of an ASS file.

    ``size`` is PlayRes, if the file has it. ``lit`` and ``unlit`` (``RRGGBB``) are the colours of a
    word after and before it is sung, from the style of the first event.
    """

    size: Size | None
    starts_s: tuple[float, ...]
    lit: str
    unlit: str

    @classmethod
    def read(cls, path: Path) -> AssFile:
        """The size, times and colours of a file.

        Raises:
            SubtitlesUnreadable: The file has another format, or is no text at all.
        """
        import pysubs2

        try:
            parsed = pysubs2.SSAFile.from_string(path.read_text("utf-8-sig"), format_="ass")
        except (UnicodeDecodeError, pysubs2.Pysubs2Error, ValueError):
            raise SubtitlesUnreadable(path, "it is no UTF-8 text of that form") from None
        if not parsed.info and not parsed.events:
            raise SubtitlesUnreadable(path, "there is neither a [Script Info] nor a Dialogue in it")
        events = [event for event in parsed.events if not event.is_comment]
        named = parsed.styles.get(events[0].style) if events else None
        style = named or pysubs2.SSAStyle()
        return cls(
            size=_size(parsed.info.get("PlayResX"), parsed.info.get("PlayResY")),
            starts_s=tuple(event.start / 1000 for event in events),
            lit=_code(style.primarycolor),
            unlit=_code(style.secondarycolor),
        )


def _size(width: str | None, height: str | None) -> Size | None:
    try:
        size = int(width or 0), int(height or 0)
    except ValueError:
        return None
    return size if min(size) > 0 else None


def _code(colour: Any) -> str:
    return f"{colour.r:02X}{colour.g:02X}{colour.b:02X}"
