"""The formats that subtitles are written in.

A new format needs an entry in `SUBTITLE_FORMATS`, and a module of the same name in
``wordlight.subtitles.formats`` that writes it. All else follows from `SUBTITLE_FORMATS`: the
tensors of every model that takes or returns subtitles, the fields of the answers, and the names
and media types of the files.
"""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from typing import TYPE_CHECKING

from wordlight.contract._tensor import Dtype, TensorSpec

_STEM = "subtitles"


@dataclass(frozen=True, slots=True)
class SubtitleFormat:
    """One format. Its module and its field in answers are called ``name``.

    ``suffix`` is the ending of its files.
    """

    name: str
    suffix: str
    media_type: str
    meaning: str

    @property
    def tensor(self) -> TensorSpec:
        """The output tensor that holds the subtitles in this format."""
        return TensorSpec(self.name.upper(), Dtype.STRING, self.meaning)

    @property
    def file(self) -> str:
        """The name of the file in this format, wherever it is saved."""
        return _STEM + self.suffix


SUBTITLE_FORMATS = (
    SubtitleFormat("ass", ".ass", "text/x-ssa; charset=utf-8",
                   "Advanced SubStation Alpha with karaoke tags"),
    SubtitleFormat("srt", ".srt", "application/x-subrip; charset=utf-8", "SubRip"),
    SubtitleFormat("vtt", ".vtt", "text/vtt; charset=utf-8", "WebVTT with inline word times"),
    SubtitleFormat("vtt_highlight", ".highlight.vtt", "text/vtt; charset=utf-8",
                   "WebVTT with a cue, and a coloured word, for each word's turn"),
    SubtitleFormat("ttml", ".ttml", "application/ttml+xml",
                   "TTML 2, IMSC 1.1 text profile, each word coloured in its time"),
    SubtitleFormat("json", ".json", "application/json",
                   "captions and words for programs; docs/formats.md has the keys"),
    SubtitleFormat("lrc", ".lrc", "text/plain; charset=utf-8", "lyrics in enhanced LRC"),
)  # fmt: skip
"""All formats, in the order of their tensors on the wire."""

if TYPE_CHECKING:

    class SubtitleTexts:
        """The subtitles as text, a field a format."""

        def __getattr__(self, name: str) -> str: ...

else:
    SubtitleTexts = make_dataclass(
        "SubtitleTexts",
        [(each.name, str) for each in SUBTITLE_FORMATS],
        namespace={"__doc__": "The subtitles as text, a field a format.", "__module__": __name__},
        frozen=True, slots=True, kw_only=True,
    )  # fmt: skip
