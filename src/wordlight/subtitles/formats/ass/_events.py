r"""The text, start and end of each ASS event.

    sentence, word   one event for each line, lit by karaoke tags
    pop              one event for each line in each state of the caption, and one for the spoken
                     word
    roll-up          one event for a row and one for the row before it, as in CEA-608's mode RU2:
                     rows are aligned, a new row appears at the bottom and moves the previous one
                     up at once, at most two rows are seen, and silence clears both. Karaoke tags
                     light the lower row; without karaoke its words appear one by one, as in 608

Every event has an explicit position, so that no renderer moves events to avoid collisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles.formats.ass._grounds import grounds, word_boxes
from wordlight.subtitles.formats.ass._karaoke import states
from wordlight.subtitles.formats.ass._popping import popping
from wordlight.subtitles.formats.ass._tags import HIDDEN, block, fill, seen_through
from wordlight.subtitles.formats.ass._written import Event, Written
from wordlight.subtitles.looks import Canvas, Look
from wordlight.subtitles.typesetting import Row, Setting, Typesetter

__all__ = ["Event", "set_events"]

UPCOMING_SHARE = 0.8
"""The size of the waiting next caption, as a share of its later size."""
WAITS_CS = 300
"""The longest silence in which the next caption waits on screen."""
HALO_LAYER, LETTER_LAYER = 1, 4
_TOP_ROW, _MIDDLE_ROW = 6, 3
"""A higher alignment (on the number pad) is at the top; one between the two is in the middle."""


def set_events(
    captions: Sequence[Caption],
    look: Look,
    canvas: Canvas,
    mode: str,
    karaoke: str,
    former: Caption | None = None,
) -> Iterator[Event]:
    """The events of all captions, caption by caption.

    ``mode`` and ``karaoke`` are values of the contract. ``former`` is the caption before the first
    one, if any.
    """
    typesetters = {one.name: Typesetter(one, canvas) for one in look.looks}

    def write(caption: Caption) -> Written:
        own = look.of(caption.speaker)
        return Written.of(caption, own, typesetters[own.name], karaoke)

    upper = write(former) if former else None
    for caption in captions:
        written = write(caption)
        typesetter = typesetters[written.style.name]
        if mode == "roll-up":
            follows = upper is not None and upper.caption.end_cs == caption.start_cs
            yield from _roll_up(written, upper if follows else None, typesetter)
        else:
            yield from _caption(written, upper, mode, typesetter)
        upper = written


def _caption(
    written: Written, former: Written | None, mode: str, typesetter: Typesetter
) -> Iterator[Event]:
    told = states(written.caption)
    yield from grounds(written)
    yield from word_boxes(written, told)
    if former is not None and written.style.upcoming.opacity and _is_near(former, written):
        yield from _upcoming(written, former, typesetter)
    if halo := written.halo():
        for row in halo.rows:
            opening = halo.opening(halo.placed(row) + halo.entrance())
            yield halo.event(HALO_LAYER, opening + halo.plain(row))
    if mode == "pop":
        yield from popping(written, told, LETTER_LAYER)
        return
    for row in written.rows:
        opening = written.opening(written.placed(row) + written.entrance())
        yield written.event(LETTER_LAYER, opening + written.sung(row))


def _is_near(former: Written, written: Written) -> bool:
    return written.caption.start_cs - former.caption.end_cs <= WAITS_CS


def _drawn(written: Written) -> list[tuple[int, Written]]:
    """The layers of the caption, with what is drawn on each: the glow, if any, then the letters."""
    halo, letters = written.halo(), (LETTER_LAYER, written)
    return [(HALO_LAYER, halo), letters] if halo else [letters]


def _upcoming(written: Written, former: Written, typesetter: Typesetter) -> Iterator[Event]:
    """The caption's lines in smaller type, waiting below the lines of the caption before it."""
    look = written.style
    waiting = written.set_smaller(UPCOMING_SHARE, typesetter)
    under = former.setting.rows[-1].baseline + typesetter.pitch(look.size)
    waits = moved(waiting.setting, under - waiting.setting.rows[0].baseline)
    if not typesetter.has_room(waits):
        return
    rows = waits.rows
    times = former.caption.start_cs, written.caption.start_cs
    colour = fill(look.upcoming) + seen_through(look.upcoming)
    for layer, drawn in _drawn(waiting):
        for row in rows:
            opening = drawn.opening(drawn.placed(row) + colour)
            yield drawn.event(layer, opening + drawn.unlit(row), times)


def moved(setting: Setting, down: float) -> Setting:
    """The setting moved down by this many pixels."""
    rows = tuple(replace(row, baseline=row.baseline + down) for row in setting.rows)
    return replace(setting, rows=rows)


def _roll_up(written: Written, former: Written | None, typesetter: Typesetter) -> Iterator[Event]:
    look = written.style
    pitch = typesetter.pitch(look.size)
    # The row takes the lower of two places, at the top, in the middle or at the bottom.
    drop = pitch if look.alignment > _TOP_ROW else pitch // 2 if look.alignment > _MIDDLE_ROW else 0
    written = replace(written, setting=moved(written.setting, drop))
    settings = [written.setting]
    if former is not None:
        up = typesetter.distance(former.rows[0].below, written.rows[0].above, look.size)
        lifted = written.rows[0].baseline - up - former.rows[0].baseline
        former = replace(former, setting=moved(former.setting, lifted))
        settings.append(former.setting)
    yield from grounds(written, settings)
    yield from word_boxes(written, states(written.caption))
    times = written.caption.start_cs, written.caption.end_cs
    if former is not None:
        for layer, drawn in _drawn(former):
            (row,) = drawn.rows
            yield drawn.event(layer, drawn.opening(drawn.placed(row)) + drawn.plain(row), times)
    for layer, drawn in _drawn(written):
        (row,) = drawn.rows
        if drawn.karaoke != "none":
            yield drawn.event(layer, drawn.opening(drawn.placed(row)) + drawn.sung(row))
        else:
            yield from _painted_on(drawn, row, layer)


def _painted_on(written: Written, row: Row, layer: int) -> Iterator[Event]:
    start_cs = written.caption.start_cs
    told = states(written.caption)
    for state, following in zip(told, [*told[1:], None], strict=True):
        if following is not None and following.stop == state.stop:
            continue
        stop = _painted(written.caption, state.stop)
        rest = block(HIDDEN) + written.join(stop, row.stop) if stop < row.stop else ""
        text = written.opening(written.placed(row)) + written.join(0, stop) + rest
        yield written.event(layer, text, (start_cs, state.end_cs))
        start_cs = state.end_cs


def _painted(caption: Caption, stop: int) -> int:
    """The number of words that are visible once ``stop`` of them are; unspoken words come along."""
    unsaid = takewhile(lambda word: not is_spoken(word), list(caption.words)[stop:])
    return stop + sum(1 for _ in unsaid)
