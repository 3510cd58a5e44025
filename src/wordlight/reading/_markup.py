"""Tags of HTML, SSML and subtitles, which are neither shown nor said."""

from __future__ import annotations

import re

from wordlight.reading._word_list import word_list

_LINES = frozenset({"br", "li", "tr"})
_PARAGRAPHS = word_list("""
    blockquote body div h1 h2 h3 h4 h5 h6 hr ol p paragraph section speak table ul
""")
_INLINE = word_list("""
    a abbr audio b bdi bdo big c center cite code del dfn em emphasis font i ins kbd lang mark
    phoneme prosody q ruby s samp say-as sentence small span strike strong sub sup td th time tt u
    v var voice w
""")
_ALONE = frozenset({"br", "break", "hr", "img", "wbr"})
"""Tags that have no end tag."""
_NOT_TEXT = re.compile(
    r"<!--(?:(?!<!--|-->).)*-->|<(script|style|rt|rp)\b[^<>]*>[^<>]*</\1\s*>", re.DOTALL
)
"""Comments, programs, and the pronunciation that stands above a character."""
_VALUE = r"""(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+)"""
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*(?:-as)?)(?:\.[\w.-]+)?"
    rf"(?P<more>(?:\s+[\w:.-]+(?:\s*=\s*{_VALUE})?)*)\s*/?>"
)
_OF_SUBTITLES = re.compile(r"<(?:\d+:)?\d{2}:\d{2}\.\d{3}>|\{(?:\\[A-Za-z]{1,5}\d+)+\}")
"""Times in WebVTT, and changes of style in ASS."""


def without_markup(text: str) -> str:
    r"""The text without tags. Tags that end a line or a paragraph become line ends.

    Only known names are tags, and only if the end tag is in the text too or the tag needs none.
    Everything else in angle brackets stays: "List<String>", "a <b and c> d", an address.

    >>> without_markup("<p>It <b>was</b> so.<br/>So <i>it</i> is.</p>")
    '\n\nIt was so.\nSo it is.\n\n'
    """
    if "<" not in text and "{\\" not in text:
        return text
    text = _OF_SUBTITLES.sub("", _NOT_TEXT.sub("", text))
    ended = {match["name"].lower() for match in _TAG.finditer(text) if match["end"]}

    def replaced(match: re.Match[str]) -> str:
        name = match["name"].lower()
        is_voice = name == "v" and bool(match["more"])  # WebVTT's "<v Anna>" need not be ended
        if not (name in ended or name in _ALONE or is_voice):
            return match[0]
        if name in _PARAGRAPHS:
            return "\n\n"
        if name in _LINES:
            return "\n"
        if name in _INLINE:
            return ""
        return " " if name in _ALONE else match[0]

    return _TAG.sub(replaced, text)
