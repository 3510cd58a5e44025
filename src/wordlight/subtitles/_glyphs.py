"""Warnings about characters that no font can draw, and about fonts that are not bundled."""

from __future__ import annotations

from collections.abc import Sequence

from wordlight.contract import package_of
from wordlight.subtitles._caption import Caption
from wordlight.subtitles.looks import Look
from wordlight.subtitles.typesetting import display_text, faces_away, undrawable

MOST_NAMED = 8
"""The most characters that one warning names."""


def glyph_warnings(captions: Sequence[Caption], look: Look) -> list[str]:
    """Warnings about characters that no face has, and about faces that Wordlight does not bundle.

    The ASS file omits characters that no face has. The other files keep them, because a player may
    have another font.
    """
    lost: dict[str, None] = {}
    away: dict[str, None] = {}
    for caption in captions:
        own = look.of(caption.speaker)
        for word in caption.words:
            text = display_text(word.text, own)
            if text.isascii() and own.face.is_here:
                continue
            lost |= dict.fromkeys(undrawable(text, own))
            away |= dict.fromkeys(faces_away(text, own))
    return [*_on_lost("".join(lost)), *map(_on_face, away)]


def _on_lost(lost: str) -> list[str]:
    if not lost:
        return []
    named = " ".join(lost[:MOST_NAMED])
    more = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
    return [f"no font here has a glyph for {named}{more}: the ASS file leaves it out"]


def _on_face(family: str) -> str:
    package = package_of(family)
    how = f"install {package} (Debian)" if package else "install it"
    return (
        f"the ASS file names the font {family!r}, which does not come with Wordlight: {how} where "
        "it is shown, or give its folder to burn with --fonts"
    )
