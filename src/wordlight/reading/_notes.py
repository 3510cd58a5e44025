"""Which brackets hold a note, which is shown but not said.

Square brackets hold a note if a sound, a footnote's number or capitals stand in them, or if they
stand apart from a sentence. Round brackets and asterisks hold one only if their words are known to
be a sound or a stage direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wordlight.contract import MOMENT
from wordlight.reading._letters import plain_letters
from wordlight.reading._tables_notes import (
    ACTS,
    DIRECTIONS,
    EDITORIAL,
    FUNCTION_WORDS,
    HEADINGS,
    MODIFIERS,
    NOISES,
    NOT_OF_SOUNDS,
    ONLY_IN,
    PAUSES,
    PHRASES,
    SOUNDS,
    SOURCES,
)
from wordlight.reading._unspaced_text import is_unspaced

_BRACKETS = re.compile(
    r"\[(?P<square>[^\[\]\n]{1,200})\]|［(?P<wide>[^［］\n]{1,200})］|【(?P<heavy>[^【】\n]{1,200})】"
    r"|\((?P<round>[^()\n]{1,200})\)|（(?P<full>[^（）\n]{1,200})）"
    r"|(?<![\w*])\*(?P<star>[^\s*](?:[^*\n]{0,78}[^\s*])?)\*(?![\w*])"
)
_FOOTNOTE = re.compile(r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*|(?:note|nb|fn\.?|n\.) ?\d{1,3}", re.I)
_MOMENT = re.compile(MOMENT)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_STOPPED = re.compile(r"(?:^|[.!?…:;,。！？；：，、—–-])[\"”’')\]}»」』】]*$")
_ENDED = re.compile(r"(?:^|[.!?…。！？])[\"”’')\]}»」』】]*$")
_ADVERB = re.compile(r"\w{3,}(?:ly|mente|ement|weise)")
_PLAIN = re.compile(r"[\w¡¿(][\w\s,;.!?…'’“”&–—-]*")
"""The characters of a note. Other signs belong to programs."""
_LONGEST_NAME = 6
"""Letters of the longest acronym that an editor may add to a sentence: "the agency [NASA]"."""
_LONGEST_DIRECTION = 25
"""Words of the longest stage direction that stands alone on a line."""
_LONGEST_OF_STARS = 5
_LINKS = frozenset({"and", "at", "by", "from", "in", "of", "on", "or", "to", "with"})
"""Words that no note in a sentence begins with: "They danced (to music) all night"."""
_OPENS = re.compile(r"[^\w]*[\[(*（【［]")
_CLOSING = "])*）】］"
_LOOKED_AT = 40
"""How many characters before and after the brackets are looked at."""


def has_footnotes(text: str) -> bool:
    """Whether the number of a footnote stands right after a mark somewhere in the script.

    If so, numbers right after a word are those of footnotes too, not indices of a program.

    >>> has_footnotes("It ran.[1] So it is."), has_footnotes("the first is list[0], then list[1]")
    (True, False)
    """
    return re.search(r"(?<=[.,;:!?”\"»)\]])\[\d{1,3}\]", text) is not None


def note_spans(
    line: str, language: str = "en", *, is_turn: bool = False, is_footnoted: bool = False
) -> list[tuple[int, int]]:
    """Where the notes of a line begin and end. ``is_turn``: a speaker's turn begins with the line.

    >>> line = "He left [door slams]. (I like it.) The end. (applause)"
    >>> [line[first:stop] for first, stop in note_spans(line)]
    ['[door slams]', '(applause)']
    """
    if not any(bracket in line for bracket in "[(*（【［"):
        return []
    setting = _Setting(
        language,
        is_turn,
        is_footnoted,
        is_bare=not any(map(str.isalnum, _BRACKETS.sub("", line))),
        is_shouted=not any(map(str.islower, line)),
    )
    found = _BRACKETS.finditer(line)
    return [match.span() for match in found if _Place(match, setting).is_note()]


def is_note_line(line: str, language: str = "en") -> bool:
    """Whether a line holds only notes and marks."""
    spans = note_spans(line, language)
    edges = [0, *(edge for span in spans for edge in span), len(line)]
    rest = [line[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    return bool(spans) and not any(map(str.isalnum, "".join(rest)))


def opens_note(text: str) -> bool:
    """Whether a word that is not said begins as a note does.

    >>> opens_note("— [laughs]"), opens_note("東京")
    (True, False)
    """
    return _OPENS.match(text) is not None


def behind_note(text: str) -> str:
    """The marks after the closing bracket of a note, which belong to the sentence.

    >>> behind_note("(laughs!),")
    ','
    """
    return text[max(map(text.rfind, _CLOSING)) + 1 :]


def is_pause(text: str) -> bool:
    """Whether a word of a note asks for silence.

    >>> is_pause("pause]"), is_pause("(music)")
    (True, False)
    """
    return plain_letters(text).strip("[](){}*（）【】［］ .,!?…") in PAUSES


def parts(line: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """The line cut at its notes. Each note comes with its number, from 1; other parts have 0."""
    position = 0
    for number, (first, stop) in enumerate(spans, 1):
        if line[position:first]:
            yield line[position:first], 0
        yield line[first:stop], number
        position = stop
    if line[position:]:
        yield line[position:], 0


@dataclass(frozen=True, slots=True)
class _Setting:
    """What is known about a line. ``is_bare``: no words stand outside its brackets."""

    language: str
    is_turn: bool
    is_footnoted: bool
    is_bare: bool
    is_shouted: bool


class _Place:
    """One pair of brackets, and what stands around it."""

    def __init__(self, match: re.Match[str], setting: _Setting) -> None:
        line, (first, stop) = match.string, match.span()
        self._setting = setting
        self._kind = match.lastgroup or ""
        self._content = match[self._kind].strip()
        self._before = line[max(0, first - _LOOKED_AT) : first]
        self._after = line[stop : stop + _LOOKED_AT]
        self._words = _WORD.findall(plain_letters(self._content).replace("_", " "))

    def is_note(self) -> bool:
        """Whether the brackets hold a note."""
        if not any(map(str.isalnum, self._content)):
            return False
        if self._kind in ("square", "wide"):
            return self._is_square_note()
        if self._kind == "heavy":
            return self._is_known() or _FOOTNOTE.fullmatch(self._content) is not None
        if self._kind == "star":
            return self._is_star_note()
        return self._is_round_note()

    def _is_square_note(self) -> bool:
        content, before = self._content, self._before[-1:]
        if self._after.startswith("(") or before in ("!", "\\"):
            return False
        if content.casefold() in EDITORIAL:
            return True
        if _MOMENT.fullmatch(content):
            return not (before.isalnum() or self._after[:1].isalnum())
        if _FOOTNOTE.fullmatch(content):
            is_index = before.isalnum() and not is_unspaced(before)
            return not self._after[:1].isalpha() and (
                not is_index or (self._setting.is_footnoted and content != "0")
            )
        if self._is_glued():
            return False
        if self._is_known(is_square=True):
            return True
        if plain_letters(content).split(maxsplit=1)[0] in HEADINGS:
            return False
        is_linked = before == "]" or self._after.startswith(("[", ": http"))
        if is_linked or _PLAIN.fullmatch(content) is None:
            return False
        return self._setting.is_bare or self._is_in_capitals() or self._is_between()

    def _is_round_note(self) -> bool:
        if self._is_glued():
            return False
        if self._is_known():
            return True
        is_first = self._setting.is_turn and not any(map(str.isalnum, self._before))
        return (self._setting.is_bare and self._is_direction()) or (is_first and self._is_manner())

    def _is_star_note(self) -> bool:
        """Asterisks also mark emphasis ("*I* sigh"), so a note must stand apart: "*sighs* Well"."""
        words = self._words
        if self._setting.is_bare:
            return self._is_known() or (
                len(words) <= _LONGEST_OF_STARS
                and self._is_direction()
                and any(word in ACTS or word in NOISES or word in DIRECTIONS for word in words)
            )
        is_apart = _STOPPED.search(self._before.rstrip()) is not None
        is_act = any(word in ACTS or word in NOISES for word in words)
        after = self._after.lstrip()[:1]
        return is_apart and self._is_known() and (is_act or not after.islower())

    def _is_glued(self) -> bool:
        """Whether a letter or digit touches the brackets: "[t]he", "array[i]", "laugh(s)"."""
        return any(
            c.isdecimal() or (c.isalpha() and c.upper() != c.lower())
            for c in (self._before[-1:], self._after[:1])
        )

    def _is_in_capitals(self) -> bool:
        content = self._content
        letters = [c for c in content if c.isalpha()]
        if self._setting.is_shouted or len(letters) < 2 or not content.isupper():
            return False
        is_acronym = len(letters) <= _LONGEST_NAME and " " not in content
        return not is_acronym or self._is_apart()

    def _is_apart(self) -> bool:
        """Whether the brackets stand between sentences, or at the edge of a line."""
        before, after = self._before.rstrip(), self._after.lstrip()[:1]
        is_first = not before.strip(" -–—*•·>+\"“'‘«»♪♫")
        return (is_first or _ENDED.search(before) is not None) and not after.islower()

    def _is_between(self) -> bool:
        """Whether the brackets stand between sentences and do not begin like a sentence."""
        words = self._words
        if not self._is_apart() or not words or words[0] in FUNCTION_WORDS:
            return False
        is_small = not self._content[:1].isupper() and not self._content[:1].isdecimal()
        return is_small or words[0].endswith("ing") or any(map(_is_cue, words))

    def _is_known(self, *, is_square: bool = False) -> bool:
        """Whether all words in the brackets belong to a sound or a direction."""
        whole = plain_letters(self._content).replace("_", " ").strip(" .,!?…♪♫")
        if whole in PHRASES or ONLY_IN.get(whole) == self._setting.language:
            return True
        words = self._words
        if not words or (words[0] in _LINKS and not is_square and not self._setting.is_bare):
            return False
        rest = [word for word in words if not _is_of_notes(word)]
        if any(word in ACTS for word in words):
            is_named = rest == words[:1] and self._content[:1].isupper()
            return not rest or (is_named and len(words) > 1)
        is_counted = any(map(str.isdecimal, self._content)) and words[0] not in SOUNDS
        if rest or (is_counted and not is_square):
            return False
        makes_noise = any(word in NOISES for word in words)
        has_source = (is_square and self._is_apart()) or any(word in SOURCES for word in words)
        return any(word in SOUNDS for word in words) or (makes_noise and has_source)

    def _is_direction(self) -> bool:
        """Whether it reads like a stage direction: it has a cue, and no word of a speaker's own."""
        words = self._words
        if not 0 < len(words) <= _LONGEST_DIRECTION or words[0] in ("and", "of", "to", "the"):
            return self._is_known()
        is_told = any(word in NOT_OF_SOUNDS for word in words)
        if is_told or _PLAIN.fullmatch(self._content) is None:
            return False
        return any(_is_cue(word) or word in DIRECTIONS for word in words)

    def _is_manner(self) -> bool:
        """Whether the words state how or to whom somebody speaks: "(angrily)", "(to Anna)"."""
        words = self._words
        if not words or len(words) > _LONGEST_OF_STARS or self._content[:1].isupper():
            return False
        is_manner = _ADVERB.fullmatch(words[0]) is not None or words[0].endswith("ing")
        is_aside = words[0] in ("to", "aside", "off", "au", "zu", "para")
        is_near = all(map(_is_of_notes, words)) or self._is_direction()
        return is_manner or (is_aside and len(words) > 1) or is_near


def _is_cue(word: str) -> bool:
    return word in SOUNDS or word in ACTS or word in NOISES


def _is_of_notes(word: str) -> bool:
    is_adverb = _ADVERB.fullmatch(word) is not None
    return _is_cue(word) or word in SOURCES or word in MODIFIERS or is_adverb
