"""A voice's card, ``voice.json``: its language, description, licence and consent.

Licence and consent are kept and shown as they were given; nothing is derived from them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wordlight.errors import InvalidInput, TooLong

CARD = "voice.json"
LONGEST_DESCRIPTION, LONGEST_LICENCE, LONGEST_CONSENT = 300, 200, 1_000
"""The most characters that each value may have."""
FROM_FILE = "@"
"""This character before a file's name means that the file holds the value."""
LARGEST_FILE_BYTES = 65_536
"""Far more than the longest value needs: a larger file was named by mistake."""
JOINERS = "\u200c\u200d"
"""Characters that are not printable by themselves, but needed to write Persian and Hindi."""


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """What is known of a voice besides its recording; a value that nobody stated is empty.

    ``licence`` states the terms under which the voice may be used. ``consent`` is the sentence with
    which the speaker agreed.
    """

    language: str
    description: str
    licence: str = ""
    consent: str = ""

    @classmethod
    def read(cls, folder: Path) -> VoiceCard:
        """The card in a voice's folder; an older card has no licence and no consent.

        A card that was written by hand is cut to the limits, so that it can be shown.

        Raises:
            OSError: The file cannot be read.
            ValueError, KeyError, TypeError: The file is not a card.
        """
        card: Any = json.loads((folder / CARD).read_text(encoding="utf-8"))
        if not isinstance(card, dict):
            raise TypeError(f"{CARD} holds no JSON object")
        return cls(
            str(card["language"]),
            _shown(card["description"], LONGEST_DESCRIPTION),
            _shown(card.get("licence"), LONGEST_LICENCE),
            _shown(card.get("consent"), LONGEST_CONSENT),
        )

    def to_json(self) -> str:
        """The file's content, without a licence or consent that nobody stated.

        >>> print(VoiceCard("en", "anna", licence="CC0").to_json(), end="")
        {
          "language": "en",
          "description": "anna",
          "licence": "CC0"
        }
        """
        given = asdict(self)
        for key in ("licence", "consent"):
            if not given[key]:
                del given[key]
        return json.dumps(given, ensure_ascii=False, indent=2) + "\n"


def card_line(flag: str, value: str, longest: int) -> str:
    r"""The value of a flag on one line; ``@file`` stands for the content of a file.

    Raises:
        InvalidInput: There is no such file, it holds no text, or a character cannot be printed.
        TooLong: The value has more than ``longest`` characters.

    >>> card_line("--licence", " CC BY\n4.0 ", 200)
    'CC BY 4.0'
    """
    text = _content(flag, value[1:]) if value.startswith(FROM_FILE) else value
    line = " ".join(text.split())
    for character in line:
        if not _is_printable(character):
            raise InvalidInput(flag, f"holds U+{ord(character):04X}, which cannot be printed")
    if len(line) > longest:
        raise TooLong(flag, len(line), longest, "characters")
    return line


def _is_printable(character: str) -> bool:
    return character.isprintable() or character in JOINERS


def _shown(value: object, longest: int) -> str:
    """A value of a card on one line, cut to its limit; empty if there is no value."""
    line = "" if value is None else " ".join(str(value).split())
    cut = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return "".join(char if _is_printable(char) else "\ufffd" for char in cut)


def _content(flag: str, name: str) -> str:
    """The text of a file that a flag names."""
    path = Path(name)
    if not path.is_file():
        raise InvalidInput(flag, f"names {name[:80]!r}; there is no such file")
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise TooLong(flag, path.stat().st_size, LARGEST_FILE_BYTES, "bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(flag, f"names {name[:80]!r}, which is no UTF-8 text") from None
    if not text.strip():
        raise InvalidInput(flag, f"names {name[:80]!r}, which is empty")
    return text
