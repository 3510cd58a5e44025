"""The two front ends, by their names in a manifest.

``characters`` serves the published F5-TTS checkpoints. It puts pinyin and letters at the start of
the sequence, and estimates the length in proportion to the reference's. ``phonemes`` serves small
models. It repeats each phoneme for the frames that it lasts, and adds its pitch; a network predicts
both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordlight.errors import ManifestUnreadable, UnsupportedText
from wordlight.reading import Reading
from wordlight.speech._front_end import FrontEnd, Layout, ReferenceText, SpokenPhonemes
from wordlight.speech._pacing import Pacing, closed, spoken_alone
from wordlight.speech._phonemes import with_english_phonemes
from wordlight.speech._pitch import phoneme_pitches, pitch_steps, track_pitch
from wordlight.speech._prosody import ProsodyPredictor
from wordlight.speech._scripts import EnglishScripts, for_g2p, refuse_phonemes, spellable
from wordlight.telemetry import forbid_telemetry


def load_front_end(name: str, folder: Path | None) -> FrontEnd:
    """The front end of that name, with its vocabulary and models from the folder.

    Raises:
        SetupError: There is no such front end.
    """
    if name == "characters":
        return CharacterFrontEnd.load(folder)
    if name == "phonemes" and folder is not None:
        return PhonemeFrontEnd.load(folder)
    what = f"names the front end {name!r}; there are characters, phonemes"
    raise ManifestUnreadable("the manifest", what)


class CharacterFrontEnd:
    """Letters and pinyin, as the published checkpoints were trained.

    Source: f5_tts 1.1.22, infer/utils_infer.py ``infer_batch_process``.
    """

    SHORT_TEXT_BYTES = 10
    SHORT_TEXT_SPEED = 0.3

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary

    @classmethod
    def load(cls, folder: Path | None) -> CharacterFrontEnd:
        """The front end with the folder's ``vocab.txt``, or the one of the package f5_tts."""
        from importlib.resources import files

        packaged = files("f5_tts") / "infer/examples/vocab.txt"
        lines = (folder / "vocab.txt" if folder else packaged).read_text(encoding="utf-8")
        return cls({line: index for index, line in enumerate(lines.splitlines())})

    def language(self, asked: str | None) -> str | None:
        """The requested language: the checkpoints distinguish only characters, not languages."""
        return asked

    def sayable(self, reading: Reading, field: str) -> Reading:
        """The reading without what the vocabulary cannot spell.

        Upstream replaces an unknown character by a space. Phonemes are refused, because this front
        end knows only letters.
        """
        refuse_phonemes(reading, field)
        return spellable(reading, field, self._vocabulary)

    def pronounces(self, phonemes: str) -> bool:
        """Always False: this front end knows only letters."""
        return False

    def read(
        self,
        text: str,
        wave: NDArray[np.float32],
        n_frames: int,
        spoken: SpokenPhonemes | None = None,
    ) -> ReferenceText:
        """The reference's text, ended by a stop and a space as in upstream's preprocessing."""
        closed = text if text.endswith((".", "!", "?", "。", "！", "？")) else f"{text}."
        closed += " " if closed[-1].isascii() else ""
        return ReferenceText(closed, n_frames, np.zeros(0, np.int64))

    def lay_out(self, reference: ReferenceText, text: str, speed: float) -> Layout:
        """The characters of both texts, with frames in proportion to their UTF-8 bytes."""
        from f5_tts.model.utils import convert_char_to_pinyin

        (characters,) = convert_char_to_pinyin([reference.text + text])
        tokens = np.array([self._vocabulary.get(c, 0) for c in characters], np.int64)
        if len(text.encode()) < self.SHORT_TEXT_BYTES:
            speed = self.SHORT_TEXT_SPEED
        n_frames = reference.n_frames + int(self.n_frames(reference, text) / speed)
        return Layout(tokens, max(n_frames, reference.n_frames + 1, len(tokens) + 1))

    def n_frames(self, reference: ReferenceText, text: str) -> float:
        """Estimated frames: as many for each UTF-8 byte as in the reference."""
        return reference.n_frames / len(reference.text.encode()) * len(text.encode())


class PhonemeFrontEnd(EnglishScripts):
    """English phonemes (misaki's alphabet), each repeated for the frames it should last.

    A frame's token is the phoneme's id plus the vocabulary's size times the step of its pitch.
    """

    PAD = 0
    FIRST_SOUND = 17
    """The first id of a sound. Lower ids are pads, punctuation and the space."""
    PACE = (0.6, 1.7)
    """The limits of a reference's pace. If it lies beyond them, the text is probably wrong."""
    USUAL_SPREAD = 0.23
    """The usual spread of pitches, in octaves. A voice's spread is the mean of this and the
    reference's, because one short reference shows too little."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        prosody: ProsodyPredictor,
        g2p: Callable[[str], str],
    ) -> None:
        self._vocabulary = vocabulary
        self._prosody = prosody
        self._g2p = g2p
        frame_s = prosody.hop_samples / prosody.rate_hz
        self._pacing = Pacing(vocabulary, self.FIRST_SOUND, frame_s)

    @classmethod
    def load(cls, folder: Path) -> PhonemeFrontEnd:
        """The front end with the folder's prosody predictor and ``vocabulary.json``."""
        forbid_telemetry(os.environ)  # hibari may import onnxruntime
        from hibari.g2p import G2P

        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        return cls(vocabulary, ProsodyPredictor.load(folder), G2P())

    def read(
        self,
        text: str,
        wave: NDArray[np.float32],
        n_frames: int,
        spoken: SpokenPhonemes | None = None,
    ) -> ReferenceText:
        """The reference's phonemes, with the pitches tracked in its wave.

        Durations that are not known are predicted. All are scaled to ``n_frames``.
        """
        ids = self._ids(text, "REFERENCE_TEXT") if spoken is None else spoken.ids
        predicted = self._prosody.predict(ids).frames
        frames = (predicted if spoken is None else spoken.frames).astype(np.float64)
        frames *= n_frames / frames.sum()
        octaves = track_pitch(wave, self._prosody.rate_hz, self._prosody.hop_samples)
        pitches = phoneme_pitches(octaves, np.concatenate([[0.0], np.cumsum(frames)]))
        tokens = self._tokens(ids, frames, pitches)
        pace = float(np.clip(n_frames / predicted.sum(), *self.PACE))
        register = self._register(ids, pitches)
        return ReferenceText(text, n_frames, _resize(tokens, n_frames), pace, register)

    def lay_out(self, reference: ReferenceText, text: str, speed: float) -> Layout:
        """The tokens of the reference followed by those of the text, one for each frame."""
        ids = self._ids(text, "TEXT")
        prosody = self._prosody.predict(ids)
        paced = self._pacing.answer(ids, prosody.frames, reference.pace, speed)
        pitches = None
        if reference.register is not None:
            mean, spread = reference.register
            pitches = mean + spread * prosody.heights[paced.source].astype(np.float64)
        answer = self._tokens(paced.ids, paced.frames, pitches)
        tokens = np.concatenate([reference.tokens, answer])
        return Layout(tokens, len(tokens))

    def n_frames(self, reference: ReferenceText, text: str) -> float:
        """The sum of the predicted durations and the pauses, with the pause after the text."""
        ids = self._ids(text, "TEXT")
        return self._pacing.n_frames(ids, self._prosody.predict(ids).frames, reference.pace)

    def _tokens(
        self,
        ids: NDArray[np.int64],
        frames: NDArray[np.floating[Any]],
        pitches: NDArray[np.float64] | None,
    ) -> NDArray[np.int64]:
        tokens = repeat_to(ids, frames)
        if pitches is None:
            return tokens
        return tokens + self._prosody.n_phonemes * pitch_steps(pitches, frames)

    def _register(
        self, ids: NDArray[np.int64], pitches: NDArray[np.float64] | None
    ) -> tuple[float, float] | None:
        is_sound = ids >= self.FIRST_SOUND
        if pitches is None or not is_sound.any():
            return None
        sounds = pitches[is_sound]
        return float(sounds.mean()), float(0.5 * (sounds.std() + self.USUAL_SPREAD))

    def _ids(self, text: str, field: str) -> NDArray[np.int64]:
        spoken = closed(spoken_alone(self._g2p(with_english_phonemes(text, for_g2p))))
        phonemes = [self._vocabulary[p] for p in spoken if p in self._vocabulary]
        if not any(p >= self.FIRST_SOUND for p in phonemes):
            raise UnsupportedText(field, f"holds nothing that English can pronounce: {text[:40]!r}")
        return np.array([self.PAD, *phonemes, self.PAD], np.int64)


def repeat_to(ids: NDArray[np.int64], frames: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Each id repeated for its frames; edges are rounded, not lengths, so errors do not add up.

    >>> repeat_to(np.array([7, 8, 9]), np.array([1.4, 1.4, 1.4])).tolist()
    [7, 8, 8, 9]
    """
    edges = np.round(np.concatenate([[0.0], np.cumsum(frames)])).astype(np.int64)
    return np.repeat(ids, np.diff(edges))


def _resize(tokens: NDArray[np.int64], n_frames: int) -> NDArray[np.int64]:
    """Exactly ``n_frames`` tokens: rounding may leave one too many or too few."""
    return np.pad(tokens, (0, max(0, n_frames - len(tokens))), mode="edge")[:n_frames]
