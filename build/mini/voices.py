"""Makes ready voices: `python -m mini.voices DATA_FOLDER ... OUT_FOLDER --voices heart af_sky ...`.

A voice's reference is the clip of fitting length from which the profile's own network speaks most
naturally and most like the voice. As references, equally good recordings differ by half a point of
distillMOS. The durations of the reference's phonemes are known and stored with it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
from numpy.typing import NDArray

from mini import data
from mini.clips import Clip, load_clips
from mini.measures import Judges
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from mini.sentences import N_SENTENCES, make_sentences
from wordlight.adapter import speech_weights
from wordlight.errors import WordlightError
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechCall, SpeechEngine, SpeechWeights, sounding, trim
from wordlight.weights import bring

SHORTEST_S, LONGEST_S = 2.8, 4.4
"""The length of a reference. It shares ten seconds with each chunk of the answer."""
PLAIN = re.compile(r"[A-Z][A-Za-z' ,-]+\.")
N_JUDGED, N_COMPARED = 8, 12
N_TRIALS, SHORTEST_TRIAL, LONGEST_TRIAL = 5, 30, 80
SIMILARITY_WEIGHT = 5.0  # a tenth in similarity is worth half a point of distillMOS
LICENCE = "Apache-2.0"
"""The licence of hibari-tts and of Kokoro-82M, which made the recordings."""
ACCENTS = {"a": "American", "b": "British"}
SEXES = {"f": "female", "m": "male"}


def reference_of(clip: Clip) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(n_samples,) audio as a server will trim it, and its phonemes' (n_phonemes,) mel frames."""
    whole = clip.audio
    kept = sounding(whole, SPEECH_HZ)
    n_frames = (kept.stop - kept.start) // HOP_SAMPLES + 1
    edges = np.clip((clip.edges_samples - kept.start) / HOP_SAMPLES, 0, n_frames)
    edges[0], edges[-1] = 0, n_frames
    return whole[kept], np.diff(edges)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """The network to be served, the sentences on which references are tried, and the judges."""

    weights: SpeechWeights
    texts: Sequence[str]
    judges: Judges

    def best(self, clips: Sequence[Clip]) -> Clip:
        """The clip from which the network speaks best, of the first fitting clips of one voice.

        Raises:
            SystemExit: No clip fits.
        """
        fitting = [clip for clip in clips if fits(clip)][:N_JUDGED]
        if not fitting:
            raise SystemExit(f"no clip of {clips[0].voice} is fit to be a reference")
        embeddings = [self.judges.speaker_embedding(c.audio, SPEECH_HZ) for c in clips[:N_COMPARED]]
        centre = np.mean(embeddings, axis=0) / np.linalg.norm(np.mean(embeddings, axis=0))
        with TemporaryDirectory() as folder:
            folders = {str(i): Path(folder) / str(i) for i in range(len(fitting))}
            for clip, one in zip(fitting, folders.values(), strict=True):
                write_voice(clip, one)
            engine = SpeechEngine.load(replace(self.weights, voices=lambda: folders), "cpu")
            worths = [self._worth(engine, voice, centre) for voice in folders]
        return fitting[int(np.argmax(worths))]

    def _worth(self, engine: SpeechEngine, voice: str, centre: NDArray[np.float32]) -> float:
        """The mean of distillMOS plus weighted similarity, of speech from this reference."""
        found = []
        for i, text in enumerate(self.texts):
            (answer,) = engine.run([SpeechCall(text, voice=voice, seed=i)])
            if isinstance(answer, WordlightError):
                raise answer
            similarity = self.judges.speaker_embedding(answer.audio, answer.sample_rate) @ centre
            mos = self.judges.distill_mos(answer.audio, answer.sample_rate)
            found.append(mos + SIMILARITY_WEIGHT * float(similarity))
        return float(np.mean(found))


def fits(clip: Clip) -> bool:
    """Whether the clip is a plain statement of a fitting length."""
    seconds = len(trim(clip.audio, SPEECH_HZ)) / SPEECH_HZ
    return bool(PLAIN.fullmatch(clip.text)) and SHORTEST_S <= seconds <= LONGEST_S


def trial_texts() -> list[str]:
    """Sentences that no evaluation uses: the first plain ones that are not held out."""
    return [
        sentence.text
        for sentence in make_sentences(N_SENTENCES)
        if not sentence.is_held_out
        and PLAIN.fullmatch(sentence.text)
        and SHORTEST_TRIAL <= len(sentence.text) <= LONGEST_TRIAL
    ][:N_TRIALS]


def write_voice(clip: Clip, folder: Path) -> None:
    """Write `reference.wav`, `reference.txt`, `phonemes.json` and `voice.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    audio, frames = reference_of(clip)
    soundfile.write(folder / "reference.wav", audio, SPEECH_HZ, subtype="PCM_16")
    (folder / "reference.txt").write_text(clip.text + "\n", encoding="utf-8")
    phonemes = {"ids": clip.phoneme_ids.tolist(), "frames": [round(float(f), 5) for f in frames]}
    (folder / "phonemes.json").write_text(json.dumps(phonemes) + "\n", encoding="utf-8")
    description = f"{served_as(clip.voice)}: {described(clip.voice)}"
    card = {"language": "en", "description": description, "licence": LICENCE}
    (folder / "voice.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def served_as(voice: str) -> str:
    """The ready voice's name.

    >>> served_as("af_sky"), served_as("heart")
    ('sky', 'heart')
    """
    return voice.rpartition("_")[2]


def described(voice: str) -> str:
    """A description of a voice: its accent, its sex, and the model that made it.

    >>> described("bm_fable")
    'British English, male; synthetic, by Kokoro-82M'
    """
    maker, kind = ("hibari-tts", "af") if voice == data.VOICE else ("Kokoro-82M", voice)
    return f"{ACCENTS[kind[0]]} English, {SEXES[kind[1]]}; synthetic, by {maker}"


def main() -> None:
    """Read the command line, choose the references, write the voices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", nargs="+", required=True, help="such as af_sky, heart")
    parser.add_argument("--models", default="mini", help="a folder with a manifest, or a name")
    arguments = parser.parse_args()
    paths = sorted(path for folder in arguments.data for path in folder.glob("*.npz"))
    voices: dict[str, list[Clip]] = {voice: [] for voice in arguments.voices}
    for path in paths:
        for clip in load_clips([path]):
            if clip.voice in voices and not clip.is_resynthesised:
                voices[clip.voice].append(clip)
    with TemporaryDirectory() as volume:
        profile = load_manifest(arguments.models)
        bring(profile, Path(volume))
        trial = Trial(speech_weights(profile, Path(volume)), trial_texts(), Judges())
        for voice, clips in voices.items():
            clip = trial.best(clips)
            write_voice(clip, arguments.out / served_as(voice))
            print(f"{voice}: {clip.text}", flush=True)


if __name__ == "__main__":
    main()
