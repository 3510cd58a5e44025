"""Lexicons in the form that people write, with a line for each entry.

# names
Nguyen = win
New York = noo yawk
tomato = /təmˈɑːtoʊ/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wordlight.contract import MOST_LEXICON_CHARACTERS
from wordlight.errors import InvalidInput, TooLong
from wordlight.reading.lexicon._entries import MOST_ENTRIES, Entry, bare
from wordlight.reading.lexicon._lexicon import Lexicon

LONGEST_LINE = 1_000
MOST_WARNED = 5
_LINE_END = re.compile(r"\r\n?|\n")
_COMMENT = re.compile(r"(?<!\s)\s+#.*")
"""It is looked for from the first space of a run only: from each of them would take seconds."""


def parse_text(text: str, field: str = "LEXICON") -> Lexicon:
    """The lexicon of these lines.

    Empty lines and lines that begin with ``#`` are skipped. So is the end of a line from a ``#``
    with a space before it. If a word has two lines, the later one counts.

    Raises:
        InvalidInput: A line is not an entry. The message names its number.
        TooLong: The text has too much of something. The message names the limit.

    >>> [entry.said for entry in parse_text("# names\\nNguyen = win  # Vietnamese").entries]
    ['win']
    """
    check_size(text, field)
    found: dict[str, tuple[int, Entry]] = {}
    warnings: list[str] = []
    for number, entry in _entries(text, field):
        before = found.get(entry.key)
        if before is not None and before[1].said != entry.said:
            warnings.append(
                f"{field} has {entry.word!r} in line {before[0]} and line {number}; the later holds"
            )
        found[entry.key] = number, entry
        check_count(len(found), field)
    return Lexicon.of([entry for _, entry in found.values()], "", warnings[:MOST_WARNED])


def write_lexicon(entries: Sequence[Entry]) -> str:
    """The text of a lexicon, with a line for each entry.

    >>> write_lexicon([Entry("Nguyen", "win")])
    'Nguyen = win\\n'
    """
    return "".join(f"{entry.word} = {entry.said}\n" for entry in entries)


def with_entries(text: str, entries: Sequence[Entry], field: str = "LEXICON") -> str:
    """The lexicon's text with these entries added.

    If a word has a line already, that line is changed. Comments stay.

    Raises:
        InvalidInput, TooLong: As `parse_text` does, for the text before or after the change.
    """
    new = {entry.key: entry for entry in entries}
    left = dict(new)
    lines: list[str] = []
    for line, entry in _lines(text, field):
        if entry is None or entry.key not in new:
            lines.append(line)
        elif entry.key in left:  # a second line of the same word is dropped
            comment = _COMMENT.search(line.partition("=")[2])
            changed = left.pop(entry.key)
            lines.append(f"{changed.word} = {changed.said}{comment[0] if comment else ''}")
    made = "".join(f"{line}\n" for line in lines) + write_lexicon([*left.values()])
    parse_text(made, field)
    return made


def without_word(text: str, word: str, field: str = "LEXICON") -> tuple[str, bool]:
    """The lexicon's text without the lines of a word, and whether there were any such lines.

    Raises:
        InvalidInput, TooLong: As `parse_text` does.
    """
    key, lines = bare(" ".join(word.split())), [*_lines(text, field)]
    kept = [line for line, entry in lines if entry is None or entry.key != key]
    return "".join(f"{line}\n" for line in kept), len(kept) < len(lines)


def check_size(text: str, field: str) -> None:
    """Refuses a text that has more characters than a lexicon may have.

    Raises:
        TooLong: The text has more.
    """
    if len(text) > MOST_LEXICON_CHARACTERS:
        raise TooLong(field, len(text), MOST_LEXICON_CHARACTERS, "characters")


def check_count(n_entries: int, field: str) -> None:
    """Refuses more entries than a lexicon may have.

    Raises:
        TooLong: There are more.
    """
    if n_entries > MOST_ENTRIES:
        raise TooLong(field, n_entries, MOST_ENTRIES, "entries")


def _lines(text: str, field: str) -> list[tuple[str, Entry | None]]:
    """The lines, each with its entry or None. An empty line at the end is left out."""
    check_size(text, field)
    entries = dict(_entries(text, field))
    lines = _LINE_END.split(text.removeprefix("\ufeff"))
    if lines[-1] == "":
        lines.pop()
    return [(line, entries.get(number)) for number, line in enumerate(lines, 1)]


def _entries(text: str, field: str) -> Iterator[tuple[int, Entry]]:
    """The entries, each with the number of its line. Lines count from 1."""
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), 1):
        if len(line) > LONGEST_LINE:
            raise TooLong(f"{field}: line {number}", len(line), LONGEST_LINE, "characters")
        shown = line.strip()
        if not shown or shown.startswith("#"):
            continue
        word, sign, said = shown.partition("=")
        if not sign:
            raise InvalidInput(
                field,
                f"has {_short(shown)} in line {number}",
                "give each line as: word = respelling, or: word = /phonemes/",
            )
        yield number, Entry.of(word, _COMMENT.sub("", said), field, f"in line {number}")


def _short(line: str, most: int = 40) -> str:
    return repr(line if len(line) <= most else f"{line[:most]}…")
