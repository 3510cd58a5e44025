"""The lines of a caption as libass draws them. Other formats measure these lines too."""

from __future__ import annotations

from wordlight.subtitles._caption import Caption
from wordlight.subtitles.formats._escaping import BUNDLED_BRACES, FULL_WIDTH_BRACES, escape_ass
from wordlight.subtitles.looks import Look
from wordlight.subtitles.typefaces import is_bundled
from wordlight.subtitles.typesetting import Words, display_text, undrawable
from wordlight.words import Word


def lines_of(caption: Caption, look: Look) -> list[Words]:
    """The caption's lines, escaped for ASS, without characters that no face can draw."""
    braces = BUNDLED_BRACES if is_bundled(look.font) else FULL_WIDTH_BRACES

    def write(word: Word) -> str:
        text = escape_ass(display_text(word.text, look), braces)
        lost = undrawable(text, look)
        return text.translate(dict.fromkeys(map(ord, lost))).strip() if lost else text

    return [_without_gaps([*map(write, line.words)], [*line.glue]) for line in caption.lines]


def _without_gaps(texts: list[str], glue: list[str]) -> Words:
    """The line, without spaces beside words that are empty."""
    for k, text in enumerate(texts):
        if not text:
            glue[k] = ""
            if not any(texts[k:]):
                glue[max(0, k - 1)] = ""
    return Words(tuple(texts), tuple(glue))
