r"""Finds where a look puts each word, by drawing its ASS with only some words' letters shown.

A probe is one frame. It takes the events of a moment, keeps every tag that places or sizes text,
drops the tags that colour, blur or light it, and shows the letters of chosen words white on black:

    rest    each word where its lowest event has it, before any ``\t``: in place, not grown
    shown   each word where its highest event shows it, every ``\t`` finished: grown

Drawings (``\p``), shadows, glows and boxes are never in a probe; outlines are if asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from fontTools.ttLib import TTFont
from look_frames import Box, Frame, box_of, frames_at
from look_speech import Scene, Shown

from wordlight.subtitles import fonts_folder

_BLOCK = re.compile(r"(\{[^}]*\})")
_CHANGE = re.compile(r"\\t\(((?:[^()]|\([^()]*\))*)\)")
_TIMES = re.compile(r"^[\d.,\s-]*")
_MOVE = re.compile(r"\\move\([^,]*,[^,]*,([^,]*),([^,)]*)[^)]*\)")
_LIGHT = re.compile(
    r"\\(?:[1-4]?c|[1-4]a|alpha)&H[0-9A-Fa-f]+&?|\\(?:blur|be|[xy]?shad)[\d.]+"
    r"|\\(?:kf|ko|kt|k|K)\d+|\\i?clip\([^)]*\)|\\fade?\([^)]*\)"
)
_BORDER = re.compile(r"\\[xy]?bord[\d.]+")
_STATE = re.compile(r"\\r|\\p(\d)|\\(?:alpha|1a)&H([0-9A-Fa-f]{2})&")
_PIECE = re.compile(r"\\[Nnh]|.", re.DOTALL)
_PLAIN = r"\blur0\be0\shad0" + "".join(rf"\{n}c&HFFFFFF&" for n in (1, 2, 3, 4))
_WHITE, _HIDDEN = _PLAIN + r"\alpha&H00&", _PLAIN + r"\alpha&HFF&"
_STYLE_BORDER = 15
_BOXES = ("3", "4")
DEJAVU_LINE_EM = 1.164
FAINT_INK = 40
"""A pixel with less coverage than this, of 255, does not count as part of a letter."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The words, by their numbers in the caption, to be shown as they are at a time."""

    caption: Shown
    time_cs: int
    words: Collection[int]
    is_rest: bool = False
    has_edges: bool = False


@dataclass(frozen=True, slots=True)
class _Event:
    layer: int
    start_cs: int
    end_cs: int
    fields: tuple[str, ...]
    text: str


def letters(scene: Scene, probes: Sequence[Probe]) -> Iterator[Frame]:
    """The (height, width) coverage of each probe's letters, from 0 to 255."""
    header, events, boxed = _parsed(scene.ass)
    lines = []
    for number, probe in enumerate(probes):
        now = [one for one in events if one.start_cs <= probe.time_cs < one.end_cs]
        lines += [_dialogue(one, text, number) for one, text in _probed(now, probe, boxed)]
    ass = header + "".join(line + "\n" for line in lines)
    for frame in frames_at(ass, range(len(probes)), scene.size):
        yield frame[..., 0]


def resting_boxes(scene: Scene, captions: Sequence[Shown]) -> Iterator[Box]:
    """The box around the letters of each word at rest, word by word."""
    words = [(caption, word) for caption in captions for word in range(len(caption.words))]
    probes = [Probe(one, one.lates_cs[word], [word], is_rest=True) for one, word in words]
    for (caption, word), coverage in zip(words, letters(scene, probes), strict=True):
        box = box_of(coverage > FAINT_INK)
        if box is None:
            raise ValueError(f"{caption.words[word]!r} is nowhere in the frame")
        yield box


def type_size(scene: Scene) -> float:
    """The font size of the look, in pixels."""
    return float(_last_style(scene)[2])


def em_px(scene: Scene) -> float:
    """The em of the look's font in pixels. libass scales a font so that its line fills the size."""
    return type_size(scene) / _lines_em().get(_last_style(scene)[1], DEJAVU_LINE_EM)


def _last_style(scene: Scene) -> list[str]:
    """The fields of the look's own style, which follows the styles of its glow."""
    styles = [line for line in scene.ass.splitlines() if line.startswith("Style:")]
    return styles[-1].removeprefix("Style:").strip().split(",")


@cache
def _lines_em() -> dict[str, float]:
    """Ascent plus descent of each bundled face, in em, by each of its names."""
    found: dict[str, float] = {}
    for file in sorted(fonts_folder().glob("*.[to]tf")):
        with TTFont(file, lazy=True) as font:
            line = font["OS/2"].usWinAscent + font["OS/2"].usWinDescent
            names = {font["name"].getDebugName(number) for number in (1, 4, 16)}
            found |= {name: line / font["head"].unitsPerEm for name in names if name}
    return found


def _parsed(ass: str) -> tuple[str, list[_Event], set[str]]:
    """The header, with every border made an outline; the events; the names of boxed styles."""
    header, events, boxed = [], [], set()
    for line in ass.splitlines():
        if line.startswith("Dialogue:"):
            layer, start, end, *rest = line.removeprefix("Dialogue:").split(",", 9)
            *fields, text = rest
            events.append(_Event(int(layer), _cs(start), _cs(end), tuple(fields), text))
            continue
        if line.startswith("Style:"):
            fields = line.removeprefix("Style:").strip().split(",")
            if fields[_STYLE_BORDER] in _BOXES:
                boxed.add(fields[0])
                fields[_STYLE_BORDER] = "1"
            line = "Style: " + ",".join(fields)
        header.append(line + "\n")
    return "".join(header), events, boxed


def _cs(clock: str) -> int:
    hours, minutes, seconds = clock.strip().split(":")
    return round(100 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))


def _dialogue(event: _Event, text: str, number: int) -> str:
    start, end = (
        f"{cs // 360000}:{cs // 6000 % 60:02}:{cs // 100 % 60:02}.{cs % 100:02}"
        for cs in (number, number + 1)
    )
    return f"Dialogue: {event.layer},{start},{end},{','.join(event.fields)},{text}"


def _probed(
    events: Sequence[_Event], probe: Probe, boxed: Collection[str]
) -> Iterator[tuple[_Event, str]]:
    """The events of a moment, each with its text in the probe. Every word is shown once."""
    left = set(probe.words)
    for event in sorted(events, key=lambda one: one.layer, reverse=not probe.is_rest):
        pieces = list(_pieces(event.text, probe))
        owners = _owners(event, [piece for _, piece, _ in pieces], probe.caption)
        if not any(owner is not None for owner in owners):
            continue
        has_edges = probe.has_edges and event.fields[0] not in boxed
        here: set[int] = set()
        written = []
        for (tags, piece, is_seen), owner in zip(pieces, owners, strict=True):
            is_shown = owner in left and (is_seen or probe.is_rest)
            if is_shown and owner is not None:
                here.add(owner)
            own = (_WHITE if is_shown else _HIDDEN) + ("" if has_edges else r"\bord0")
            written.append(f"{{{tags}{own}}}{piece}")
        left -= here
        yield event, _shorter(written)


def _shorter(written: Sequence[str]) -> str:
    """The pieces as one text, without tags that repeat those of the piece before."""
    text, former = [], ""
    for one in written:
        block, piece = one[: one.index("}") + 1], one[one.index("}") + 1 :]
        text.append(piece if block == former else one)
        former = block
    return "".join(text)


def _pieces(text: str, probe: Probe) -> Iterator[tuple[str, str, bool]]:
    """Each character with the placing tags before it, and whether it is visible."""
    is_hidden = is_drawing = False
    for part in _BLOCK.split(text):
        if part.startswith("{"):
            tags = _placing(part[1:-1], probe)
            for found in _STATE.finditer(tags):
                if found[0] == r"\r":
                    is_hidden = False
                elif found[1] is not None:
                    is_drawing = found[1] != "0"
                else:
                    is_hidden = found[2].upper() == "FF"
            tags = _LIGHT.sub("", tags)
            if not probe.has_edges:
                tags = _BORDER.sub("", tags)
            if tags:
                yield tags, "", False
        elif not is_drawing:
            for found in _PIECE.finditer(part):
                yield "", found[0], not is_hidden


def _placing(tags: str, probe: Probe) -> str:
    """The tags with every change undone or finished, and every move finished."""
    tags = _CHANGE.sub(lambda found: "" if probe.is_rest else _TIMES.sub("", found[1]), tags)
    return _MOVE.sub(r"\\pos(\1,\2)", tags)


def _owners(event: _Event, pieces: Sequence[str], caption: Shown) -> list[int | None]:
    """For each piece, the number of the word that it belongs to, or None.

    An event's letters are those of one or more consecutive words. If several words match, those
    whose onset is nearest to the event's start are taken.
    """
    words = [_folded(word) for word in caption.words]
    own = [_folded(piece) if len(piece) == 1 else "" for piece in pieces]
    text = "".join(own)
    firsts = [n for n in range(len(words)) if text and _begins(words[n:], text)]
    if not firsts:
        return [None] * len(pieces)
    first = min(firsts, key=lambda n: abs(100 * caption.onsets_s[n] - event.start_cs))
    of_letter = [n for n in range(first, len(words)) for _ in words[n]]
    owners, place = [], 0
    for one in own:
        owners.append(of_letter[place] if one else None)
        place += len(one)
    return owners


def _begins(words: Sequence[str], text: str) -> bool:
    """Whether the text consists of the first one or more of the words."""
    return text in accumulate(words)


def _folded(text: str) -> str:
    """The text in capitals and without spaces, which is what every look preserves of it."""
    return "".join(text.upper().split())
