"""Chooses the word of a caption to emphasise, and its colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wordlight.contract import Colour
from wordlight.subtitles._caption import is_spoken
from wordlight.subtitles.breaks import SENTENCE, break_after
from wordlight.subtitles.languages import AROUND, LEANING, OPENING, PARTICLES, plain
from wordlight.subtitles.looks import Look
from wordlight.words import Word

LEAST_LETTERS = 5
"""A shorter word is emphasised only if it is a number or a name."""
_SMALL = frozenset().union(
    *map(frozenset, LEANING.values()), *OPENING.values(), *PARTICLES.values()
)
CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages that capitalise all nouns, so a capital does not indicate a name."""
_PLAIN, _NUMBER, _NAME = range(3)


def keyword_colours(words: Sequence[Word], look: Look) -> Mapping[int, Colour]:
    """The colours of the emphasised words, by word number; none without keyword colours.

    If ``look.keywords`` lists words, these words get the first colour. Otherwise one word of the
    caption is emphasised: a number in the second colour, else a name in the third colour, else the
    longest word in the first colour. If the look has fewer colours, the last one is used.
    """
    colours = look.keyword_colours
    if not colours:
        return {}
    if look.keywords:
        named = {plain(keyword) for keyword in look.keywords}
        return {k: colours[0] for k, word in enumerate(words) if plain(word.text) in named}
    has_names = look.language.code not in CAPITAL_NOUNS
    weighed = [(*_weight(words, k, has_names), k) for k in range(len(words)) if is_spoken(words[k])]
    weight, kind, index = max(weighed, default=(0, _PLAIN, 0), key=lambda one: (one[0], -one[2]))
    return {index: colours[min(kind, len(colours) - 1)]} if weight else {}


def _weight(words: Sequence[Word], index: int, has_names: bool) -> tuple[int, int]:
    """How strongly a word is emphasised, and its kind: plain, number or name."""
    text, bare = words[index].text, plain(words[index].text)
    if any(character.isdigit() for character in bare):
        return 100, _NUMBER
    if bare in _SMALL:
        return 0, _PLAIN
    is_first = index == 0 or break_after(words[index - 1].text) == SENTENCE
    letters = sum(character.isalpha() for character in bare)
    is_capital = text.strip(AROUND)[:1].isupper()
    if has_names and is_capital and not is_first and letters > 1:
        return 50 + letters, _NAME
    return (letters, _PLAIN) if letters >= LEAST_LETTERS else (0, _PLAIN)
