"""Measures streams: how soon one sounds, how soon an ended one is gone, what many leave behind.

    ./run wordlight serve -- .venv/bin/python benchmarks/streams.py [first] [ends] [mixed] [book]

first: the time to the first audio and to the whole answer, for ten texts of 20 s; and whether the
parts together equal the answer of narrate. ends: the time from a closed stream, or a vanished
caller, to a free sampler. mixed: 200 streams and 200 requests, some of them ended early, and what
is left of them. book: 1,500 words by `wordlight narrate`, in one run, and interrupted by Ctrl-C and
resumed; and whether the files are equal.
"""

from __future__ import annotations

import filecmp
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil
from serving import SCRIPTS, SENTENCE, spread
from turns import Server
from wordlight_client import Client, Narration

from wordlight.contract import SpeechMeters
from wordlight.errors import WordlightError

TEXT = (
    "The morning began with a light rain over the harbour. By eight the sun had come out, and the "
    "whole town went down to the water. Would you like to walk with me to the river? Take your "
    "coat, for the wind is still cold. We sat on the wall until the light turned gold. Then we all "
    "walked home slowly, tired and happy."
)
"""A text of about 17 s."""
SENTENCES = [
    *SCRIPTS,
    "The morning began with a light rain over the harbour.",
    "By eight o'clock the sun had come out, and the whole town went down to the water.",
    "She put the letter back in the drawer, and nobody asked her why.",
    "Snow had fallen in the night, so the road to the village was closed until noon.",
    "Nobody knew where the music came from.",
    "When the train stopped, three people got off and one got on.",
    "My father kept bees behind the house for more than twenty years.",
    "It is quiet here.",
    "The last bus leaves at half past nine, and it is never late.",
    "Look at the sky!",
    "They had promised to write, but the letters never came.",
    "A small dog slept in the sun in front of the bakery.",
]
N_TEXTS, TEXT_CHARACTERS = 10, 310
"""The number of texts, and the length of each, which lasts about 20 s."""
N_STREAMS, N_REQUESTS, N_CALLERS = 200, 200, 12
ENDED_SHARE = 0.25
SETTLED_S = 3.0
N_WORDS, INTERRUPTED_BEHIND = 1_500, 0.4
"""The words of a book, and the share of its parts after which the narration is interrupted."""


def main() -> None:
    """Prints the measurements that the command line names, or all of them."""
    parts = {"first": first, "ends": ends, "mixed": mixed, "book": book}
    asked = sys.argv[1:] or list(parts)
    server = Server()
    with Client(server.url) as client:
        client.narrate(SENTENCE)
        for name in asked:
            parts[name](client, server)


def first(client: Client, server: Server) -> None:
    """How long the first part and the whole take, and whether the whole equals narrate's answer."""
    del server
    firsts_s, wholes_s, lasts_s, equal = [], [], [], Counter[str]()
    for text in texts():
        whole = client.narrate(text, seed=7)
        began_s = time.perf_counter()
        with client.narrate_stream(text, seed=7) as stream:
            next(stream)
            firsts_s.append(time.perf_counter() - began_s)
            deque(stream, maxlen=0)
        wholes_s.append(time.perf_counter() - began_s)
        lasts_s.append(whole.clip.duration_s)
        equal[is_same(stream.narration, whole)] += 1
    ratios = [one / all_s for one, all_s in zip(firsts_s, wholes_s, strict=True)]
    print(f"{N_TEXTS} texts of {min(lasts_s):.1f} to {max(lasts_s):.1f} s")
    print(f"first audio: {spread(firsts_s)}; whole: {spread(wholes_s)}")
    print(
        f"first by whole: {statistics.median(ratios):.3f} (median; {min(ratios):.3f} to "
        f"{max(ratios):.3f})"
    )
    print(f"the parts make what narrate answers: {dict(equal)}")


def texts() -> list[str]:
    """Different texts of about the same length."""
    draw, made = random.Random(3), []
    for _ in range(N_TEXTS):
        sentences = draw.sample(SENTENCES, len(SENTENCES))
        text = ""
        while len(text) < TEXT_CHARACTERS:
            text += sentences.pop() + " "
        made.append(text.strip())
    return made


def is_same(one: Narration, other: Narration) -> str:
    """Which parts of two narrations are equal to the bit, in words."""
    same = {
        "audio": np.array_equal(one.clip.samples, other.clip.samples),
        "words": one.words == other.words,
        "files": one.subtitles == other.subtitles,
    }
    return ", ".join(f"{name} {'equal' if is_it else 'DIFFERENT'}" for name, is_it in same.items())


def ends(client: Client, server: Server) -> None:
    """How many evaluations the sampler makes for a caller that is gone, and for how long."""
    for name, end in {"closed stream": close_one, "vanished gRPC caller of f5_tts": leave}.items():
        gone_s, evaluations = [], []
        for _ in range(5):
            at_steps, at_s = end(client, server)
            while server.counted(SpeechMeters.IN_WORK.name):
                time.sleep(0.02)
            gone_s.append(time.perf_counter() - at_s)
            time.sleep(0.5)  # the counters are up to half a second old
            evaluations.append(server.counted(SpeechMeters.STEPS.name) - at_steps)
        print(
            f"{name} to a free sampler: {spread(gone_s)}, of which up to 0.5 s are the counters' "
            f"own; evaluations: {sorted(evaluations)}"
        )


def close_one(client: Client, server: Server) -> tuple[float, float]:
    """Closes a stream after its first part; returns the evaluations and the time at its end."""
    with client.narrate_stream(TEXT * 3) as stream:
        next(stream)
        steps = server.counted(SpeechMeters.STEPS.name)
        at_s = time.perf_counter()
    return steps, at_s


def leave(client: Client, server: Server) -> tuple[float, float]:
    """Cancels a call of f5_tts while it is spoken; returns the evaluations and the time then."""
    del client
    _, call = server.ask(TEXT * 3)
    time.sleep(1.5)
    steps = server.counted(SpeechMeters.STEPS.name)
    call.cancel()
    return steps, time.perf_counter()


def mixed(client: Client, server: Server) -> None:
    """Many streams and requests at once, and what they leave behind."""
    draw = random.Random(5)
    before = left_behind(server)
    jobs: list[Callable[[], str]] = []
    for _ in range(N_STREAMS):
        text = " ".join(draw.sample(SCRIPTS, draw.randint(1, 3)))
        n_parts = 1 if draw.random() < ENDED_SHARE else None
        jobs.append(partial(listen, client, text, n_parts))
    for _ in range(N_REQUESTS):
        timeout_s = 0.5 if draw.random() < ENDED_SHARE else None
        jobs.append(partial(request, client, draw.choice(SCRIPTS), timeout_s))
    draw.shuffle(jobs)
    began_s = time.perf_counter()
    with ThreadPoolExecutor(N_CALLERS) as pool:
        outcomes = Counter(pool.map(lambda job: job(), jobs))
    took_s = time.perf_counter() - began_s
    time.sleep(SETTLED_S)
    print(f"{N_STREAMS} streams and {N_REQUESTS} requests by {N_CALLERS} callers, {took_s:.0f} s:")
    print(", ".join(f"{n} {outcome}" for outcome, n in sorted(outcomes.items())))
    print(f"before: {before}\nafter:  {left_behind(server)}")


def listen(client: Client, text: str, n_parts: int | None) -> str:
    """Receives a stream to its end, or closes it after so many parts."""
    try:
        with client.narrate_stream(text) as stream:
            for part in stream:
                if n_parts is not None and part.index + 1 >= n_parts:
                    return "streams closed"
            assert stream.narration.words
    except WordlightError as error:
        return f"streams {error.code}"
    return "streams heard"


def request(client: Client, text: str, timeout_s: float | None) -> str:
    """Narrates a text in a single answer."""
    try:
        client.narrate(text, timeout_s=timeout_s)
    except WordlightError as error:
        return f"requests {error.code}"
    return "requests answered"


def book(client: Client, server: Server) -> None:
    """A long script by the command line, in one run and in two."""
    del client
    with TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "book.txt"
        text = book_text()
        script.write_text(text)
        print(f"{len(text.split())} words, {len(text)} characters")
        began_s = time.perf_counter()
        whole = subprocess.Popen(narrating(script, folder / "whole", server))
        n_parts = 0
        while whole.poll() is None:
            n_parts = max(n_parts, len(list((folder / "whole").glob(".narration/*.npz"))))
            time.sleep(0.2)
        print(f"whole: {time.perf_counter() - began_s:.0f} s")
        broken = subprocess.Popen(narrating(script, folder / "parts", server))
        while len(list((folder / "parts").glob(".narration/*.npz"))) < INTERRUPTED_BEHIND * n_parts:
            time.sleep(0.2)
        broken.send_signal(signal.SIGINT)
        at_s = time.perf_counter()
        print(f"interrupted: status {broken.wait()}, {time.perf_counter() - at_s:.2f} s later")
        kept = sorted(path.name for path in (folder / "parts").iterdir())
        print(f"left: {', '.join(kept)}")
        subprocess.run([*narrating(script, folder / "parts", server), "--resume"], check=True)
        names = sorted(path.name for path in (folder / "whole").iterdir())
        same, other, odd = filecmp.cmpfiles(
            folder / "whole", folder / "parts", names, shallow=False
        )
        print(f"files: {len(same)} equal, {len(other) + len(odd)} not {other + odd}")


def book_text() -> str:
    """Paragraphs of five sentences."""
    draw, sentences, n_words = random.Random(11), [], 0
    while n_words < N_WORDS:
        sentences.append(draw.choice(SENTENCES))
        n_words += len(sentences[-1].split())
    return "\n\n".join(" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5))


def narrating(script: Path, out: Path, server: Server) -> list[str]:
    """The command line."""
    command = [sys.executable, "-m", "wordlight_client", "narrate", str(script), "-o", str(out)]
    return [*command, "--seed", "7", "--url", server.url]


def left_behind(server: Server) -> str:
    """The requests in work, and the threads and memory of the server's processes."""
    stubs = [
        one
        for one in psutil.process_iter(["name"])
        if one.info["name"] in ("triton_python_backend_stub", "triton_python_b", "tritonserver")
    ]
    n_threads = sum(one.num_threads() for one in stubs)
    rss_mb = sum(one.memory_info().rss for one in stubs) / 2**20
    in_work = server.counted(SpeechMeters.IN_WORK.name)
    return f"{in_work:g} in work, {n_threads} threads, {rss_mb:,.0f} MB resident"


if __name__ == "__main__":
    main()
