"""The ready voices: `python -m mini.voices DATA_FOLDER ... OUT_FOLDER --voices af_sky ...`.

Of each voice, the clip of a fitting length that sounds most natural and most like the voice's other
clips becomes the reference. Its phonemes' durations are known and kept beside it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from mini.clips import Clip, load_clips
from mini.measures import Judges
from mini.mel import HOP_SAMPLES, SPEECH_HZ
from wordlight.speech.join import sounding, trim

SHORTEST_S, LONGEST_S = 2.8, 4.4
"""What the reference takes of ten seconds, the answer's chunks cannot have."""
PLAIN = re.compile(r"[A-Z][A-Za-z' ,-]+\.")
N_JUDGED, N_COMPARED = 10, 12
SIMILARITY_WEIGHT = 5.0  # a tenth in similarity is worth half a point of distillMOS
ACCENTS = {"a": "American", "b": "British"}
SEXES = {"f": "female", "m": "male"}


def reference_of(clip: Clip) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(n_samples,) audio as a server will trim it, and (n_phonemes,) mel frames in it."""
    whole = clip.audio
    kept = sounding(whole, SPEECH_HZ)
    n_frames = (kept.stop - kept.start) // HOP_SAMPLES + 1
    edges = np.clip((clip.edges_samples - kept.start) / HOP_SAMPLES, 0, n_frames)
    edges[0], edges[-1] = 0, n_frames
    return whole[kept], np.diff(edges)


def best_clip(clips: Sequence[Clip], judges: Judges) -> Clip:
    """The most natural and most typical of the first fitting clips.

    Raises:
        SystemExit: None fits.
    """
    fitting = [
        clip
        for clip in clips
        if PLAIN.fullmatch(clip.text)
        and SHORTEST_S <= len(trim(clip.audio, SPEECH_HZ)) / SPEECH_HZ <= LONGEST_S
    ][:N_JUDGED]
    if not fitting:
        raise SystemExit(f"no clip of {clips[0].voice} is fit to be a reference")
    others = [judges.speaker_embedding(c.audio, SPEECH_HZ) for c in clips[:N_COMPARED]]
    centre = np.mean(others, axis=0) / np.linalg.norm(np.mean(others, axis=0))

    def worth(clip: Clip) -> float:
        audio = trim(clip.audio, SPEECH_HZ)
        similarity = float(judges.speaker_embedding(audio, SPEECH_HZ) @ centre)
        return judges.distill_mos(audio, SPEECH_HZ) + SIMILARITY_WEIGHT * similarity

    return max(fitting, key=worth)


def write_voice(clip: Clip, folder: Path) -> None:
    """`reference.wav`, `reference.txt`, `phonemes.json`, `voice.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    audio, frames = reference_of(clip)
    soundfile.write(folder / "reference.wav", audio, SPEECH_HZ, subtype="PCM_16")
    (folder / "reference.txt").write_text(clip.text + "\n", encoding="utf-8")
    phonemes = {
        "ids": clip.phoneme_ids.tolist(), "frames": [round(float(f), 5) for f in frames]
    }  # fmt: skip
    (folder / "phonemes.json").write_text(json.dumps(phonemes) + "\n", encoding="utf-8")
    accent, sex = ACCENTS[clip.voice[0]], SEXES[clip.voice[1]]
    card = {
        "language": "en",
        "description": f"{folder.name}: {accent} English, {sex}; "
        "synthetic, by Kokoro-82M; Apache-2.0",
    }
    (folder / "voice.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line, choose the references, write the voices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", nargs="+", required=True, help="such as af_sky")
    arguments = parser.parse_args()
    paths = sorted(path for folder in arguments.data for path in folder.glob("*.npz"))
    clips, judges = load_clips(paths), Judges()
    for voice in arguments.voices:
        spoken = [c for c in clips if c.voice == voice and not c.is_resynthesised]
        clip = best_clip(spoken, judges)
        write_voice(clip, arguments.out / voice.partition("_")[2])
        print(f"{voice}: {clip.text}")


if __name__ == "__main__":
    main()
