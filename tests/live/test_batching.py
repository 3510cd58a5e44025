"""Requests of different lengths go through the sampler together, and lose nothing by it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tritonclient.grpc as triton
from live_server import Live
from wordlight_client import Client

SCRIPTS = [
    "Good morning.",
    "The path was long and very quiet.",
    "We sat by the water until the light turned gold.",
    "Would you like to walk with me down to the river today?",
    "Take your coat. The wind is still cold, and the road is long.",
    "He said yes.",
    "Then we all walked home slowly, tired and happy.",
    "An old man sold us 12 fresh eggs.",
]


def batches(client: triton.InferenceServerClient, model: str) -> dict[int, int]:
    """Executions so far by batch size."""
    statistics = client.get_inference_statistics(model).model_stats[0]
    return {entry.batch_size: entry.compute_infer.count for entry in statistics.batch_stats}


def test_eight_callers_share_executions(live: Live) -> None:
    with triton.InferenceServerClient(live.grpc) as watcher, Client(live.grpc) as client:
        before = batches(watcher, "f5_tts")
        with ThreadPoolExecutor(len(SCRIPTS)) as pool:
            narrations = list(pool.map(lambda text: client.narrate(text, seed=1), SCRIPTS))
        after = batches(watcher, "f5_tts")

    shared = {size: n - before.get(size, 0) for size, n in after.items() if size > 1}
    assert sum(shared.values()) >= 1, f"executions by batch size: {after}"
    assert len(narrations) == len(SCRIPTS)


def test_a_shared_execution_gives_each_caller_what_it_gets_alone(live: Live) -> None:
    with Client(live.grpc) as client:
        alone = [client.speak(text, seed=3).clip.samples for text in SCRIPTS[:4]]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: client.speak(text, seed=3), SCRIPTS[:4]))

    for one, other in zip(alone, together, strict=True):
        assert len(one) == len(other.clip.samples)
        correlation = np.corrcoef(one, other.clip.samples)[0, 1]
        assert correlation > 0.999
