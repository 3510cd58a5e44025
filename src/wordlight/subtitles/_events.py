r"""What stands on screen from when to when, as text fields of ASS events.

    sentence, word   an event a caption, lit up by karaoke tags
    pop              an event a word state: the whole caption, unsung, with a hole where the spoken
                     word is; and over it another that shows nothing but that word, grown. A hidden
                     word keeps its place, so nothing of the lower event ever moves. A grown word
                     widens its line and moves the rest of the upper event, which nobody sees
    roll-up          an event a row, the row before it above, as CEA-608 does in its mode RU2: rows
                     share an edge, a new one appears at the bottom and lifts the former at once,
                     at most two are seen, silence clears both. The lower row lights up by karaoke
                     tags; without karaoke it is painted on word by word, as 608 does

Events of one layer never overlap in time, or a renderer would move one of them out of the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from wordlight.contract import Colour
from wordlight.subtitles._caption import Caption, is_spoken
from wordlight.subtitles._escaping import BUNDLED_BRACES, FULL_WIDTH_BRACES, escape_ass
from wordlight.subtitles._fonts import BUNDLED_FONT
from wordlight.subtitles._karaoke import states, syllables
from wordlight.subtitles._look import Canvas, Look
from wordlight.subtitles._measure import advance_em, display_text, fitting_size

POP_SCALE, POP_MS = 1.12, 80
"""How large the spoken word grows, and in what time."""
POP_REACH_EM = 0.14
"""How far it may grow to either side: less than half a space, so that its neighbours stay clear."""
POP_BORDER = 1.2
_BELOW, _ABOVE = 0, 1
_HIDDEN, _INKLESS = r"\alpha&HFF&", r"\1a&HFF&"
"""Without a trace; without its letters, for which a box around them stays. A box around the whole
event is drawn as the event's last piece says, so that one must never be without a trace."""
_HIGHEST_BOTTOM_ALIGNMENT = 3
_NEW_LINE = r"\N"


@dataclass(frozen=True, slots=True)
class Event:
    """Text from ``start_cs`` to before ``end_cs``; a higher ``layer`` is drawn over a lower one."""

    layer: int
    start_cs: int
    end_cs: int
    style: str
    speaker: str
    text: str


def set_events(
    captions: Sequence[Caption],
    look: Look,
    canvas: Canvas,
    mode: str,
    karaoke: str,
    former: Caption | None = None,
) -> Iterator[Event]:
    """The events of all captions, by start; ``mode`` and ``karaoke`` as in the contract.

    ``former`` is the caption before them, if any.
    """
    upper = _Text.of(former, look, canvas, karaoke) if former else None
    for caption in captions:
        text = _Text.of(caption, look, canvas, karaoke)
        if mode == "pop":
            yield from _pop(text)
        elif mode == "roll-up":
            follows = upper is not None and upper.caption.end_cs == caption.start_cs
            yield from _roll_up(text, upper if follows else None)
        else:
            yield text.event(_BELOW, text.opening + text.sung())
        upper = text


@dataclass(frozen=True, slots=True)
class _Text:
    """One caption as its speaker's look writes it."""

    caption: Caption
    look: Look
    karaoke: str
    size: float
    words: tuple[str, ...]
    glue: tuple[str, ...]

    @classmethod
    def of(cls, caption: Caption, look: Look, canvas: Canvas, karaoke: str) -> _Text:
        own = look.of(caption.speaker)
        braces = BUNDLED_BRACES if own.font == BUNDLED_FONT else FULL_WIDTH_BRACES
        words = tuple(escape_ass(display_text(w.text, own), braces) for w in caption.words)
        glue = [space for line in caption.lines for space in (*line.glue[:-1], _NEW_LINE)]
        size = fitting_size(caption, own, canvas)
        return cls(caption, own, karaoke, size, words, (*glue[:-1], ""))

    @property
    def tags(self) -> str:
        """What a style cannot say."""
        blur = rf"\blur{self.look.blur:g}" if self.look.blur else ""
        return blur + (rf"\fs{self.size:g}" if self.size != self.look.size else "")

    @property
    def opening(self) -> str:
        return _block(self.tags)

    def event(self, layer: int, text: str, times_cs: tuple[int, int] | None = None) -> Event:
        """An event as long as the caption, unless said otherwise."""
        start_cs, end_cs = times_cs or (self.caption.start_cs, self.caption.end_cs)
        return Event(layer, start_cs, end_cs, self.look.name, self.caption.speaker, text)

    def join(self, first: int = 0, stop: int | None = None) -> str:
        """Those words and what follows each."""
        pairs = zip(self.words[first:stop], self.glue[first:stop], strict=True)
        return "".join(word + space for word, space in pairs)

    def read(self, first: int, stop: int) -> str:
        """Those words as read in one line, tags and escapes aside."""
        words = list(self.caption.words)[first:stop]
        spaces = [" " if space == _NEW_LINE else space for space in self.glue[first : stop - 1]]
        return "".join(w.text + space for w, space in zip(words, (*spaces, ""), strict=True))

    def parts(self, first: int, stop: int) -> tuple[str, str, str]:
        """What stands before those words, they themselves, and what stands after them."""
        inner = self.join(first, stop - 1) + self.words[stop - 1]
        return self.join(0, first), inner, self.glue[stop - 1] + self.join(stop)

    def sung(self) -> str:
        """All words with karaoke tags, or plain where there are none."""
        if self.karaoke == "none":
            return self.join()
        written, index = [], 0
        for syllable in syllables(self.caption):
            if syllable.word is None:
                written.append(_block(rf"\k{syllable.length_cs}"))
                continue
            written.append(
                _block(rf"\{self.karaoke}{syllable.length_cs}") + self.join(index, index + 1)
            )
            index += 1
        return "".join(written)


def _pop(text: _Text) -> Iterator[Event]:
    boxless = r"\3a&HFF&\4a&HFF&" if text.look.box else ""
    hidden = text.tags + _HIDDEN
    lower = _Unsung.of(text)
    for state in states(text.caption):
        times = state.start_cs, state.end_cs
        yield text.event(_BELOW, lower.without(state.first, state.stop), times)
        if state.first == state.stop:
            continue
        before, spoken, after = text.parts(state.first, state.stop)
        growth = _growth(text, state.first, state.stop)
        grown = _block(rf"\r{text.tags}{boxless}{growth}") + spoken
        over = _block(hidden) + before + grown + _block(rf"\r{hidden}") + after
        yield text.event(_ABOVE, over, times)


@dataclass(frozen=True, slots=True)
class _Unsung:
    """All words of a caption unsung, in pieces: a word or what follows one, each behind its tags.

    libass draws a run of one colour as one picture, which it lays on an eighth of a pixel. So that
    the runs are the same whatever is hidden, every piece differs from the piece before it: by one
    of 256 shades of blue, in the spaces where there are any.
    """

    opening: str
    reset: str
    hole: str
    shades: tuple[str, str]
    pieces: tuple[str, ...]
    places: tuple[int, ...]
    """Of each word among the pieces."""
    shown: tuple[str, ...]

    @classmethod
    def of(cls, text: _Text) -> _Unsung:
        look = text.look
        colour = look.primary if text.karaoke == "none" else look.secondary
        is_seen_through = colour.opacity != look.primary.opacity
        alpha = rf"\1a&H{255 - colour.opacity:02X}&" if is_seen_through else ""
        other = replace(colour, blue=colour.blue ^ 1)
        shades = _fill(colour) + alpha, _fill(other) + alpha
        pieces: list[str] = []
        places = []
        for word, space in zip(text.words, text.glue, strict=True):
            places.append(len(pieces))
            pieces += (word, space) if space else (word,)
        return cls(
            text.opening,
            rf"\r{text.tags}",
            _block(_INKLESS if look.box else _HIDDEN),
            shades,
            tuple(pieces),
            tuple(places),
            tuple(_block(shades[i % 2]) + piece for i, piece in enumerate(pieces)),
        )

    def without(self, first: int, stop: int) -> str:
        """The text with the words from ``first`` to before ``stop`` hidden."""
        written = list(self.shown)
        for place in self.places[first:stop]:
            written[place] = self.hole + self.pieces[place]
            after = place + 1
            if after < len(written):
                shade = self.shades[after % 2]
                written[after] = _block(self.reset + shade) + self.pieces[after]
        return self.opening + "".join(written)


def _growth(text: _Text, first: int, stop: int) -> str:
    look = text.look
    words = text.read(first, stop)
    sides = 2 if look.alignment % 3 == 2 else 1
    width_em = max(advance_em(display_text(words, look), look.bold), 0.1)
    percent = round(100 * min(POP_SCALE, 1 + sides * POP_REACH_EM / width_em), 1)
    border = rf"\bord{POP_BORDER * look.outline:.4g}" if not look.box else ""
    return rf"\t(0,{POP_MS},\fscx{percent:g}\fscy{percent:g}{border})"


def _roll_up(text: _Text, former: _Text | None) -> Iterator[Event]:
    if former is not None and (former.look.name, former.tags) == (text.look.name, text.tags):
        opening = text.opening + former.join() + _NEW_LINE
    elif former is not None:
        upper = _block(rf"\r{former.look.name}{former.tags}") + former.join() + _NEW_LINE
        opening = upper + _block(rf"\r{text.look.name}{text.tags}")
    elif text.look.alignment > _HIGHEST_BOTTOM_ALIGNMENT:
        opening = text.opening + r"\h\N"  # its place is the lower row's, wherever that is
    else:
        opening = text.opening
    if text.karaoke != "none":
        yield text.event(_BELOW, opening + text.sung())
        return
    hidden = _INKLESS if text.look.has_whole_box else _HIDDEN
    start_cs = text.caption.start_cs
    told = states(text.caption)
    for state, following in zip(told, [*told[1:], None], strict=True):
        if following is not None and following.stop == state.stop:
            continue
        stop = _painted(text.caption, state.stop)
        rest = _block(hidden) + text.join(stop) if text.words[stop:] else ""
        yield text.event(_BELOW, opening + text.join(0, stop) + rest, (start_cs, state.end_cs))
        start_cs = state.end_cs


def _painted(caption: Caption, stop: int) -> int:
    """How many words are painted on once ``stop`` of them are; what nobody says comes along."""
    unsaid = takewhile(lambda word: not is_spoken(word), list(caption.words)[stop:])
    return stop + sum(1 for _ in unsaid)


def _block(tags: str) -> str:
    return f"{{{tags}}}" if tags else ""


def _fill(colour: Colour) -> str:
    return rf"\1c&H{colour.blue:02X}{colour.green:02X}{colour.red:02X}&"
