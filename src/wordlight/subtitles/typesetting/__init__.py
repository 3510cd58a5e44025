"""Typesetting of captions: the width of each word and the position of each line."""

from wordlight.subtitles.typesetting._direction import runs_right_to_left
from wordlight.subtitles.typesetting._setting import (
    Row,
    Setting,
    Span,
    Typesetter,
    Words,
    centre_of,
    place_of_line,
)
from wordlight.subtitles.typesetting._type import (
    display_text,
    faces_away,
    ordinary_reach,
    runs_of,
    undrawable,
    width_px,
)

__all__ = [
    "Row",
    "Setting",
    "Span",
    "Typesetter",
    "Words",
    "centre_of",
    "display_text",
    "faces_away",
    "ordinary_reach",
    "place_of_line",
    "runs_of",
    "runs_right_to_left",
    "undrawable",
    "width_px",
]
