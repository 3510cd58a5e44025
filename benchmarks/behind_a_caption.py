r"""How long a short ``narrate`` takes while half an hour is captioned, against an idle server.

apt-get install pocketsphinx-testdata
PYTHONPATH=build:src ./run wordlight serve -- \
        env PYTHONPATH=build:src .venv/bin/python benchmarks/behind_a_caption.py
"""

from __future__ import annotations

import os
import statistics
import time
from threading import Thread

import numpy as np
from serving import SENTENCE, seconds, spread
from word_recordings import real
from wordlight_client import Client, Clip

CAPTION_S, RATE_HZ = 1_800, 16_000
HEAD_START_S, ROUNDS = 5.0, 7


def main() -> None:
    """Prints both latencies and their ratio."""
    said = np.concatenate([spoken.samples for spoken in real()])
    recording = Clip(np.resize(said, CAPTION_S * RATE_HZ).astype(np.float32), RATE_HZ)
    url = os.environ["WORDLIGHT_URL"]
    with Client(url) as client, Client(url) as other:

        def narrate() -> float:
            return seconds(lambda: client.narrate(SENTENCE, seed=1))

        narrate()
        idle_s = [narrate() for _ in range(ROUNDS)]
        began_s = time.perf_counter()
        caption = Thread(target=lambda: other.caption(recording), daemon=True)
        caption.start()
        time.sleep(HEAD_START_S)
        behind_s = [narrate() for _ in range(ROUNDS)]
        assert caption.is_alive(), "it was over too soon"
        caption.join()
        took_s = time.perf_counter() - began_s
    print(f"one sentence, idle: {spread(idle_s)}")
    print(f"the same while {CAPTION_S / 60:g} minutes are captioned: {spread(behind_s)}")
    print(
        f"ratio of medians: {statistics.median(behind_s) / statistics.median(idle_s):.2f}; "
        f"the caption took {took_s:.0f} s"
    )


if __name__ == "__main__":
    main()
