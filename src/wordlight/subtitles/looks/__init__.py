"""Looks: a named design, fitted to a video, with the fields of a request's STYLE applied."""

from wordlight.subtitles.looks._cast import cast_style
from wordlight.subtitles.looks._composing import compose_look
from wordlight.subtitles.looks._look import (
    ACCENT_EM,
    BORDER_GROWTH,
    EDGE_EM,
    REACH_EM,
    UNSEEN,
    WORD_PADDING_X_EM,
    WORD_PADDING_Y_EM,
    Canvas,
    Look,
)
from wordlight.subtitles.looks._presets import PRESET_OF
from wordlight.subtitles.looks._recipes import RECIPE_OF
from wordlight.subtitles.looks._safe_area import shape_of

__all__ = [
    "ACCENT_EM",
    "BORDER_GROWTH",
    "EDGE_EM",
    "PRESET_OF",
    "REACH_EM",
    "RECIPE_OF",
    "UNSEEN",
    "WORD_PADDING_X_EM",
    "WORD_PADDING_Y_EM",
    "Canvas",
    "Look",
    "cast_style",
    "compose_look",
    "shape_of",
]
