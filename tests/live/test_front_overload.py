"""Four times as much as the server can do, for a minute: what is too much is refused at once."""

from __future__ import annotations

import json
import statistics
import threading
import time
from pathlib import Path

import httpx
import pytest
from front_process import front_door
from live_server import Live

from wordlight.contract import F5_TTS

QUEUED_S = 20.0
LASTS_S = 60.0
TIMES = 4
SCRIPT = "The river runs past the mill, and the miller counts his sacks of flour again."
BODY = json.dumps(
    {"inputs": [{"name": "TEXT", "shape": [1, 1], "datatype": "BYTES", "data": [SCRIPT]}]}
).encode()


@pytest.mark.slow
@pytest.mark.alone
def test_what_is_too_much_is_refused_at_once(live: Live, tmp_path: Path) -> None:
    with front_door(live, tmp_path, queued_s=QUEUED_S) as door:
        client = httpx.Client(
            trust_env=False, timeout=300, limits=httpx.Limits(max_connections=None)
        )
        url = f"{door.url}/v2/models/{F5_TTS.name}/infer"
        alone_s = [client.post(url, content=BODY).elapsed.total_seconds() for _ in range(4)]
        every_s = statistics.median(alone_s) / TIMES

        asking = []
        ends_s = time.monotonic() + LASTS_S
        while time.monotonic() < ends_s:
            asking.append(
                threading.Thread(target=client.post, args=(url,), kwargs={"content": BODY})
            )
            asking[-1].start()
            time.sleep(every_s)
        for one in asking:
            one.join()
        client.close()

        answered = door.lines(status=200, model=F5_TTS.name)[len(alone_s) :]
        refused = door.lines(status=429, model=F5_TTS.name)
        metrics = httpx.get(f"{door.url}/metrics", trust_env=False).text

    took = [line["seconds"] / max(line["expected_s"], 0.1) for line in answered]
    refusal_s = statistics.median(line["seconds"] for line in refused)
    print(
        f"{len(answered)} answered, {len(refused)} refused in {refusal_s * 1e3:.1f} ms (median); "
        f"taken of what was expected: {statistics.median(took):.2f} (median), "
        f"{max(took):.1f} (most); the longest took {max(one['seconds'] for one in answered):.0f} s"
    )
    assert len(answered) + len(refused) == len(asking)
    assert refusal_s <= 0.05
    assert statistics.median(took) < 1.5
    assert "\nwordlight_front_waiting_seconds 0.0\n" in metrics
