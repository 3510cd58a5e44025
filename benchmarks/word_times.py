"""Measures how true word times are, by known durations, the sound, wrong texts and Whisper.

    apt-get install pocketsphinx-testdata
    PYTHONPATH=build:src python -m mini.kokoro SPEECH --minutes 14 \
        --voices af_kore am_eric bf_lily bm_lewis
    PYTHONPATH=build:src python benchmarks/word_times.py durations SPEECH  # readings, scripts, …

Everything goes through the engine as it is served, on speech that no weights were trained on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from word_recordings import Recording, Samples, Spoken, grouped, real, recording, synthetic
from word_timers import Rival, Timer

from wordlight.alignment import SAMPLE_RATE_HZ, AlignmentCall
from wordlight.reading import Reading

N_CUTS = 400
HOP_S, WINDOW_S = 0.01, 0.03


def durations(timer: Timer, folder: Path) -> Iterator[str]:
    """Starts and ends compared with Kokoro's durations, in recordings of five sentences each."""
    rng = np.random.default_rng(1)
    late: dict[str, list[float]] = {"starts": [], "ends": [], "sentence-final ends": []}
    for sentences in grouped(synthetic(folder), 5):
        made = recording(sentences, rng.uniform(0.2, 1.5, 6), -65, rng)
        answer = timer.times(made.samples, made.script)
        true = made.times_s
        finals = np.cumsum([len(s.times_s) for s in sentences]) - 1
        late["starts"] += (answer.starts - true[:, 0]).tolist()
        late["ends"] += (answer.ends - true[:, 1]).tolist()
        late["sentence-final ends"] += (answer.ends - true[:, 1])[finals].tolist()
    yield "| Kokoro, four voices never heard | words | mean ms | median | p95 | bias |"
    yield "|---|---|---|---|---|---|"
    for name, seconds in late.items():
        ms = 1000 * np.array(seconds)
        size = np.abs(ms)
        yield (
            f"| {name} | {len(ms)} | {size.mean():.1f} | {np.median(size):.1f} "
            f"| {np.percentile(size, 95):.1f} | {np.median(ms):+.1f} |"
        )


def sound_s(samples: Samples) -> tuple[float, float]:
    """When a sentence's sound starts and ends: its windows of 30 ms that are 8 dB above the floor.

    The floor is the level below which a tenth of the recording's windows are.
    """
    hop, half = round(HOP_S * SAMPLE_RATE_HZ), round(WINDOW_S * SAMPLE_RATE_HZ / 2)
    centres = np.arange(half, len(samples) - half, hop)
    power = np.array([np.mean(samples[c - half : c + half] ** 2) for c in centres])
    levels = 10 * np.log10(power + 1e-12)
    loud = np.flatnonzero(levels > np.quantile(levels, 0.1) + 8)
    return float(centres[loud[0]] / SAMPLE_RATE_HZ), float(centres[loud[-1]] / SAMPLE_RATE_HZ)


def readings(timer: Timer, _: Path) -> Iterator[str]:
    """Sentence ends of LibriVox with pauses of 0.3 to 5 s, compared with the ends of the sound."""
    rng, sentences = np.random.default_rng(2), real()
    yield "| LibriVox, joined | sentence ends | within 0.1 s | within 0.2 s | worst, s |"
    yield "|---|---|---|---|---|"
    for name, noise_db in (
        ("digital silence between", -200),
        ("noise at -60 dB", -60),
        ("noise at -50 dB", -50),
    ):
        made = []
        for _k in range(3):
            chosen = [sentences[i] for i in rng.integers(len(sentences), size=47)]
            made.append(recording(chosen, rng.uniform(0.3, 5.0, 48), noise_db, rng))
        yield _ends_row(name, timer, made)
    for name, place, pause_s in (
        ("begins at 0 s", 0, 0.0),
        ("a minute of room before", 0, 60.0),
        ("a minute of room behind", 4, 60.0),
    ):
        for noise_db in (-60, -50):
            pauses_s = rng.uniform(0.3, 5.0, (5, 5))
            pauses_s[:, place] = pause_s
            made = [_reading(sentences, pauses, noise_db, rng) for pauses in pauses_s]
            yield _ends_row(f"{name}, noise at {noise_db} dB", timer, made)
    for noise_db in (-60, -50):
        made = [_reading(sentences, np.array([50.0, 70.0]), noise_db, rng) for _ in range(5)]
        yield _ends_row(f"speech is 3 % of the recording, noise at {noise_db} dB", timer, made)


def _reading(
    sentences: Sequence[Spoken],
    pauses_s: NDArray[np.float64],
    noise_db: float,
    rng: np.random.Generator,
) -> Recording:
    """Some of the sentences. The first, if no pause is before it, starts where its sound does."""
    chosen = [sentences[i] for i in rng.integers(len(sentences), size=len(pauses_s) - 1)]
    if not pauses_s[0]:
        first = chosen[0]
        onset = round(sound_s(first.samples)[0] * SAMPLE_RATE_HZ)
        chosen[0] = replace(first, samples=first.samples[onset:])
    return recording(chosen, pauses_s, noise_db, rng)


def _ends_row(name: str, timer: Timer, readings_made: Sequence[Recording]) -> str:
    away: list[float] = []
    for made in readings_made:
        answer = timer.times(made.samples, made.script)
        last = np.cumsum([len(s.text.split()) for s in made.sentences]) - 1
        pairs = zip(made.sentences, made.offsets_s, strict=True)
        away += (answer.ends[last] - [o + sound_s(s.samples)[1] for s, o in pairs]).tolist()
    size = np.abs(away)
    return (
        f"| {name} | {len(size)} | {(size <= 0.1).mean():.1%} | {(size <= 0.2).mean():.1%} "
        f"| {size.max():.2f} |"
    )


def scripts(timer: Timer, folder: Path) -> Iterator[str]:
    """How many right and wrong scripts get a warning."""
    rng = np.random.default_rng(4)
    spoken, read = synthetic(folder), real()
    counts: dict[tuple[str, str], list[int]] = {}
    low: list[float] = []
    content: list[float] = []
    for k in range(100):
        kind = "LibriVox" if k % 4 == 0 else "Kokoro"
        pool = read if kind == "LibriVox" else _of_one_voice(spoken, rng)
        chosen = [pool[i] for i in rng.permutation(len(pool))[: rng.integers(4, 9)]]
        made = recording(chosen, rng.uniform(0.2, 2.0, len(chosen) + 1), -60, rng)
        texts = [s.text for s in chosen]
        wrong = ("text", "missing", "added")[k % 3]
        for name, script in _scripts_of(texts, [s.text for s in spoken], wrong, rng).items():
            answer = timer.times(made.samples, " ".join(script))
            warned = bool(Reading.from_json(answer.reading).warnings)
            counts.setdefault((name, kind), []).append(warned)
            if name == "right":
                low += answer.scores.tolist()
            if name == "one word changed":
                said, asked = " ".join(texts).split(), " ".join(script).split()
                differs = [a != b for a, b in zip(said, asked, strict=True)]
                content.append(float(answer.scores[differs].min()))
    yield "| script | speech | scripts | warned of |"
    yield "|---|---|---|---|"
    for (name, kind), flags in sorted(counts.items()):
        yield f"| {name} | {kind} | {len(flags)} | {np.mean(flags):.1%} |"
    for limit in (0.5, 0.25, 0.1):
        right, changed = np.mean(np.array(low) < limit), np.mean(np.array(content) < limit)
        yield f"score under {limit}: {right:.1%} of {len(low)} words of right scripts"
        yield f"score under {limit}: {changed:.1%} of {len(content)} changed words"


def _scripts_of(
    texts: list[str], others: Sequence[str], wrong: str, rng: np.random.Generator
) -> dict[str, list[str]]:
    """The right script, one that is wrong in the given way, and one with a word changed."""
    fresh = [text for text in others if text not in texts]
    place = int(rng.integers(len(texts)))
    spoilt = {
        "text": [fresh[i] for i in rng.integers(len(fresh), size=len(texts))],
        "missing": texts[:place] + texts[place + 1 :],
        "added": [*texts[:place], fresh[int(rng.integers(len(fresh)))], *texts[place:]],
    }[wrong]
    changed = _one_word_changed(texts, fresh, rng)
    return {"right": texts, wrong: spoilt, "one word changed": changed}


def _of_one_voice(spoken: Sequence[Spoken], rng: np.random.Generator) -> list[Spoken]:
    voices = sorted({s.voice for s in spoken})
    voice = voices[int(rng.integers(len(voices)))]
    return [s for s in spoken if s.voice == voice]


def _one_word_changed(texts: list[str], fresh: list[str], rng: np.random.Generator) -> list[str]:
    place = int(rng.integers(len(texts)))
    words = texts[place].split()
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()] or [0]
    index = long[int(rng.integers(len(long)))]
    vocabulary = [
        w for t in fresh for w in t.split() if len(w) >= 5 and w.isalpha() and w != words[index]
    ]
    words[index] = vocabulary[int(rng.integers(len(vocabulary)))]
    return [*texts[:place], " ".join(words), *texts[place + 1 :]]


def cuts(timer: Timer, folder: Path) -> Iterator[str]:
    """Words of four letters or more, cut out by their times and transcribed by Whisper."""
    rng, made = np.random.default_rng(5), []
    for sentences in grouped(synthetic(folder), 4):
        made.append(recording(sentences, rng.uniform(0.2, 1.5, 5), -65, rng))
    order = np.arange(len(made))
    rng.shuffle(order)
    words: list[str] = []
    heard: dict[str, list[Samples]] = {"ours": [], "whisperx.align": [], "Kokoro's own times": []}
    rival = Rival(timer)
    for k in order:
        one = made[k]
        if len(words) >= N_CUTS:
            break
        plain = one.script.split()
        kept = [i for i, word in enumerate(plain) if len(word) >= 4 and word.isalpha()]
        answer = timer.times(one.samples, one.script)
        times = {
            "ours": np.stack([answer.starts, answer.ends], axis=1),
            "whisperx.align": rival.times_s(one.samples, one.script),
            "Kokoro's own times": one.times_s,
        }
        words += [plain[i].lower() for i in kept]
        for name, spans in times.items():
            heard[name] += [_cut(one.samples, *spans[i]) for i in kept]
    yield f"| {len(words)} words cut out by | misheard by Whisper tiny.en |"
    yield "|---|---|"
    for name, samples in heard.items():
        texts = timer.transcribe(samples)
        wrong = [_letters(text) != word for text, word in zip(texts, words, strict=True)]
        yield f"| {name} | {np.mean(wrong):.3f} |"


def _cut(samples: Samples, start_s: float, end_s: float) -> Samples:
    """A word's sound. A word without times (NaN) gets no sound, and so counts as misheard."""
    if np.isnan([start_s, end_s]).any():
        return np.zeros(1, np.float32)
    return samples[int(start_s * SAMPLE_RATE_HZ) : max(int(end_s * SAMPLE_RATE_HZ), 1)]


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())


def speed(timer: Timer, folder: Path) -> Iterator[str]:
    """Words per second, for ours and ``whisperx.align`` in turn, on recordings of half a minute."""
    rng, rival = np.random.default_rng(6), Rival(timer)
    made = [
        recording(sentences, rng.uniform(0.2, 1.0, 7), -65, rng)
        for sentences in grouped(synthetic(folder), 6)
    ][:12]
    calls = [AlignmentCall(one.samples, SAMPLE_RATE_HZ, one.script, "en") for one in made]
    n_words = sum(len(one.script.split()) for one in made)
    seconds: dict[str, list[float]] = {"ours, one by one": [], "ours, together": [], "whisperx": []}
    for _ in range(3):
        seconds["ours, one by one"].append(_seconds(lambda: [timer.run([c]) for c in calls]))
        seconds["ours, together"].append(_seconds(lambda: timer.run(calls)))
        seconds["whisperx"].append(
            _seconds(lambda: [rival.times_s(one.samples, one.script) for one in made])
        )
    for name, taken in seconds.items():
        ratio = float(np.median(seconds["whisperx"]) / np.median(taken))
        yield f"{name}: {n_words / np.median(taken):.0f} words a second, {ratio:.2f} times whisperx"


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


TABLES: dict[str, Callable[[Timer, Path], Iterator[str]]] = {
    "durations": durations,
    "readings": readings,
    "scripts": scripts,
    "cuts": cuts,
    "speed": speed,
}


def main() -> None:
    """Reads the command line and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("speech", type=Path, help="a folder that mini.kokoro wrote")
    parser.add_argument("--models", default="mini")
    arguments = parser.parse_args()
    began = time.perf_counter()
    for row in TABLES[arguments.table](Timer(arguments.models), arguments.speech):
        print(row, flush=True)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
