"""Sets timed words as captions, writes captions in seven file formats, and reports their quality.

    words ──► set_captions(words, layout) ──► captions ──┬─► formats.write("srt", Presentation(…))
                                                         └─► report(captions, layout)

`SubtitleEngine` does all of this for the served model. `CaptionStream` does it for speech that is
still being generated. Importing this package needs numpy only. The ``ass`` library is imported when
an ASS file is written, and `wordlight.reading` when a request has a reading.
`wordlight.subtitles.previews` never imports `wordlight.reading`.
"""

from wordlight.contract import LIMIT_FIELDS, STYLE_FIELDS, Colour, read_limits, read_style
from wordlight.subtitles._call import SubtitleCall, check_speakers
from wordlight.subtitles._caption import Caption, Line, is_spoken
from wordlight.subtitles._clock import clock
from wordlight.subtitles._engine import SubtitleEngine
from wordlight.subtitles._files import SubtitleAnswer
from wordlight.subtitles._layout import Layout, Limits, displayable, set_captions
from wordlight.subtitles._limits import limits_of
from wordlight.subtitles._report import report
from wordlight.subtitles._settled import settle
from wordlight.subtitles._streaming import CaptionPart, CaptionStream
from wordlight.subtitles.breaks import Prices
from wordlight.subtitles.formats.ass import syllables
from wordlight.subtitles.languages import find_language
from wordlight.subtitles.looks import Canvas, Look, compose_look
from wordlight.subtitles.typefaces import fonts_folder

__all__ = [
    "LIMIT_FIELDS",
    "STYLE_FIELDS",
    "Canvas",
    "Caption",
    "CaptionPart",
    "CaptionStream",
    "Colour",
    "Layout",
    "Limits",
    "Line",
    "Look",
    "Prices",
    "SubtitleAnswer",
    "SubtitleCall",
    "SubtitleEngine",
    "check_speakers",
    "clock",
    "compose_look",
    "displayable",
    "find_language",
    "fonts_folder",
    "is_spoken",
    "limits_of",
    "read_limits",
    "read_style",
    "report",
    "set_captions",
    "settle",
    "syllables",
]
