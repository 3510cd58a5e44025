"""Sends scripts with right and wrong directions to the server; checks sound, captions, refusals.

    ./run wordlight serve -- .venv/bin/python benchmarks/directions.py

For each script in benchmarks/reading/directions.tsv, a pause is measured as the silence in the
sound, a rate as the ratio of the seconds spoken without it to those with it, and a respelled word
as Whisper's transcript. The captions are compared by the text of all words. A wrong direction must
be refused with the message, and the place, that the table gives.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from wordlight_client import Client, Narration

from wordlight.errors import WordlightError
from wordlight.reading import read_script

SCRIPTS = Path(__file__).parent / "reading" / "directions.tsv"
SEED = 5
WINDOW_S = 0.005
SILENT_DB = -40.0
"""A window is silent below this level, relative to the loudest window."""
PAUSE_OFF_S, RATE_OFF = 0.030, 0.05


def main() -> None:
    """Prints a line for each fault of a script, and how many scripts are right."""
    total, right = 0, 0
    worst: dict[str, float] = {}
    with Client(os.environ.get("WORDLIGHT_URL", "localhost:8001")) as client:
        for kind, script, *wanted in scripts():
            faults, off = TRIED[kind](client, script, wanted)
            total, right = total + 1, right + (not faults)
            worst[kind] = max(worst.get(kind, 0.0), off)
            for fault in faults:
                print(f"{kind}: {script!r}: {fault}")
    print(
        f"{right} of {total} scripts are right; the farthest pause is off by "
        f"{worst['pause'] * 1_000:.0f} ms, the farthest rate by {worst['rate']:.1%}"
    )
    sys.exit(right < total)


def scripts() -> Iterator[list[str]]:
    """The rows of the file."""
    for line in SCRIPTS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.replace("\\n", "\n").split("\t")


def try_pause(client: Client, script: str, wanted: list[str]) -> tuple[list[str], float]:
    """The faults of a script's pauses, and the largest deviation in seconds."""
    narration = client.narrate(script, seed=SEED)
    words = read_script(script, "en").words
    asked = [index for index, word in enumerate(words) if word.pause_s is not None]
    faults = shown_otherwise(narration, wanted[0])
    offs = []
    for index, seconds in zip(asked, map(float, wanted[1].split()), strict=True):
        before, after = narration.words[index : index + 2]
        silent_s = silence_s(narration, (before.end_s + after.start_s) / 2)
        offs.append(abs(silent_s - seconds))
        if offs[-1] > PAUSE_OFF_S:
            faults.append(f"a pause of {seconds} s lasts {silent_s:.3f} s")
    return faults, max(offs)


def try_rate(client: Client, script: str, wanted: list[str]) -> tuple[list[str], float]:
    """The fault of a script's rate, and its relative deviation."""
    rate, plain = float(wanted[0]), re.sub(r"\[rate:[^]]+\]|</?prosody[^>]*>", "", script)
    fast, usual = (spoken_s(client.narrate(text, seed=SEED)) for text in (script, plain))
    off = abs(usual / fast / rate - 1)
    return ([f"is {usual / fast:.3f} times as fast"] if off > RATE_OFF else []), off


def try_said(client: Client, script: str, wanted: list[str]) -> tuple[list[str], float]:
    """The faults of a script with respelled words, by Whisper's transcript."""
    narration = client.narrate(script, seed=SEED)
    heard = client.transcribe(narration.clip, language="en")
    text = " ".join(word.text for word in heard.words)
    faults = shown_otherwise(narration, wanted[0])
    if wanted[1] not in re.sub(r"[^\w' ]", "", text.lower().replace("’", "'")):
        faults.append(f"is heard as {text!r}")
    return faults, 0.0


def try_wrong(client: Client, script: str, wanted: list[str]) -> tuple[list[str], float]:
    """The fault of a wrong script that is not refused with the right message."""
    try:
        client.narrate(script, seed=SEED)
    except WordlightError as error:
        return ([] if wanted[0] in str(error) else [f"says {error}"]), 0.0
    return ["is spoken"], 0.0


TRIED = {"pause": try_pause, "rate": try_rate, "said": try_said, "wrong": try_wrong}


def shown_otherwise(narration: Narration, wanted: str) -> list[str]:
    """The fault, if the captions show another text than the wanted one."""
    shown = " ".join(word.text for word in narration.words)
    return [] if shown.split() == wanted.split() else [f"is shown as {shown!r}"]


def levels_db(narration: Narration) -> NDArray[np.float64]:
    """Each window's level, relative to the loudest."""
    clip = narration.clip
    window = int(WINDOW_S * clip.rate_hz)
    n_windows = len(clip.samples) // window
    power = np.square(clip.samples[: n_windows * window].astype(np.float64))
    power = power.reshape(n_windows, window).mean(axis=1) + 1e-12
    return np.asarray(10 * np.log10(power / power.max()))


def silence_s(narration: Narration, around_s: float) -> float:
    """The length of the silence around a time."""
    is_silent = levels_db(narration) < SILENT_DB
    middle = int(around_s / WINDOW_S)
    if not is_silent[middle]:
        return 0.0
    first = middle - np.argmin(is_silent[middle::-1]) + 1
    stop = middle + np.argmin(is_silent[middle:])
    return float((stop - first) * WINDOW_S)


def spoken_s(narration: Narration) -> float:
    """The seconds from the first sound to the last."""
    sounding = np.flatnonzero(levels_db(narration) >= SILENT_DB)
    return float((sounding[-1] - sounding[0]) * WINDOW_S)


if __name__ == "__main__":
    main()
