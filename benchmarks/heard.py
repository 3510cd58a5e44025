"""How well speech of written forms is understood: the mini speaks, Whisper tiny.en transcribes.

    .venv/bin/python benchmarks/heard.py speak out/heard benchmarks/reading/spoken.tsv
    .venv/bin/python benchmarks/heard.py score out/heard benchmarks/reading/spoken.tsv

``speak`` needs only the speech engine, so an older commit can be compared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import jiwer
import soundfile

from wordlight.adapter import alignment_weights, speech_weights
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechCall, SpeechEngine

SEED, VOICES = 1, ("heart", "emma")


def texts(path: Path) -> list[str]:
    """The written sentences of a file: the part of each line before the tab."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[0] for line in lines if line and not line.startswith("#")]


def speak(out: Path, path: Path) -> None:
    """Writes a recording of each sentence in each voice."""
    weights = speech_weights(load_manifest("mini"), out / "volume")
    engine = SpeechEngine.load(weights, "cpu", threads=2)
    out.mkdir(parents=True, exist_ok=True)
    for index, text in enumerate(texts(path)):
        calls = [SpeechCall(text, voice=voice, seed=SEED) for voice in VOICES]
        for voice, answer in zip(VOICES, engine.run(calls), strict=True):
            if isinstance(answer, Exception):
                print(f"{text!r} in {voice}: {answer}", file=sys.stderr)
                continue
            soundfile.write(out / f"{index:03}-{voice}.wav", answer.audio, answer.sample_rate)


def score(out: Path, path: Path) -> None:
    """Prints the word error rate, and each sentence that Whisper transcribed wrongly."""
    import soxr

    from wordlight.alignment.networks import Transcriber
    from wordlight.reading import read_script

    def said(text: str) -> str:
        words = (part.lower() for word in read_script(text, "en").words for part in word.said)
        kept = ({"oh": "zero", "o": "zero"}.get(word, word) for word in words if word != "and")
        return " ".join(kept).replace("'", "")

    weights = alignment_weights(load_manifest("mini"), out / "volume")
    transcriber = Transcriber.load(weights.whisper, "cpu", 2)
    wanted, heard = [], []
    for index, text in enumerate(texts(path)):
        for voice in VOICES:
            audio, rate_hz = soundfile.read(out / f"{index:03}-{voice}.wav", dtype="float32")
            (found,) = transcriber.decode([soxr.resample(audio, rate_hz, 16_000)], "en")
            wanted.append(said(text))
            heard.append(said(found) if any(c.isalnum() for c in found) else "")
            if wanted[-1] != heard[-1]:
                print(f"{voice}: {wanted[-1]}\n   {heard[-1]}")
    print(f"word error rate {jiwer.wer(wanted, heard):.2%} of {len(wanted)} sentences")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["speak", "score"])
    parser.add_argument("out", type=Path)
    parser.add_argument("sentences", type=Path)
    options = parser.parse_args()
    {"speak": speak, "score": score}[options.what](options.out, options.sentences)


if __name__ == "__main__":
    main()
