"""Calls in other languages, an engine that answers them, and a network that refuses."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.adapter import alignment_weights
from wordlight.alignment import AlignmentCall, AlignmentEngine
from wordlight.alignment.networks import Transcription
from wordlight.manifest import Manifest, load_manifest

FRENCH = "VOXPOPULI_ASR_BASE_10K_FR"
FRENCH_FILE = "wav2vec2_voxpopuli_base_10k_asr_fr.pt"


class Deaf:
    """A transcriber for calls that bring their transcript."""

    is_multilingual = True

    def check_language(self, language: str | None) -> None:
        pass

    def transcribe(
        self, clips: Sequence[NDArray[np.float32]], languages: Sequence[str | None]
    ) -> list[Transcription]:
        raise AssertionError("every call has a transcript")


def full() -> Manifest:
    return load_manifest("full")


def forbid_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """From now on no name is looked up and nothing is connected to; the answer is who tried."""
    tried: list[object] = []

    def refuse(*arguments: object, **_: object) -> Any:
        tried.append(arguments)
        raise OSError("no network during a request")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    return tried


def engine(profile: Manifest, volume: Path) -> AlignmentEngine:
    return AlignmentEngine(Deaf(), alignment_weights(profile, volume), "cpu")  # type: ignore[arg-type]


def call(language: str, text: str) -> AlignmentCall:
    noise = np.random.default_rng(0).normal(0.0, 0.05, 48_000).astype(np.float32)
    return AlignmentCall(noise, 16_000, text, language)
