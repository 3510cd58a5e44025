"""Which line ends the writer meant, which ones an editor made, and who says each line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wordlight.reading._labels import Label, find_labels
from wordlight.reading._marks import leads
from wordlight.reading._notes import is_note_line
from wordlight.reading.directions import PLACE, SPEAKER_PLACE, VOICE_PLACE

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_SHORTEST_WRAP = 45
"""Characters. Editors wrap lines at 60 to 100, so a shorter line was ended by its writer."""
_NEVER_FIRST = ",;:!?)]}"
"""What no editor puts at the start of a line."""
_NAMES_VOICE = re.compile(
    rf"(?:{PLACE.pattern}\s*)*?(?:{VOICE_PLACE.pattern}|{SPEAKER_PLACE.pattern})"
)
_ENDS_SENTENCE = re.compile(r"[.!?…:。！？][\"”’')\]]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its label. ``is_turn``: a label stood before it, or a direction to a voice."""

    text: str
    speaker: str = ""
    is_turn: bool = False


def paragraphs(text: str) -> list[list[Line]]:
    r"""The lines of each paragraph. Lines that an editor wrapped are joined again.

    A label such as "ANNA:" is taken off its line. Its name is the speaker of all lines up to the
    next label.

    >>> [[line.text for line in lines] for lines in paragraphs("Roses\nViolets\n\n- one\n- two")]
    [['Roses', 'Violets'], ['- one', '- two']]
    """
    split = ([line.strip() for line in block.split("\n")] for block in _BLANK.split(text))
    blocks = [lines for block in split if (lines := [line for line in block if line])]
    labels = find_labels(blocks)
    found: list[list[Line]] = []
    speaker = ""
    for number, block in enumerate(blocks):
        found.append([])
        written = [_Written(line, labels.get((number, row))) for row, line in enumerate(block)]
        for run in _runs(written):
            label = run[0].label
            speaker = label.name if label else speaker
            texts = _joined([line for line in run if line.text])
            turns = [Line(text, speaker, is_turn=_begins_turn(label, text)) for text in texts[:1]]
            found[-1] += [*turns, *(Line(text, speaker) for text in texts[1:])]
    return [lines for lines in found if lines]


def _begins_turn(label: Label | None, text: str) -> bool:
    """Whether a turn begins with this line: it had a label, or a direction in it names a voice."""
    return label is not None or _NAMES_VOICE.match(text) is not None


@dataclass(frozen=True, slots=True)
class _Written:
    """A line as it was written, and the label that it begins with, if any."""

    whole: str
    label: Label | None

    @property
    def text(self) -> str:
        return self.label.rest if self.label else self.whole


def _runs(lines: Sequence[_Written]) -> Iterator[list[_Written]]:
    """The lines in runs, cut before each label and around each line that holds only notes."""
    run: list[_Written] = []
    is_note = False
    for line in lines:
        was_note, is_note = is_note, is_note_line(line.text)
        if run and (line.label or (is_note and run[-1].text) or was_note):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _joined(lines: Sequence[_Written]) -> list[str]:
    texts = [line.text for line in lines]
    return [" ".join(texts)] if _is_wrapped(texts, [line.whole for line in lines]) else texts


def _is_wrapped(texts: Sequence[str], wholes: Sequence[str]) -> bool:
    """Whether every line but the last one ends only because the next word did not fit."""
    if len(texts) < 2 or any(leads(text.split(maxsplit=1)[0]) for text in texts):
        return False
    if any(text[0] in _NEVER_FIRST for text in texts[1:]):
        return False
    width = max(map(len, wholes))
    full = wholes[:-1]
    if min(map(len, full)) < _SHORTEST_WRAP or all(map(_ENDS_SENTENCE.search, full)):
        return False
    return all(
        len(line) + 1 + len(after.split(maxsplit=1)[0]) > width
        for line, after in zip(full, texts[1:], strict=True)
    )
