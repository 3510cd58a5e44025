"""What a reading is: words as they are written, and what is said for each."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from wordlight.contract import LONGEST_LANGUAGE, LONGEST_WARNING, MAX_WORDS, MOST_WARNINGS
from wordlight.errors import InvalidInput, TooLong
from wordlight.reading.directions import FASTEST, SLOWEST
from wordlight.words import Ending

LONGEST_SAID, SAID_PER_WRITTEN = 200, 20
"""The most characters that may be said for a word: so many, and so many more for each character of
the word, because "¼" is "one quarter"."""
LONGEST_SILENCE_S = 600.0
"""The longest silence at one place, where pauses add up."""
VERSION = 1
"""The version of the JSON form. Any other version is refused."""
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*|")
LONGEST_SHOWN = 40
"""The most characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One written word.

    ``text`` is what captions show, punctuation included. ``glue`` is what stands between the word
    and the next one: a space, or nothing. ``said`` is the word's share of what is said for its
    group. Each item is one spoken word in lower case, or the name of a letter as a capital: "FBI"
    is ``("F", "B", "I")``. ``said`` is empty for a note: "[applause]". The words of one ``group``
    are said together: "$5 million" is "five million dollars". Groups are numbered from 0, in order.
    ``speaker`` is empty if unknown. ``runs_on`` means that the last spoken word goes on in the next
    written word.

    The other fields are for the speaker. ``pause_s`` is the silence after the word; None leaves it
    to the reader. ``voice`` is empty for the request's own voice. ``rate`` is how many times as
    fast the word is said. ``phonemes`` (IPA) are said for the group that the word begins.
    """

    text: str
    said: tuple[str, ...]
    group: int
    glue: str = " "
    ends: Ending = Ending.NONE
    speaker: str = ""
    pause_s: float | None = None
    voice: str = ""
    rate: float = 1.0
    phonemes: str = ""
    runs_on: bool = False

    @property
    def is_as_written(self) -> bool:
        """Whether the word is said just as it is written, and not by the names of its letters."""
        return list(self.said) == plain_words(self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A script as it is shown and said.

    ``language`` is an ISO 639-1 code. ``lead_s`` is the silence before the first word; None leaves
    it to the reader.
    """

    words: tuple[ReadWord, ...]
    language: str = "en"
    warnings: tuple[str, ...] = ()
    lead_s: float | None = None

    @property
    def text(self) -> str:
        """The text that is shown, with the line ends of the script."""
        breaks = {Ending.NONE: "", Ending.LINE: "\n", Ending.PARAGRAPH: "\n\n"}
        parts = [word.text + (breaks[word.ends] or word.glue) for word in self.words]
        return "".join(parts).strip()

    @property
    def groups(self) -> Iterator[tuple[ReadWord, ...]]:
        """The words of each group, in order."""
        for _, words in groupby(self.words, key=lambda word: word.group):
            yield tuple(words)

    def warned(self, *warnings: str) -> Reading:
        """The same reading with more warnings."""
        return replace(self, warnings=tuple(dict.fromkeys([*self.warnings, *warnings])))

    def part(self, first: int, stop: int) -> Reading:
        """The reading of the words from ``first`` to before ``stop``, without warnings."""
        words = self.words[first:stop]
        offset = words[0].group if words else 0
        renumbered = tuple(replace(word, group=word.group - offset) for word in words)
        return Reading(renumbered, self.language)

    def to_json(self) -> str:
        """The reading as JSON, as requests carry it and ``wordlight read --json`` prints it.

        The JSON has at most `MOST_WARNINGS`, each cut to `LONGEST_WARNING`.
        """
        words = [_to_record(word) for word in self.words]
        record = {
            "version": VERSION,
            "language": self.language,
            "words": words,
            "warnings": [one[:LONGEST_WARNING] for one in self.warnings[:MOST_WARNINGS]],
        }
        if self.lead_s is not None:
            record["lead"] = self.lead_s
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, field: str = "READING") -> Reading:
        """The reading that `to_json` wrote.

        Raises:
            InvalidInput: The text is not the JSON of a reading, has another version, or has a
                member that no reading has.
            TooLong: There are too many words or warnings, or a warning is too long.
        """
        try:
            record = json.loads(text)
            if record["version"] != VERSION:
                given = ascii(record["version"])[:LONGEST_SHOWN]
                raise InvalidInput(field, f"has version {given}; this is {VERSION}")
            if not (isinstance(record["words"], list) and isinstance(record["warnings"], list)):
                raise TypeError
            if len(record["words"]) > MAX_WORDS:
                raise TooLong(f"{field}: words", len(record["words"]), MAX_WORDS, "elements")
            _check_members(record, _MEMBERS, field)
            for word in record["words"]:
                _check_members(word, _OF_WORD, field)
            words = tuple(_from_record(word) for word in record["words"])
            language, warnings = record["language"], tuple(map(_text, record["warnings"]))
            reading = cls(words, _text(language), warnings, _seconds(record.get("lead")))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            reason = "is not the JSON of a reading; docs/reading.md has it"
            raise InvalidInput(field, reason) from error
        check_size(words, field)
        _check_texts(reading, field)
        numbers = [word.group for word in words]
        steps = [after - before for before, after in zip([-1, *numbers], numbers, strict=False)]
        if not set(steps) <= {0, 1} or numbers[:1] not in ([], [0]):
            raise InvalidInput(field, "has groups that are not numbered 0, 1, 2, … in order")
        return reading


_OF_A_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*['’]?")
_LAST_MARK = 0x1F000
"""Combining characters are below this code point, except for variation selectors."""


def plain_words(text: str) -> list[str]:
    """The spoken words of a text that is said as it is written, in lower case.

    >>> plain_words("“Twenty-two—don't!”"), plain_words("สวัสดี")
    (['twenty', 'two', "don't"], ['สวัสดี'])
    """
    pattern = _OF_A_WORD if text.isascii() else word_pattern()
    found = pattern.findall(text.lower())
    return [word.replace("’", "'").replace("ʼ", "'").rstrip("'") for word in found]


@lru_cache(maxsize=1)
def word_pattern() -> re.Pattern[str]:
    """The pattern of a word, including vowels and accents that are characters of their own.

    Thai, Hindi and Hebrew have such characters, and ``\\w`` of ``re`` does not match them.
    """
    marks = (chr(code) for code in range(0x300, _LAST_MARK))
    combining = "".join(c for c in marks if unicodedata.category(c)[0] == "M")
    letters = rf"[^\W_](?:[^\W_]|[{combining}])*"
    return re.compile(rf"{letters}(?:['’ʼ]{letters})*['’]?")


def _to_record(word: ReadWord) -> dict[str, Any]:
    record: dict[str, Any] = {"text": word.text, "said": list(word.said), "group": word.group}
    if word.glue != " ":
        record["glue"] = word.glue
    if word.ends:
        record["ends"] = str(word.ends)
    if word.speaker:
        record["speaker"] = word.speaker
    if word.pause_s is not None:
        record["pause"] = word.pause_s
    if word.voice:
        record["voice"] = word.voice
    if word.rate != 1.0:
        record["rate"] = word.rate
    if word.phonemes:
        record["phonemes"] = word.phonemes
    if word.runs_on:
        record["runs_on"] = True
    return record


def _from_record(record: Mapping[str, Any]) -> ReadWord:
    said: Sequence[Any] = record["said"]
    if not isinstance(said, list) or type(record["group"]) is not int:
        raise TypeError
    return ReadWord(
        text=_word(record["text"]),
        said=tuple(map(_word, said)),
        group=record["group"],
        glue=_text(record.get("glue", " ")),
        ends=Ending(record.get("ends", "")),
        speaker=_word(record.get("speaker", "")),
        pause_s=_seconds(record.get("pause")),
        voice=_word(record.get("voice", "")),
        rate=_rate(record.get("rate", 1.0)),
        phonemes=_word(record.get("phonemes", "")),
        runs_on=_flag(record.get("runs_on", False)),
    )


_MEMBERS = frozenset({"version", "language", "words", "warnings", "lead"})
_OF_WORD = frozenset(
    {"text", "said", "group", "glue", "ends", "speaker", "pause", "voice", "rate", "phonemes",
     "runs_on"}
)  # fmt: skip


def _check_members(found: Mapping[str, Any], known: Set[str], field: str) -> None:
    """Refuses members that no reading has: a name may be misspelt, and a value nest without end."""
    unknown = next((key for key, _ in found.items() if key not in known), None)
    if unknown is not None:
        given = ascii(unknown[:LONGEST_SHOWN])[:LONGEST_SHOWN]
        raise InvalidInput(field, f"has a member {given}; docs/reading.md has those of a reading")


def _check_texts(reading: Reading, field: str) -> None:
    """Refuses a language that is no code, and warnings that are too many or too long."""
    if len(reading.language) > LONGEST_LANGUAGE or not _CODE.fullmatch(reading.language):
        given = ascii(reading.language)[:LONGEST_SHOWN]
        raise InvalidInput(field, f"has the language {given}; it must be a code like en")
    n_warnings, longest = len(reading.warnings), max(map(len, reading.warnings), default=0)
    if n_warnings > MOST_WARNINGS:
        raise TooLong(f"{field}: warnings", n_warnings, MOST_WARNINGS, "elements")
    if longest > LONGEST_WARNING:
        raise TooLong(f"{field}: a warning", longest, LONGEST_WARNING, "characters")


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= LONGEST_SILENCE_S:
        raise ValueError
    return float(value)


def _rate(value: Any) -> float:
    if type(value) not in (int, float) or not SLOWEST <= value <= FASTEST:
        raise ValueError
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate is a ValueError
    return value


def _word(value: Any) -> str:
    word = _text(value)
    if not word.isprintable() and any(unicodedata.category(c) == "Cc" for c in word):
        raise ValueError
    return word


def check_size(words: Sequence[ReadWord], field: str) -> None:
    """Refuses words for which too much is said: the aligner's memory grows with it.

    It also refuses a glue that is not white space.
    """
    for index, word in enumerate(words):
        n_said, most = sum(map(len, word.said)), LONGEST_SAID + SAID_PER_WRITTEN * len(word.text)
        if n_said > most:
            raise InvalidInput(
                field, f"says {n_said:,} characters for {word.text[:40]!r}, {most:,} at most"
            )
        if word.glue.strip():
            raise InvalidInput(field, f"has a glue that is no white space behind word {index}")
