"""Gives directions to their words: who says each word, how fast and how, and where silence is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from wordlight.reading._endings import hissed
from wordlight.reading._marks import SYMBOLS
from wordlight.reading._tokens import Token
from wordlight.reading._unspaced_text import is_unspaced
from wordlight.reading.directions import (
    PLACE,
    Direction,
    EndSay,
    Pause,
    Rate,
    Say,
    Voice,
    number_of,
)

_SAID = re.compile(r"[^\W_]")
_ENDS_TIGHT = re.compile(r"[.!?,;:…][\"”’')\]]*$")
_GOES_ON = re.compile(r"['’]?[^\W\d_]+")
LONGEST_TAIL = 12
"""How many characters after a direction are searched for the "s" of a plural or possessive."""
_SPACES = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a word.

    ``pause_s`` is the silence after the word; None leaves it to the reader. ``speaker`` is the
    name in captions. ``said`` or ``phonemes`` replace ``n_words`` words, of which this is the
    first; each of the others ``is_joined``. If it ``is_spelt``, it is said letter by letter.
    """

    voice: str = ""
    speaker: str = ""
    rate: float = 1.0
    pause_s: float | None = None
    said: str = ""
    phonemes: str = ""
    n_words: int = 1
    is_joined: bool = False
    is_spelt: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """The words without the places of directions, and what is asked of each word.

    ``lead_s`` is the silence before the first word.
    """

    tokens: list[Token]
    asked: list[Asked]
    lead_s: float | None = None

    @property
    def as_said(self) -> list[Token]:
        """The words, with the respellings in place of what is written.

        If several words share a respelling, the first has all of it and the others have no text.
        """
        tokens = [*self.tokens]
        for index, asked in enumerate(self.asked):
            if asked.said:
                words = self.tokens[index : index + asked.n_words]
                empty = [replace(word, text="") for word in words[1:]]
                tokens[index : index + asked.n_words] = [
                    replace(words[0], text=_respelt(words, asked.said)),
                    *empty,
                ]
        return tokens


def settle(tokens: Sequence[Token], directions: Sequence[Direction]) -> Settled:
    """Gives each direction to its words.

    A direction before the first letter of a word belongs to this word, and one further on to the
    next word. A pause belongs after the word before it. Pauses at one place add up.
    """
    if not directions:
        return Settled([*tokens], [Asked(speaker=token.speaker) for token in tokens])
    settling = _Settling()
    for index, token in enumerate(tokens):
        for at, before, direction in _found(token.text, directions):
            is_end = isinstance(direction, EndSay)
            tail = _tail(token.text[at : at + LONGEST_TAIL]) if is_end else ""
            settling.take(direction, index if before else index + 1, tail)
        settling.word(index, token.speaker)
    shown = [replace(token, text=_shown(token.text)) for token in tokens]
    asked = [settling.asked(index) for index in range(len(tokens))]
    for say, first, stop in settling.says(len(tokens)):
        asked[first:stop] = shared(say, asked[first:stop])
    return Settled([*_spaced(shown, asked)], asked, settling.pauses.get(-1))


def _spaced(tokens: Sequence[Token], asked: Sequence[Asked]) -> Iterator[Token]:
    """The words, with a space if only a direction is between sentences: "One.[pause:1s]Two."."""
    for (token, one), (after, other) in pairwise(zip(tokens, asked, strict=True)):
        is_same = (one.pause_s, one.voice, one.rate) == (None, other.voice, other.rate)
        is_tight = not token.glue and not is_same and not is_unspaced(after.text)
        is_apart = is_tight and _ENDS_TIGHT.search(token.text) is not None
        yield replace(token, glue=" ") if is_apart else token
    yield from tokens[-1:]


class _Settling:
    """What the directions up to here ask for."""

    def __init__(self) -> None:
        self.pauses: dict[int, float] = {}
        self._rate = 1.0
        self._cast = _Cast()
        self._states: dict[int, Asked] = {}
        self._changes: list[tuple[int, Direction]] = []
        self._says: list[tuple[Say, int, int]] = []
        self._open: tuple[Say, int] | None = None

    def take(self, direction: Direction, at: int, tail: str) -> None:
        """Takes in a direction before the word ``at``. ``tail`` are the letters right after it."""
        if isinstance(direction, Pause):
            self.pauses[at - 1] = self.pauses.get(at - 1, 0.0) + direction.seconds
        elif isinstance(direction, Say):
            self._open = direction, at
        elif isinstance(direction, EndSay):
            if self._open is not None:
                say, first = self._open
                self._says.append((_lengthened(say, tail), first, at))
            self._open = None
        elif isinstance(direction, Voice | Rate):
            self._changes.append((at, direction))

    def word(self, index: int, label: str) -> None:
        """Takes in the next word, after all its directions, and the label of its line."""
        while self._changes and self._changes[0][0] <= index:
            _, change = self._changes.pop(0)
            if isinstance(change, Voice):
                self._cast.takes_turn(change)
            elif isinstance(change, Rate):
                self._rate = change.times
        self._cast.is_labelled(label)
        self._states[index] = Asked(self._cast.voice, self._cast.speaker, self._rate)

    def asked(self, index: int) -> Asked:
        """What is asked of a word, except how it is said."""
        return replace(self._states[index], pause_s=self.pauses.get(index))

    def says(self, n_words: int) -> Iterator[tuple[Say, int, int]]:
        """Each `Say`, with the index of its first word and the index after its last one."""
        for say, first, stop in self._says:
            if first < min(stop, n_words):
                yield say, first, min(stop, n_words)


class _Cast:
    """Who speaks, and whom captions name.

    The name comes from a direction or from a label, whichever came last. A voice keeps the name
    under which it spoke before.
    """

    def __init__(self) -> None:
        self.voice = self.speaker = ""
        self._label = ""
        self._names: dict[str, str] = {}

    def takes_turn(self, voice: Voice) -> None:
        """Takes in a direction that names a voice."""
        self.voice = voice.name
        if voice.speaker:
            self._names[voice.name] = voice.speaker
        self.speaker = self._names.get(voice.name, voice.name)

    def is_labelled(self, label: str) -> None:
        """Takes in the label that a line has or inherits. Only a new label changes anything."""
        if label != self._label:
            self._label = self.speaker = self._names[self.voice] = label


def _tail(text: str) -> str:
    """The letters right after a direction: the "'s" of "[Nguyen](say:win)'s"."""
    found = _GOES_ON.match(PLACE.sub("", text))
    return found[0] if found else ""


def _lengthened(say: Say, tail: str) -> Say:
    """What is said, with the "s" that follows the word. Other letters were separated before."""
    if not tail:
        return say
    if say.respelling:
        return replace(say, respelling=say.respelling + tail.replace("’", "'"))
    return replace(say, phonemes=say.phonemes + hissed(say.phonemes))


def _found(text: str, directions: Sequence[Direction]) -> Iterator[tuple[int, bool, Direction]]:
    """The directions in a word, each with its position, and whether that is before any letter."""
    first = _SAID.search(text)
    begins = first.start() if first else len(text)
    for position, character in enumerate(text):
        number = number_of(character)
        if number is not None and number < len(directions):
            yield position, position < begins, directions[number]


def _shown(text: str) -> str:
    bare = PLACE.sub("", text)
    return bare if bare == text else _SPACES.sub(" ", bare).strip()


def shared(say: Say, asked: Sequence[Asked]) -> Iterator[Asked]:
    """What is asked of words that are said differently, as one. The first has what is said."""
    first, *others = asked
    yield replace(
        first,
        said=say.respelling,
        phonemes=say.phonemes,
        is_spelt=say.is_spelt,
        n_words=len(asked),
    )
    for one in others:
        yield replace(one, is_joined=True)


def _respelt(words: Sequence[Token], said: str) -> str:
    """What is said, between the marks around what is shown.

    >>> _respelt([Token("“C++”,")], "see plus plus")
    '“see plus plus”,'
    """
    head, tail = _bounds(words[0].text), _bounds(words[-1].text)
    return words[0].text[: head[0]] + said + words[-1].text[tail[1] :]


def _bounds(text: str) -> tuple[int, int]:
    """Where the said part of a word begins and ends. In a word of marks alone, both are its end."""
    found = [index for index, c in enumerate(text) if _SAID.match(c) or c in SYMBOLS]
    return (found[0], found[-1] + 1) if found else (len(text), len(text))
