"""Takes directions out of a script, and separates words where a direction stood between them."""

from __future__ import annotations

import re

from wordlight.errors import InvalidInput
from wordlight.reading.directions._kinds import (
    FIRST_PLACE,
    FIRST_SPEAKER_PLACE,
    FIRST_VOICE_PLACE,
    MOST_DIRECTIONS,
    PARTED,
    PRIVATE,
    Directed,
    Direction,
    EndSay,
    Say,
    Voice,
)

_GOES_ON = re.compile(r"(?P<marks>[^\w\s]*)(?=[^\W_])")
_S = re.compile(r"(?:['’]?s|es)(?![^\W_])", re.I)
_OPENING = "\"“‘'([¿¡«"


def _first_place(direction: Direction) -> int:
    if not isinstance(direction, Voice):
        return FIRST_PLACE
    if direction.speaker:
        return FIRST_SPEAKER_PLACE
    return FIRST_VOICE_PLACE if direction.name else FIRST_PLACE


class Taking:
    """Takes directions out of a script, one after another."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._parts: list[str] = []
        self._directions: list[Direction] = []
        self._warnings: dict[str, None] = {}
        self._word = ""
        """The text since the last white space."""
        self._is_behind_say = False

    def text(self, text: str) -> None:
        """Adds text that is shown.

        If the text goes on with letters right after an `EndSay`, they become a word of their own,
        unless they are an "s".
        """
        text = PRIVATE.sub("", text)
        if not text:
            return
        if self._is_behind_say:
            self._is_behind_say = False
            if (goes_on := _GOES_ON.match(text)) and not _S.match(text):
                text = f"{goes_on['marks']}{PARTED}{text[goes_on.end() :]}"
        self._parts.append(text)
        last = "" if text[-1].isspace() else text.rsplit(maxsplit=1)[-1]
        self._word = self._word + last if last == text else last

    def direction(self, direction: Direction) -> int:
        """Adds a direction and returns its number, which `change` takes.

        Raises:
            InvalidInput: The script has too many directions.
        """
        if len(self._directions) >= MOST_DIRECTIONS:
            raise InvalidInput(self._field, f"has more than {MOST_DIRECTIONS:,} directions")
        if isinstance(direction, Say):
            self._part_before()
        self._is_behind_say = isinstance(direction, EndSay)
        self._parts.append(chr(_first_place(direction) + len(self._directions)))
        if not isinstance(direction, Say | EndSay):
            self._parts.append(PARTED)  # a word ends here
        self._directions.append(direction)
        return len(self._directions) - 1

    def _part_before(self) -> None:
        """Separates a `Say` from the letters before it, but not from its own opening quotes."""
        if not any(map(str.isalnum, self._word)) or not self._parts or not self._parts[-1]:
            return
        opening = len(self._word) - len(self._word.rstrip(_OPENING))
        marks = min(opening, len(self._parts[-1]))
        at = len(self._parts[-1]) - marks
        self._parts[-1] = f"{self._parts[-1][:at]}{PARTED}{self._parts[-1][at:]}"

    def change(self, number: int, direction: Direction) -> None:
        """Replaces the direction of that number."""
        self._directions[number] = direction

    def warn(self, warning: str) -> None:
        """Adds a warning, unless it is there already."""
        self._warnings.setdefault(warning)

    def taken(self) -> Directed:
        """The script without its directions."""
        return Directed("".join(self._parts), tuple(self._directions), tuple(self._warnings))
