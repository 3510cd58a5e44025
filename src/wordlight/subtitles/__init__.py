"""Timed words as captions, captions as files in seven forms, and a quality report.

    words ──► set_captions(words, layout) ──► captions ──┬─► write_ass(captions, look, canvas)
                                                         ├─► write_srt(captions)
                                                         ├─► write_vtt(captions)
                                                         ├─► write_vtt_highlight, write_ttml
                                                         ├─► write_json, write_lrc
                                                         └─► report(captions, layout)

`SubtitleEngine` does all of it for the served model, `CaptionStream` for a narration that is heard
bit by bit. Importing this package needs numpy only; the
``ass`` library is imported when an ASS file is written, `wordlight.reading` when one is given.
"""

from wordlight.contract import LIMIT_FIELDS, STYLE_FIELDS, Colour, read_limits, read_style
from wordlight.subtitles._ass import write_ass
from wordlight.subtitles._call import SubtitleCall, check_speakers
from wordlight.subtitles._caption import Caption, Line
from wordlight.subtitles._captions_json import write_json
from wordlight.subtitles._composing import compose_look
from wordlight.subtitles._engine import SubtitleAnswer, SubtitleEngine
from wordlight.subtitles._faces import use_fonts
from wordlight.subtitles._fonts import fonts_folder
from wordlight.subtitles._karaoke import Syllable, syllables
from wordlight.subtitles._language import Language, find_language
from wordlight.subtitles._layout import Layout, Limits, set_captions
from wordlight.subtitles._limits import limits_of
from wordlight.subtitles._look import Canvas, Look
from wordlight.subtitles._looks import RECIPE_OF, Recipe
from wordlight.subtitles._lrc import write_lrc
from wordlight.subtitles._prices import Prices
from wordlight.subtitles._report import report
from wordlight.subtitles._safe_area import shape_of
from wordlight.subtitles._settled import Settled, settle
from wordlight.subtitles._srt import write_srt
from wordlight.subtitles._streaming import CaptionPart, CaptionStream
from wordlight.subtitles._ttml import write_ttml
from wordlight.subtitles._vtt import write_vtt
from wordlight.subtitles._vtt_highlight import write_vtt_highlight

__all__ = [
    "LIMIT_FIELDS",
    "RECIPE_OF",
    "STYLE_FIELDS",
    "Canvas",
    "Caption",
    "CaptionPart",
    "CaptionStream",
    "Colour",
    "Language",
    "Layout",
    "Limits",
    "Line",
    "Look",
    "Prices",
    "Recipe",
    "Settled",
    "SubtitleAnswer",
    "SubtitleCall",
    "SubtitleEngine",
    "Syllable",
    "check_speakers",
    "compose_look",
    "find_language",
    "fonts_folder",
    "limits_of",
    "read_limits",
    "read_style",
    "report",
    "set_captions",
    "settle",
    "shape_of",
    "syllables",
    "use_fonts",
    "write_ass",
    "write_json",
    "write_lrc",
    "write_srt",
    "write_ttml",
    "write_vtt",
    "write_vtt_highlight",
]
