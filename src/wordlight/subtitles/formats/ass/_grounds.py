"""Shapes behind the text: a box around it, a bar beside it, a box behind the spoken word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from wordlight.contract import Colour
from wordlight.subtitles.formats.ass._karaoke import State
from wordlight.subtitles.formats.ass._tags import (
    block,
    border,
    fill,
    number,
    position,
    seen_through,
)
from wordlight.subtitles.formats.ass._written import Event, Written
from wordlight.subtitles.looks import (
    ACCENT_EM,
    EDGE_EM,
    WORD_PADDING_X_EM,
    WORD_PADDING_Y_EM,
    Look,
)
from wordlight.subtitles.typesetting import Setting, ordinary_reach

CARD_LAYER, WORD_LAYER = 0, 2
ARC = 0.5523
"""The length of a Bézier curve's handle, as a share of the radius, that approximates a quarter
circle."""
JUMP_MS, JUMP_FROM = 70, 95
"""How long a word's box takes to grow to its size, and its first size in percent."""


def grounds(written: Written, settings: Sequence[Setting] | None = None) -> Iterator[Event]:
    """The box and the bar of a caption. The box encloses ``settings``, if they are given."""
    look = written.style
    settings = settings or [written.setting]
    left, right = min(one.left for one in settings), max(one.right for one in settings)
    top, bottom = min(one.top for one in settings), max(one.bottom for one in settings)
    around = look.outline if look.box else 0.0
    edges = left - around, top - around, right + around, bottom + around
    if look.box and look.back_colour.opacity:
        card = _accented(edges, look.accent_room, look.is_right_to_left)
        edge = _edge(look)
        text = drawing(*card, look.radius, look.back_colour, edge + written.entrance())
        yield written.event(CARD_LAYER, text)
    if look.accent.opacity:
        width = ACCENT_EM * written.setting.em * (1.0 if look.box else 0.6)
        x = edges[2] + look.accent_room - width if look.is_right_to_left else (
            edges[0] - look.accent_room
        )  # fmt: skip
        bar = x, edges[1], x + width, edges[3]
        yield written.event(WORD_LAYER, drawing(*bar, look.radius, look.accent, written.entrance()))


def _edge(look: Look) -> str:
    """The tags for a line around a box, which separates the box from an equally dark picture."""
    if not look.outline_colour.opacity:
        return ""
    return rf"\bord{number(EDGE_EM * look.em, 2)}" + border(look.outline_colour)


def _accented(
    edges: tuple[float, float, float, float], room: float, is_right_to_left: bool
) -> tuple[float, float, float, float]:
    left, top, right, bottom = edges
    return (left, top, right + room, bottom) if is_right_to_left else (
        left - room, top, right, bottom
    )  # fmt: skip


def word_boxes(written: Written, states: Sequence[State]) -> Iterator[Event]:
    """The box behind each word while the word is spoken."""
    look, setting = written.style, written.setting
    if not look.word_box.opacity:
        return
    em = setting.em
    across, up = WORD_PADDING_X_EM * em, WORD_PADDING_Y_EM * em
    reach, edges = ordinary_reach(setting.look), setting.edges()
    for state in states:
        over_ms = min(JUMP_MS, 5 * (state.end_cs - state.start_cs))
        motion = (
            rf"\fscx{JUMP_FROM}\fscy{JUMP_FROM}\t(0,{over_ms},\fscx100\fscy100)" if over_ms else ""
        )
        for span in setting.spans(state.first, state.stop, edges):
            baseline = span.row.baseline
            below = 0.0 if look.uppercase else reach.below * em
            top, bottom = baseline - reach.above * em, baseline + below
            text = drawing(
                span.left - across, top - up, span.right + across, bottom + up,
                look.radius, look.word_box, motion,
            )  # fmt: skip
            yield written.event(WORD_LAYER, text, (state.start_cs, state.end_cs))


def drawing(
    left: float, top: float, right: float, bottom: float, radius: float, colour: Colour,
    tags: str = "",
) -> str:  # fmt: skip
    """A box with round corners, as the text of an event."""
    x, y = round(left), round(top)
    width, height = round(right) - x, round(bottom) - y
    place = r"\an5" + position(x + width / 2, y + height / 2)
    bare = r"\bord0\shad0\blur0" + fill(colour) + seen_through(colour)
    return block(rf"{place}{bare}{tags}\p1") + rounded(width, height, round(radius))


@lru_cache(maxsize=8192)
def rounded(width: int, height: int, radius: int) -> str:
    """The outline of a box whose corners are quarter circles, starting at its upper left corner.

    >>> rounded(10, 4, 0)
    'm 0 0 l 10 0 l 10 4 l 0 4'
    """
    w, h, r = width, height, min(radius, width // 2, height // 2)
    if r < 1:
        return f"m 0 0 l {w} 0 l {w} {h} l 0 {h}"
    k = round(r * (1 - ARC))
    return (
        f"m {r} 0 l {w - r} 0 b {w - k} 0 {w} {k} {w} {r} l {w} {h - r} "
        f"b {w} {h - k} {w - k} {h} {w - r} {h} l {r} {h} b {k} {h} 0 {h - k} 0 {h - r} "
        f"l 0 {r} b 0 {k} {k} 0 {r} 0"
    )
