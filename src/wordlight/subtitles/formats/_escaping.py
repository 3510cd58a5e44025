"""Escapes text so that players show it as written.

ASS and SRT have no escape that every player honours. So the escaping changes the characters that
would start a tag:

    ASS     { }                        ｛ ｝ (full width), or ❴ ❵ if the font is a bundled one:
                                       none has ｛ ｝; ``\\{`` works in libass only
            \\ before N, n, h, or last  followed by U+2060 WORD JOINER, which has no width
    SRT     { }                        ｛ ｝: ffmpeg and mpv pass the text to ASS unchanged
            \\ before N, n, h           followed by U+2060, for the same reason
            < before a letter or /     followed by U+2060
            & before an entity's name  followed by U+2060: VLC decodes entities
            -->                        --, U+2060, >
    WebVTT  & < >                      &amp; &lt; &gt;
    LRC     [ ]                        ［ ］ (full width): readers drop the text after a [
            < before a digit           followed by U+2060
"""

from __future__ import annotations

import re

WORD_JOINER = "\u2060"

_ASS_ESCAPE = re.compile(r"\\(?=[Nnh]|$)")
FULL_WIDTH_BRACES, BUNDLED_BRACES = "｛｝", "❴❵"
_SRT_TAG = re.compile(r"<(?= *[A-Za-z/])|\\(?=[Nnh])|&(?=#?\w+;)|--(?=>)")
_LRC_TIME = re.compile(r"<(?=\d)")


def escape_ass(text: str, braces: str = FULL_WIDTH_BRACES) -> str:
    """The word, escaped for the text field of an ASS event. ``braces`` replace ``{`` and ``}``.

    >>> escape_ass("{b}")
    '｛b｝'
    """
    if "\\" in text:
        text = _ASS_ESCAPE.sub(lambda found: found.group() + WORD_JOINER, text)
    return text.replace("{", braces[0]).replace("}", braces[1])


def escape_srt(text: str) -> str:
    """The line, escaped for an SRT cue.

    >>> escape_srt("{so}")
    '｛so｝'
    """
    joined = _SRT_TAG.sub(lambda found: found.group() + WORD_JOINER, text)
    return joined.replace("{", FULL_WIDTH_BRACES[0]).replace("}", FULL_WIDTH_BRACES[1])


def escape_lrc(text: str) -> str:
    """The word, escaped for an LRC line.

    >>> escape_lrc("[laughs]")
    '［laughs］'
    """
    return _LRC_TIME.sub("<" + WORD_JOINER, text).replace("[", "［").replace("]", "］")


def escape_vtt(text: str) -> str:
    """The word, escaped for a WebVTT cue.

    >>> escape_vtt("R&D <b>")
    'R&amp;D &lt;b&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
