"""The shelf of ready voices: ``voices/<name>/`` with reference.wav, reference.txt, voice.json."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import WordlightError
from wordlight.manifest import Manifest
from wordlight.voices._cards import CARD, VoiceCard

logger = logging.getLogger(__name__)

RECORDING, TEXT = "reference.wav", "reference.txt"


@dataclass(frozen=True, slots=True)
class VoicesCall:
    """The language whose voices to list; empty means all voices."""

    language: str


@dataclass(frozen=True, slots=True)
class VoicesAnswer:
    """The listed voices: each list has one element for each voice."""

    names: list[str]
    languages: list[str]
    descriptions: list[str]
    licences: list[str]
    consents: list[str]


@dataclass(frozen=True, slots=True)
class VoiceShelf:
    """The voices of the volume and the manifest. Of two with the same name, the volume's counts."""

    roots: tuple[Path, ...]
    default_voice: str

    @classmethod
    def of(cls, manifest: Manifest, volume: Path) -> VoiceShelf:
        """The shelf that a server with these models and this volume reads."""
        return cls((manifest.folder / "voices", volume / "voices"), manifest.default_voice)

    @property
    def folders(self) -> Mapping[str, Path]:
        """The folder of each voice, by name, as they are on the disk now."""
        return {
            card.parent.name: card.parent
            for root in self.roots
            for card in sorted(root.glob(f"*/{CARD}"))
        }

    def run(self, calls: Sequence[VoicesCall]) -> list[VoicesAnswer | WordlightError]:
        """The list of voices for each call, with the default voice first."""
        return [self._list(call.language) for call in calls]

    def _list(self, language: str) -> VoicesAnswer:
        found = {name: _card(folder) for name, folder in self.folders.items()}
        cards = {name: card for name, card in found.items() if card is not None}
        names = [n for n, card in cards.items() if language in ("", card.language)]
        names.sort(key=lambda name: (name != self.default_voice, name))
        return VoicesAnswer(
            names=names,
            languages=[cards[name].language for name in names],
            descriptions=[cards[name].description for name in names],
            licences=[cards[name].licence for name in names],
            consents=[cards[name].consent for name in names],
        )


def _card(folder: Path) -> VoiceCard | None:
    """The voice's card; None if the voice was removed meanwhile, or its card is broken."""
    try:
        return VoiceCard.read(folder)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        logger.warning("voice %s is left out: its %s cannot be read", folder.name, CARD)
        return None
