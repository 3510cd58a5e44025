"""What a model's process reports while it serves, read by another process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from wordlight.pulses import BEAT_EVERY_S, Beating, Pulse, read_pulses

BEATS = """
import sys, time
from pathlib import Path
from wordlight.pulses import Beating
beating = Beating(Path(sys.argv[1]))
beating.count(3)
print("ready", flush=True)
time.sleep(60)
"""


def only(folder: Path) -> Pulse:
    (pulse,) = read_pulses(folder).values()
    return pulse


def test_requests_in_flight_are_seen_at_once(tmp_path: Path) -> None:
    beating = Beating(tmp_path / "pulses")
    seen = []
    for change in (1, 16, -1, -16):
        beating.count(change)
        seen.append(only(tmp_path / "pulses").in_flight)
    beating.stop()

    assert seen == [1, 17, 16, 0]
    assert read_pulses(tmp_path / "pulses").keys() == {os.getpid()}


def test_a_stopped_process_is_seen_to_stand_still_and_to_go_on(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", BEATS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()

    def moves() -> bool:
        before = only(tmp_path)
        time.sleep(3 * BEAT_EVERY_S)
        return only(tmp_path) != before

    lives = moves()
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    stands = not moves()
    process.send_signal(signal.SIGCONT)
    goes_on = moves()
    process.kill()
    process.communicate()

    assert (lives, stands, goes_on) == (True, True, True)
    assert only(tmp_path).in_flight == 3
    assert abs(only(tmp_path).beat_s - time.monotonic()) < 10


def test_a_folder_that_is_not_there_and_a_file_that_is_being_made_hold_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "123").touch()

    assert read_pulses(tmp_path) == {}
    assert read_pulses(tmp_path / "none") == {}
