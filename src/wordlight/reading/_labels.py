"""Speakers' labels: "ANNA:" at the start of a line.

In capitals, a name with a colon is a label, unless it is another word ("NOTE:") or begins a
headline. "Anna:", and names in scripts without capitals, count only if the script is a dialogue: if
a name comes back, or if most lines have a name and read like talk. A direction that names a voice
may stand before the name. Then it is a label if people have such a name, if it comes back, or if
another voice has a label too. No label stands after a direction that names both voice and speaker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from wordlight.contract import label_pattern
from wordlight.reading import _tables_labels as tables
from wordlight.reading._letters import plain_letters
from wordlight.reading._marks import leads
from wordlight.reading._names import Case, bare_words, case_of, is_another_word
from wordlight.reading.directions import PLACE, SPEAKER_PLACE, VOICE_PLACE
from wordlight.reading.english import LETTERED, WORDS_IN_CAPITALS

_LABEL = label_pattern("【】", rf"[\s*_]|$|{PLACE.pattern}")
_PLACES = re.compile(rf"(?:{PLACE.pattern}\s*)+")
_NUMERAL = re.compile(r"[IVX]+")
_VALUE = re.compile(r"[\d$€£¥₹#@~≈<>+-]|https?:|www\.")
"""What a value in a list may begin with, but talk never does."""
_SENTENCE = re.compile(r"[.!?…。！？؟۔।—–][\"”’')\]}»」』*_♪]*$")
_LAST_NOTES = re.compile(r"(?:\s*[\[(（][^()\[\]]{1,80}[)\]）])+$")
_GOES_ON = re.compile(r"[^.!?…:;,—–\"”’')\]。！？，；：」』؟۔।،-]$")
_LONG_LINE = 45
"""Characters. The writer ended a shorter line on purpose, as in `_lines`."""
_LONG_TALK = 3
"""Words. The values of a list are shorter."""


@dataclass(frozen=True, slots=True)
class Label:
    """The name of the speaker, and the rest of the line after the label."""

    name: str
    rest: str


@dataclass(frozen=True)
class _Candidate:
    """A line that may begin with a label.

    ``said`` is what stands after the label, or on the next line if nothing does.
    """

    at: tuple[int, int]
    label: Label
    said: str
    case: Case
    goes_on: bool
    """Whether the line before may have been wrapped, so that its sentence goes on in this line."""
    is_far: bool
    """Whether a blank line separates the label from the spoken text."""
    is_voiced: bool = False
    """Whether a direction that names a voice stands before the label."""

    @cached_property
    def key(self) -> str:
        return plain_letters(self.label.name)

    @cached_property
    def words(self) -> list[str]:
        return bare_words(self.key)

    @property
    def is_heard(self) -> bool:
        """Whether the label has text to say. If not, the name must be a label elsewhere too."""
        return any(map(str.isalnum, self.said))

    @property
    def is_known(self) -> bool:
        """Whether the name is a known given name or role."""
        ends = {self.words[0], self.words[-1], self.key}
        roles = tables.ROLES - tables.QUESTIONS if self.is_counted else tables.ROLES
        return bool(ends & roles) or self.words[0] in tables.GIVEN_NAMES

    @property
    def is_counted(self) -> bool:
        """Whether the name has a number, as the names of chapters and speakers may."""
        is_numeral = _NUMERAL.fullmatch(self.label.name) is not None
        return is_numeral or any(map(str.isdecimal, self.key))

    @property
    def is_short_for_something(self) -> bool:
        """Whether the name is a well-known short form: "NASA: a new start"."""
        return self.label.name in LETTERED or self.label.name in WORDS_IN_CAPITALS

    @property
    def reads_like_talk(self) -> bool:
        """Whether what is said addresses somebody."""
        words = set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", plain_letters(self.said)))
        is_addressed = bool(words & tables.TALK) or self.greets
        return is_addressed or any(c in tables.TALK_UNCASED or c in "?!？！؟" for c in self.said)

    @property
    def greets(self) -> bool:
        """Whether what is said begins with a greeting or an answer."""
        said = plain_letters(self.said).lstrip("\"“'‘¡¿«-–—…*_ ")
        first = re.match(r"[^\s,.!?…;:，。！？、،؟]+", said)
        return first is not None and first[0] in tables.GREETINGS

    @property
    def is_sentence(self) -> bool:
        """Whether what is said begins and ends as a sentence does."""
        said = self.said.lstrip("\"“'‘¡¿«-–—…*_([ ")
        begins = not said[:1].islower() and _VALUE.match(said) is None
        return begins and _SENTENCE.search(_LAST_NOTES.sub("", self.said)) is not None


def find_labels(blocks: Sequence[Sequence[str]]) -> dict[tuple[int, int], Label]:
    """The labels of a script, by (block, line). A block is the lines between two blank lines.

    >>> find_labels([["ANNA (off): It is so.", "NOTE: so it is."]])
    {(0, 0): Label(name='ANNA', rest='It is so.')}
    """
    found = _without_lists(list(_candidates(blocks)))
    if not found:
        return {}
    n_lines = sum(not line.startswith("#") for block in blocks for line in block)
    script = _Script(found, n_lines)
    names = {candidate.key for candidate in found if candidate.is_heard and script.has(candidate)}
    return {
        candidate.at: candidate.label
        for candidate in found
        if candidate.key in names and (not candidate.is_heard or script.has(candidate))
    }


class _Script:
    """All possible labels of a script, and the evidence for each of them."""

    def __init__(self, found: Sequence[_Candidate], n_lines: int) -> None:
        sure = [candidate for candidate in found if candidate.is_heard and not candidate.goes_on]
        self._times = Counter(candidate.key for candidate in sure)
        self._has_voices = len({one.key for one in found if one.is_voiced}) > 1
        self._plain = [candidate for candidate in sure if self._is_plain(candidate)]
        self._is_most = 2 * len(self._plain) >= n_lines
        self._has_certain = any(map(self._is_certain, self._plain))
        self._is_dialogue = self._reads_like_dialogue()

    def has(self, candidate: _Candidate) -> bool:
        """Whether a candidate is a label."""
        is_back = self._is_back(candidate)
        if candidate.is_voiced and (self._has_voices or candidate.is_known or is_back):
            return True
        if not self._is_plain(candidate) or not (self._times[candidate.key] or self._has_certain):
            return False
        if candidate.case is Case.CAPITALS:
            is_name = self._has_certain and not candidate.is_short_for_something
            return is_back or is_name or self._is_dialogue
        is_spoken = candidate.is_sentence or (candidate.is_known and self._is_most)
        return self._is_dialogue and (is_back or is_spoken)

    def _is_plain(self, candidate: _Candidate) -> bool:
        """Whether the candidate can be a name: neither a chapter's name nor a heading."""
        is_name = not candidate.is_counted or candidate.is_known
        return self._is_back(candidate) or (is_name and not candidate.is_far)

    def _is_back(self, candidate: _Candidate) -> bool:
        return self._times[candidate.key] > 1

    @staticmethod
    def _is_certain(candidate: _Candidate) -> bool:
        """Whether the candidate is a label by itself. A line all in capitals may be a headline."""
        if candidate.case is not Case.CAPITALS or candidate.is_short_for_something:
            return False
        letters = [c for c in candidate.said if c.isalpha()]
        is_headline = sum(map(str.isupper, letters)) > 0 and not any(map(str.islower, letters))
        return candidate.is_known or not is_headline

    def _reads_like_dialogue(self) -> bool:
        found = self._plain
        n_values = sum(_VALUE.match(candidate.said) is not None for candidate in found)
        if len(found) < 2 or 2 * n_values > len(found):
            return False
        is_read_out = self._is_most and all(candidate.is_sentence for candidate in found)
        if not any(map(self._is_back, found)):
            return is_read_out and any(c.is_known or c.greets for c in found)
        n_alive = max(sum(c.is_known for c in found), sum(c.reads_like_talk for c in found))
        n_words = sum(len(candidate.said.split()) for candidate in found)
        return 4 * n_alive >= len(found) or (is_read_out and n_words >= _LONG_TALK * len(found))


def _candidates(blocks: Sequence[Sequence[str]]) -> Iterator[_Candidate]:
    for number, block in enumerate(blocks):
        for row, line in enumerate(block):
            read = _read(line)
            if read is None:
                continue
            is_far = not read.said and row + 1 == len(block)
            after = blocks[number + 1][:1] if is_far and number + 1 < len(blocks) else []
            said = read.said or _said_next(after if is_far else block[row + 1 : row + 2])
            before = block[row - 1] if row else ""
            goes_on = len(before) >= _LONG_LINE and _GOES_ON.search(before) is not None
            yield _Candidate(
                (number, row), read.label, said, read.case, goes_on, is_far, read.is_voiced
            )


def _said_next(following: Sequence[str]) -> str:
    """The line after a label that stands alone; empty if that is an item or has a label itself."""
    if not following or leads(following[0].split(maxsplit=1)[0]) or _read(following[0]):
        return ""
    return following[0]


@dataclass(frozen=True, slots=True)
class _Read:
    """A line that begins as a labelled line does.

    ``said`` is the rest of the line, without the time before the label. ``is_voiced`` means that a
    direction before the label names a voice.
    """

    label: Label
    said: str
    case: Case
    is_voiced: bool


def _read(line: str) -> _Read | None:
    places = _PLACES.match(line)
    before, line = (places[0], line[places.end() :]) if places else ("", line)
    head = _head(line) if SPEAKER_PLACE.search(before) is None else None
    if head is None:
        return None
    match, name, case = head
    rest = line[match.end() :]
    if _head(rest) is not None:
        return None
    said = _with_marks(match, rest)
    is_voiced = VOICE_PLACE.search(before) is not None
    return _Read(Label(name, before + (match["stamp"] or "") + said), said, case, is_voiced)


def _head(line: str) -> tuple[re.Match[str], str, Case] | None:
    """The match of a name with a colon at the start of a line, the name, and its case."""
    match = _LABEL.match(line) if ":" in line or "：" in line else None
    if match is None:
        return None
    name = " ".join(match["name"].rstrip("*_ ").split())
    case = case_of(name) if name else None  # marks alone leave no name: "_: …"
    return None if case is None or is_another_word(name, case) else (match, name, case)


def _with_marks(match: re.Match[str], rest: str) -> str:
    """The text after the label, with the marks that are not the label's own: "**ANNA: so**"."""
    marks, closing = match["marks"], match["closed"] or match["ended"]
    if marks and not closing and match["behind"] != marks:
        return f"{marks}{match['behind']}{rest}"
    return rest if marks and not closing else f"{match['behind']}{rest}"


def _without_lists(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates without those of a list: "A:", "B:", "C:", … or "I:", "II:", …, in order."""
    for signs in (tuple("ABCDEFGHIJ"), ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")):
        names = [c.label.name for c in found if c.label.name in signs]
        if len(names) > 2 and names == list(signs[: len(names)]):
            found = [candidate for candidate in found if candidate.label.name not in signs]
    return list(found)
